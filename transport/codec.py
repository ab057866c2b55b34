"""Turn JSON octets into values and back, whichever parser this process has loaded.

orjson is the judge, and its import is more than half of a cold start. So until somebody loads
it, a body is read by the C scanner of `_json`, which needs no import, and goes to orjson as
soon as the scanner meets anything the two could see differently. Values are written likewise,
unless they are large: `_json` holds a text three times on the way to octets.

Source: RFC 8259.
"""

from _json import encode_basestring, make_encoder, make_scanner

from firstbyte.transport.errors import MalformedJson, NotJson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn

_MAX_BRACKETS = 512
"""More than this many, nested or not, and the two parsers' depth limits may matter."""

_MAX_DIGITS = 18
"""Longer integers may leave 64 bits, where orjson makes them floats."""

_MAX_WRITTEN = 1_000_000
"""Characters that `_json` writes; for more it takes longer than importing orjson."""

_UNSURE = (ValueError, StopIteration, SystemError, RecursionError)
"""What the scanner raises on bad input. SystemError: 3.11 looks for the error class of
`json.decoder` without importing it, and finds nothing to raise."""


class Codec:
    """JSON to values and back; `load` exchanges the parsers, never the verdicts."""

    __slots__ = ("_dumps", "_loads", "_scan", "_write")

    def __init__(self) -> None:
        # typeshed asks for a scanner here, but a scanner's attributes are enough.
        self._scan = make_scanner(_ScannerRules)  # type: ignore[arg-type]
        self._write = make_encoder(
            None, _refuse, encode_basestring, None, ":", ",", False, False, False
        )
        self._loads: Callable[[bytes], Any] | None = None
        self._dumps: Callable[[object], bytes] | None = None

    def load(self) -> None:
        """Import orjson, for a process that has much to read or write."""
        if self._loads is None:
            # 18.6 ms after `-I -S`, against 1.5 for the native poller: `python -I -S -X
            # importtime -c "import orjson"`. The first answer must not wait for it.
            from orjson import OPT_PASSTHROUGH_DATACLASS, OPT_PASSTHROUGH_DATETIME, dumps, loads

            # Only JSON values are promised: what `_json` refuses is not to pass here by luck.
            strict = OPT_PASSTHROUGH_DATACLASS | OPT_PASSTHROUGH_DATETIME
            self._dumps = lambda value: dumps(value, None, strict)
            self._loads = loads

    def decode(self, octets: bytes) -> "Any":
        """Read one JSON text of at most 1,024 levels.

        Of two members with one name the last counts. Integers beyond 64 bits become floats;
        what no double can hold is refused, and so are NaN and infinities.

        Raises:
            MalformedJson: not a JSON text in UTF-8, or one beyond these limits.
        """
        if self._loads is None:
            try:
                return self._scan_all(octets)
            except _UNSURE:
                self.load()
        assert self._loads is not None  # noqa: S101  # load() has just seen to it
        try:
            return self._loads(octets)
        except ValueError as error:
            raise MalformedJson(f"not a JSON text: {error}") from error

    def encode(self, value: object) -> bytes:
        """Write one JSON value, on one line, without spaces.

        `value` is made of dicts with `str` keys, lists, tuples, `str`, numbers, `bool`, None.

        Raises:
            NotJson: it holds something else, a NaN, an infinity or a lone surrogate.
        """
        if self._dumps is None:
            texts = self._write_texts(value)
            if sum(map(len, texts)) <= _MAX_WRITTEN:
                return self._join(texts)
            del texts
            self.load()
        assert self._dumps is not None  # noqa: S101  # load() has just seen to it
        try:
            octets = self._dumps(value)
        except TypeError:
            # `_json` decides: integers above 64 bits and deeper values are JSON too.
            return self._join(self._write_texts(value))
        # orjson writes NaN and infinities as null.
        if b"null" in octets and _holds_nonfinite([value]):
            raise NotJson("no JSON value: a number that is not finite")
        return octets

    def _write_texts(self, value: object) -> "Sequence[str]":
        try:
            texts: Sequence[str] = self._write(value, 0)
        except (TypeError, ValueError, RecursionError) as error:
            raise NotJson(f"no JSON value: {error}") from error
        return texts

    def _join(self, texts: "Sequence[str]") -> bytes:
        try:
            return "".join(texts).encode()
        except ValueError as error:
            raise NotJson(f"no JSON value: {error}") from error

    def _scan_all(self, octets: bytes) -> "Any":
        text = octets.decode().strip(" \t\n\r")
        if (
            text.count("[") + text.count("{") > _MAX_BRACKETS
            or "\\ud" in text  # a surrogate's half: only orjson insists on the other one
            or "\\uD" in text
        ):
            raise ValueError
        value, end = self._scan(text, 0)
        if end != len(text):
            raise ValueError
        return value


def _holds_nonfinite(values: "Iterable[object]") -> bool:
    # Exact types first: 12 ms of CPU for 20,000 small objects, 1 MB of JSON, against 17 by
    # `isinstance` alone and 23 if `_json` wrote them instead.
    for value in values:
        kind = type(value)
        if kind is str or kind is int:
            continue
        if kind is float:
            if value - value != 0:  # type: ignore[operator]
                return True
        elif isinstance(value, dict):
            if _holds_nonfinite(value.values()):
                return True
        elif isinstance(value, (list, tuple)) and _holds_nonfinite(value):
            return True
    return False


def _scan_integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError
    return int(digits)


def _scan_float(digits: str) -> float:
    value = float(digits)
    if value in (_INFINITY, -_INFINITY):
        raise ValueError
    return value


def _refuse(value: object) -> "NoReturn":
    raise ValueError(type(value).__name__)


_INFINITY = float("inf")


class _ScannerRules:
    """What `make_scanner` reads its rules from."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_int = _scan_integer
    parse_float = _scan_float
    parse_constant = _refuse
