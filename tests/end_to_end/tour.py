"""What every client finds that visits `tests/end_to_end/paged.py` and answers what it is asked.

The clients' programs are in `clients/`; each prints its findings as one JSON object.
"""

from tests.conformance import asking, offering, reporting

FINDINGS = {
    "tools": [tool.__name__ for tool in (*reporting.TOOLS, *asking.TOOLS)],
    "resources": ["test://static-text", "test://static-binary", "test://watched-resource"],
    "templates": ["test://template/{id}/data"],
    "prompts": [prompt.__name__ for prompt in offering.PROMPTS],
    "text": "This is a simple text response for testing.",
    "kinds": ["text", "image", "resource"],
    "has_failed": True,
    "progress": [0, 50, 100],
    "resource": "This is the content of the static text resource.",
    "made": {"id": "7", "data": "Data for ID: 7"},
    "prompt": "Prompt with arguments: arg1='green', arg2='b'",
    "suggested": ["green", "grey"],
    "elicited": "User response: action=accept, content="
    "{'username': 'ada', 'email': 'ada@example.com'}",
    "sampled": "LLM response: Paris",
    "roots": "The client works in 1 folders.",
    "together": "Ada: Paris (1 folders)",
    "asked": "Use the following context: weather",
}
