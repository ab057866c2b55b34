"""Turn the command line into a probe, its report in words, and an exit status."""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

from firstbyte.probe.document import make_document
from firstbyte.probe.finding import KINDS
from firstbyte.probe.junit import make_junit
from firstbyte.probe.plan import (
    DEFAULT_REPEAT,
    DEFAULT_TIMEOUT_S,
    Call,
    Plan,
    PlanInvalid,
    token_to_show,
)
from firstbyte.probe.reading import parse_json
from firstbyte.probe.report import Report, probe
from firstbyte.probe.signature import Unsignable
from firstbyte.probe.wire import open_wire

_EPILOG: Final = """
exit status: 0 nothing is wrong; 1 something is; 2 the command line is; 3 nobody answers;
4 the probe is turned away; 5 what answers is no MCP server
"""


def run(arguments: Sequence[str] | None) -> int:
    """Probe as `arguments` say, tell the result and return the exit status.

    Raises:
        SystemExit: the arguments are wrong.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        plan = _plan(parser, options)
        with open_wire(plan) as wire:
            report = probe(plan, wire)
    except (PlanInvalid, Unsignable) as error:
        parser.error(str(error))
    _tell(report, options.format)
    return report.exit_status


def _tell(report: Report, form: str) -> None:
    if form == "json":
        # Escaped: a foreign text may hold what no terminal's encoding does.
        sys.stdout.write(json.dumps(make_document(report), indent=2) + "\n")
    elif form == "junit":
        sys.stdout.write(make_junit(report) + "\n")
    else:
        # Late: the other forms, and the scheduled probe, do without it.
        from rich.console import Console

        if isinstance(sys.stdout, io.TextIOWrapper):
            # Not every output has the picture's signs.
            sys.stdout.reconfigure(errors="replace")

        from firstbyte.probe.text import print_report

        print_report(report, Console(highlight=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="firstbyte probe",
        description="Visit an MCP server as clients do, and say what is wrong with it.",
        epilog=_EPILOG,
    )
    parser.add_argument("url", metavar="URL", help="the MCP endpoint")
    parser.add_argument(
        "--tool",
        action="append",
        default=[],
        metavar="NAME",
        help="a tool to call, best one that reports progress; repeatable. Without it, up to "
        "three that say they only read and need no argument",
    )
    parser.add_argument(
        "--arguments",
        action="append",
        default=[],
        type=_arguments,
        metavar="JSON",
        help="its arguments, an object; the first is the first tool's ({})",
    )
    parser.add_argument(
        "--expect",
        action="append",
        default=[],
        metavar="NAME",
        help="a tool that has to be listed; repeatable",
    )
    credentials = parser.add_mutually_exclusive_group()
    credentials.add_argument(
        "--bearer",
        default=os.environ.get("FIRSTBYTE_PROBE_BEARER", ""),
        metavar="TOKEN",
        help="a token to show; better in FIRSTBYTE_PROBE_BEARER, as others see command lines",
    )
    credentials.add_argument(
        "--sigv4", action="store_true", help="sign with the AWS credentials in force"
    )
    parser.add_argument(
        "--origin", default="", help="the web page's origin a browser would call from"
    )
    parser.add_argument(
        "--header",
        action="append",
        default=[],
        type=_header,
        metavar="'NAME: VALUE'",
        help="a header to send with all questions, as x-api-key; repeatable",
    )
    parser.add_argument(
        "--repeat",
        type=int,
        default=DEFAULT_REPEAT,
        metavar="COUNT",
        help=f"how often at once the same is asked, to meet several environments "
        f"({DEFAULT_REPEAT})",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=DEFAULT_TIMEOUT_S,
        metavar="SECONDS",
        help=f"how long an answer may take ({DEFAULT_TIMEOUT_S:g})",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        choices=list(KINDS),
        metavar="CODE",
        help="a finding that is known and meant; repeatable",
    )
    parser.add_argument("--format", choices=("text", "json", "junit"), default="text")
    return parser


def _plan(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Plan:
    if len(options.arguments) > len(options.tool):
        parser.error("--arguments without a --tool they are for")
    headers = dict(options.header)
    missing: list[dict[str, Any]] = [{}] * (len(options.tool) - len(options.arguments))
    pairs = zip(options.tool, [*options.arguments, *missing], strict=True)
    return Plan(
        url=options.url,
        calls=tuple(Call(tool, arguments) for tool, arguments in pairs),
        expected=tuple(options.expect),
        bearer=token_to_show(options.bearer.strip(), headers, is_signed=options.sigv4),
        is_signed=options.sigv4,
        origin=options.origin,
        headers=headers,
        repeat=options.repeat,
        timeout_s=options.timeout,
        ignored=frozenset(options.ignore),
    )


def _arguments(text: str) -> dict[str, Any]:
    value = parse_json(text)
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"{text[:80]} is no JSON object")
    return value


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError("a header is 'NAME: VALUE'")
    return name.lower(), value.strip()
