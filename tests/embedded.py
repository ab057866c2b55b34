"""Judge a line of a log by what CloudWatch takes as metrics.

Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
"""

from jsonschema import Draft202012Validator

_METRIC = {
    "type": "object",
    "required": ["Name", "Unit"],
    "properties": {"Unit": {"enum": ["Count", "Milliseconds", "Bytes", "None"]}},
}
_DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": {"type": "string", "minLength": 1},
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "maxItems": 30, "items": {"type": "string"}},
        },
        "Metrics": {"type": "array", "minItems": 1, "maxItems": 100, "items": _METRIC},
    },
}
_EMBEDDED = Draft202012Validator(
    {
        "type": "object",
        "required": ["_aws"],
        "properties": {
            "_aws": {
                "type": "object",
                "required": ["Timestamp", "CloudWatchMetrics"],
                "properties": {
                    "Timestamp": {"type": "integer", "minimum": 0},
                    "CloudWatchMetrics": {
                        "type": "array",
                        "minItems": 1,
                        "items": _DIRECTIVE,
                    },
                },
            }
        },
    }
)


def check(line):
    """Make sure that CloudWatch would take the metrics of a line, read back from JSON."""
    _EMBEDDED.validate(line)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    for names in directive["Dimensions"]:
        for name in names:
            assert type(line[name]) is str
            assert line[name].isascii()
            assert 1 <= len(line[name].strip()) <= 1024
    for metric in directive["Metrics"]:
        assert type(line[metric["Name"]]) in (int, float)
