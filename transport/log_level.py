"""The severities of RFC 5424, by which log messages to a client are filtered."""

_LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")

SEVERITY = {level: severity for severity, level in enumerate(_LEVELS)}
"""Higher is worse: the reverse of the RFC's numbers."""

SILENCE = len(_LEVELS)
"""A threshold no message reaches."""
