"""Check our runtime under AWS's own emulator: events in, what the client would get out.

With `--image` both run in a container of the image that `make image` made. Prints one line per
event and a summary; ends with status 1 if an answer is not as expected.
"""

import json
import sys
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

from container import cleared, entrypoint
from rie_cases import FUNCTIONS, GUESTS, ROOT, Function
from rie_emulator import Emulator


def main(arguments: list[str]) -> int:
    """Run every case of every function."""
    if arguments == ["--image"]:
        with cleared():
            return _run(entrypoint(), is_contained=True)
    return _run([sys.executable, "-I", "-S", str(ROOT / "handler/bootstrap")])


def _run(bootstrap: list[str], *, is_contained: bool = False) -> int:
    passed = failed = 0
    checks = [(each.target, _check(each, bootstrap, is_contained)) for each in FUNCTIONS]
    if is_contained:
        checks.append(("Managed Instances", _check_workers()))
    for target, found in checks:
        _tell(target)
        for name, difference in found:
            failed, passed = failed + bool(difference), passed + (not difference)
            _tell(f"  ✗ {name}: {difference}" if difference else f"  ✓ {name}")
    _tell(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (a person reads it)


def _check(
    function: Function, bootstrap: list[str], is_contained: bool
) -> Iterator[tuple[str, str]]:
    """Yield the name of each case with what is wrong, empty if nothing is."""
    with Emulator(
        [*bootstrap, function.target],
        folder=function.folder,
        timeout_s=function.timeout_s,
        is_contained=is_contained,
    ) as emulator:
        for case in function.cases:
            try:
                answer = _parse_payload(emulator.invoke(case.event))
            except (OSError, HTTPException) as error:
                yield case.name, f"no answer: {error!r}\n{emulator.read_log()}"
                break
            difference = _difference(case.expected, answer, "answer")
            log = emulator.read_log()
            yield case.name, f"{difference}\n{log}" if difference else ""
        # A container's processes end with it.
        if not is_contained:
            left = emulator.close()
            yield "no process is left behind", f"{left} had to be killed" if left else ""


def _check_workers() -> Iterator[tuple[str, str]]:
    """Make two calls that wait for each other."""
    name = "two calls at once have a process each"
    with Emulator([], folder=GUESTS, timeout_s=30, is_contained=True, workers=2) as emulator:
        try:
            answers = emulator.invoke_together(*[b'{"count": 2}'] * 2)
        except (OSError, HTTPException) as error:
            yield name, f"no answer: {error!r}\n{emulator.read_log()}"
            return
        is_fine = all(map(bytes.isdigit, answers)) and len({*answers}) == 2
        yield name, "" if is_fine else f"answers are {answers!r}\n{emulator.read_log()}"


def _parse_payload(payload: bytes) -> dict[str, Any]:
    """Read a streamed answer as its prelude and `messages` or `text`, any other as `value`.

    One that a front door takes in one piece has its body parsed in there.
    """
    prelude, is_streamed, octets = payload.partition(bytes(8))
    if not is_streamed:
        value = _parse_json(payload.decode())
        if isinstance(value, dict) and "statusCode" in value:
            value["body"] = _parse_json(value["body"])
        return {"value": value}
    answer: dict[str, Any] = json.loads(prelude)
    body = octets.decode()
    kind = answer["headers"].get("content-type")
    if kind == "application/json":
        return answer | {"messages": [_parse_json(body)]}
    if kind == "text/event-stream":
        lines = [line for line in body.splitlines() if line.startswith("data:")]
        return answer | {"messages": [_parse_json(line[5:]) for line in lines]}
    return answer | {"text": body}


def _parse_json(text: str) -> object:
    """Read JSON, and leave what is none as it is: the emulator's own words, for instance."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _difference(expected: object, actual: object, place: str) -> str:
    """Say where `actual` is not as expected, in the forms that `Case` explains."""
    if expected is ...:
        return ""
    pairs: list[tuple[object, object, str]] = []
    if isinstance(expected, dict) and isinstance(actual, dict):
        if missing := expected.keys() - actual.keys():
            return f"{place} has no {', '.join(missing)}: {actual!r:.300}"
        pairs = [(value, actual[name], f"{place}.{name}") for name, value in expected.items()]
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return f"{place} has {len(actual)} members, not {len(expected)}: {actual!r:.300}"
        pairs = [(value, actual[i], f"{place}.{i}") for i, value in enumerate(expected)]
    elif isinstance(expected, set) and isinstance(actual, list):
        missing = expected - {member["name"] for member in actual}
        return f"{place} lacks {', '.join(missing)}: {actual!r:.300}" if missing else ""
    elif expected != actual:
        return f"{place} is {actual!r:.300}, not {expected!r}"
    return next(filter(None, (_difference(*pair) for pair in pairs)), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
