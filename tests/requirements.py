"""Turn tests/requirements.toml into values, and into docs/requirements.md.

python -m tests.requirements > docs/requirements.md
"""

import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

REASONS = {
    "absent": "The condition never arises here.",
    "author": "Only the author of a server's functions can see to it.",
    "authorization": "Authorization is a later issue.",
    "client": "The client's duty.",
    "declined": "Optional, and not taken.",
    "extension": "Extensions are not served.",
    "platform": "Belongs to what stands in front of the function.",
    "tasks": "Tasks are not served.",
    "transport": "Concerns another transport.",
    "unobservable": "Lambda does not let a function see it.",
}
"""Why a row has no test; there are no others."""

LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "decision")


class Requirement(NamedTuple):
    """One row. Either `tests` names some, or `reason` and `note` say why not."""

    id: str
    revisions: tuple[str, ...]
    level: str
    source: str
    text: str
    tests: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


def read_requirements() -> list[Requirement]:
    """Read all rows, in order."""
    table = tomllib.loads((ROOT / "tests/requirements.toml").read_text(encoding="utf-8"))
    return [
        Requirement(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in row.items()
            }
        )
        for row in table["requirement"]
    ]


def render(requirements: list[Requirement]) -> str:
    """Write the page of the documentation."""
    shown = [each for each in requirements if each.tests]
    lines = [
        "# Requirements",
        "",
        "What the specification asks of a server over HTTP, in our words, with the tests that",
        "show it or the reason why none does. Made from `tests/requirements.toml` by",
        "`python -m tests.requirements`; a test keeps it so.",
        "",
        "| state | rows |",
        "| --- | --- |",
        f"| shown by tests | {len(shown)} |",
    ]
    for reason, sentence in REASONS.items():
        count = sum(each.reason == reason for each in requirements)
        lines.append(f"| {reason}: {sentence} | {count} |")
    lines += [f"| all | {len(requirements)} |", ""]
    for heading, prefix in (
        ("Every revision", "every."),
        ("2026-07-28", "2026-07-28."),
        ("2024-11-05 to 2025-11-25", "legacy."),
    ):
        lines += [
            f"## {heading}",
            "",
            "| id | level | what | shown by |",
            "| --- | --- | --- | --- |",
        ]
        lines += [_row(each, prefix) for each in requirements if each.id.startswith(prefix)]
        lines.append("")
    return "\n".join(lines)


def _row(each: Requirement, prefix: str) -> str:
    name = each.id.removeprefix(prefix)
    revisions = f" ({_span(each.revisions)})" if _span(each.revisions) else ""
    if each.tests:
        why = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in each.tests)
    else:
        why = f"*{each.reason}*: {each.note}"
    return f"| {name} | {each.level} | {each.text}{revisions} | {why} |".replace("\n", " ")


def _span(revisions: tuple[str, ...]) -> str:
    """Tell which revisions, where the heading does not."""
    wholes = (5, 4) if "2026-07-28" not in revisions else (5,)
    return (
        "" if len(revisions) in wholes or revisions == ("2026-07-28",) else ", ".join(revisions)
    )


if __name__ == "__main__":
    sys.stdout.write(render(read_requirements()))
