"""One fuzz target for each parser of foreign bytes: any octets in, a promised outcome.

`scripts/fuzz.py TARGET` drives one with a coverage-guided fuzzer; `tests/test_fuzzing.py` runs
all of them on a few inputs, so that none falls behind the code.
"""

import json
from base64 import b64encode
from contextlib import suppress
from io import StringIO
from xml.etree import ElementTree

import orjson
from rich.console import Console

from benchmarks.answer import MalformedAnswer as UnreadableAnswer
from benchmarks.answer import read_answer, read_events
from benchmarks.request_reader import MalformedRequest, RequestReader
from benchmarks.request_reader import Request as MeasuredRequest
from firstbyte.emulator.answer import (
    parse_answer,
    parse_balanced_answer,
    parse_flattened,
    parse_older_answer,
    parse_rest_answer,
    parse_several_answer,
)
from firstbyte.emulator.head import MalformedAnswer
from firstbyte.emulator.prelude import PreludeReader
from firstbyte.handler.aws_service import parse_answer as parse_service_answer
from firstbyte.handler.errors import ConnectionLost, MalformedEvent, WrongSetting
from firstbyte.handler.framing import parse_reply_head
from firstbyte.handler.front_door import is_function_url, parse_event
from firstbyte.handler.gateway import parse_http_api, parse_proxy
from firstbyte.handler.keys import Keys, parse_keys
from firstbyte.probe.document import make_document
from firstbyte.probe.junit import make_junit
from firstbyte.probe.metrics import make_metrics
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from firstbyte.probe.sse import EventReader
from firstbyte.probe.text import print_report
from firstbyte.tools.catalog.attribute_value import read_item, write_item
from firstbyte.tools.errors import ToolError
from firstbyte.tools.question import Elicitation, Roots, UrlElicitation
from firstbyte.tools.sampling import Sampling
from firstbyte.tools.uri_template import parse_template
from firstbyte.transport import authored, session
from firstbyte.transport.codec import Codec
from firstbyte.transport.conversation import deliver
from firstbyte.transport.errors import CallEnded, MalformedJson
from firstbyte.transport.fault import Fault
from firstbyte.transport.header import accepts, decode_value, is_json
from firstbyte.transport.mirrored import find_mismatch
from firstbyte.transport.reporter import Reporter
from firstbyte.transport.request import STREAM, Request
from firstbyte.transport.token import Tokens
from tests.probe.fakes import URL, Fake, plain
from tests.transport.asking import (
    Answer,
    Question,
    Refused,
    a_remembering_memory,
    a_session,
    an_exchange,
)
from tests.transport.fakes import (
    Clock,
    Invocation,
    Service,
    Sink,
    a_memory,
    an_endpoint,
    echo,
    environments,
    shake_hands,
)
from tests.witness import check_exchange


def fuzz_codec(octets):
    """The C scanner and orjson agree on the verdict and on the value."""
    verdicts = []
    for codec in (Codec(), _LOADED):
        try:
            verdicts.append(repr(codec.decode(octets)))
        except MalformedJson:
            verdicts.append(None)
    assert verdicts[0] == verdicts[1]


def fuzz_event(octets):
    """Any JSON value is a request or a MalformedEvent."""
    with suppress(MalformedEvent, orjson.JSONDecodeError):
        parse_event(orjson.loads(octets))


def fuzz_gateway_event(octets):
    """Any JSON object is a request or a MalformedEvent, at whichever door."""
    with suppress(orjson.JSONDecodeError):
        event = orjson.loads(octets)
        is_function_url(event)
        for parse in (parse_http_api, parse_proxy):
            if isinstance(event, dict) and isinstance(event.get("requestContext"), dict):
                with suppress(MalformedEvent):
                    parse(event, STREAM)


def fuzz_reply_head(octets):
    """Any head of a reply is a status or a ConnectionLost."""
    with suppress(ConnectionLost):
        parse_reply_head(octets)


def fuzz_aws_answer(octets):
    """Any octets are the answer of a service, too few of one, or a ValueError."""
    with suppress(ValueError):
        found = parse_service_answer(octets)
        assert found is None or octets.endswith(found[1])


def fuzz_headers(octets):
    """No header value raises."""
    value = octets.decode("latin-1")
    decode_value(value)
    is_json(value)
    accepts(value, "application/json")


def fuzz_mirrored_header(octets):
    """Any header value is the argument's or is not; as Base64, a text is always its own."""
    text = octets.decode("utf-8", "replace")
    paths, arguments = {"P": ("p",)}, [text, 0, True, None]
    for argument in arguments:
        find_mismatch(paths, {"mcp-param-p": octets.decode("latin-1")}, {"p": argument})
    wrapped = f"=?base64?{b64encode(text.encode()).decode()}?="
    assert find_mismatch(paths, {"mcp-param-p": wrapped}, {"p": text}) is None


def fuzz_request(octets):
    """Any body gets one well-formed answer; two header values are drawn from it."""
    version, _, rest = octets.partition(b"\n")
    method, _, body = rest.partition(b"\n")
    headers = {
        "content-type": "application/json",
        "mcp-protocol-version": version.decode("latin-1"),
        "mcp-method": method.decode("latin-1"),
    }
    sink, request = Sink(), Request("POST", "/mcp", headers, body)
    an_endpoint().answer(request, sink, Invocation())
    assert sink.is_closed
    assert (sink.status == 202) == (not sink.body)
    check_exchange(request, sink)


def fuzz_session_id(octets):
    """No text is the id of a session that was not begun, by whatever method it comes."""
    headers = {"content-type": "application/json", "mcp-session-id": octets.decode("latin-1")}
    body = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
    for method in ("POST", "GET", "DELETE"):
        sink = Sink()
        _SESSIONS.answer(Request(method, "/mcp", headers, body), sink, Invocation())
        assert (sink.status, sink.is_closed) == (404, True)


def fuzz_last_event_id(octets):
    """No text is the id of an event that was not sent."""
    headers = {**_SESSION, "last-event-id": octets.decode("latin-1")}
    sink = Sink()
    _SESSIONS.answer(Request("GET", "/mcp", headers, b""), sink, Invocation())
    assert (sink.status, sink.is_closed) == (400, True)


def fuzz_keys(octets):
    """Any setting is keys that read what they make, or a WrongSetting."""
    with suppress(WrongSetting):
        keys = parse_keys(octets.decode("latin-1"))
        assert keys.verify(keys.sign(octets, b""), b"") == octets


def fuzz_token(octets):
    """No text is a token but one that was made here, as it was made."""
    memory = a_memory(Clock(), Keys({"a": bytes(32)}))
    text = octets.decode("latin-1")
    assert session.find(memory, "fake", text, "") is None
    assert Tokens(memory, _LOADED, "state", ("fake",)).unseal(text) is None
    made = memory.keys.sign(octets, b"")
    assert memory.keys.verify(made, b"") == octets
    assert memory.keys.verify(made, b"x") is None


def fuzz_prelude(octets):
    """A prelude is read the same whole and cut anywhere, or refused both times."""
    outcomes = []
    for parts in ([octets], [octets[index : index + 1] for index in range(len(octets))]):
        reader = PreludeReader()
        try:
            body = b"".join(reader.feed(part) for part in parts)
        except MalformedAnswer:
            outcomes.append(None)
        else:
            outcomes.append((reader.head, body))
    assert outcomes[0] == outcomes[1]


def fuzz_buffered_answer(octets):
    """Whatever a function returns is an answer or a MalformedAnswer."""
    with suppress(MalformedAnswer):
        parse_answer(octets)


def fuzz_gateway_answer(octets):
    """Any octets are an answer of each front door, or a MalformedAnswer."""
    for parse in (
        parse_balanced_answer,
        parse_flattened,
        parse_older_answer,
        parse_rest_answer,
        parse_several_answer,
    ):
        with suppress(MalformedAnswer):
            parse(octets)


def fuzz_measured_request(octets):
    """The benchmark reads a request the same whole and cut anywhere, or refuses it."""
    outcomes = []
    for parts in ([octets], [octets[index : index + 1] for index in range(len(octets))]):
        reader = RequestReader()
        try:
            requests = [request for part in parts for request in reader.feed(part, 1)]
        except MalformedRequest:
            outcomes.append(None)
        else:
            outcomes.append([(request.headers, request.body) for request in requests])
    assert outcomes[0] == outcomes[1]


def fuzz_measured_answer(octets):
    """The benchmark reads any POST as an answer, or refuses it."""
    prelude = {"content-type": "application/vnd.awslambda.http-integration-response"}
    for headers in (prelude, {}):
        with suppress(UnreadableAnswer):
            answer = read_answer(MeasuredRequest("POST", "/", headers, 1, [(1, octets)]))
            read_events(answer)


def fuzz_item(octets):
    """An item as it is shown can be written, and is shown the same again."""
    with suppress(ToolError, orjson.JSONDecodeError):
        item = orjson.loads(octets)
        if isinstance(item, dict):
            shown = read_item(write_item(item))
            assert read_item(write_item(shown)) == shown


def fuzz_uri(octets):
    """Any text matches a template or not, and what it yields leads nowhere else."""
    uri = octets.decode("utf-8", "surrogateescape")
    for template in _TEMPLATES:
        values = template.match(uri)
        for name, value in (values or {}).items():
            assert name in template.variables
            assert not {".", ".."} & set(value.replace("\\", "/").split("/"))
            assert name != "segment" or "/" not in value
        assert values is None or template.optional.issuperset(
            {*template.variables} - values.keys()
        )


_TEMPLATES = tuple(
    map(
        parse_template,
        ("s3://{segment}/{+key}{?version,part}", "x:{segment}-{other}{/third}", "x:?a=1{&b}"),
    )
)


def fuzz_round(octets):
    """Whatever comes along with a repeated call, it is refused or the question asked again."""
    state, _, rest = octets.partition(b"\n")
    params = {"requestState": state.decode("latin-1")} if state else {}
    with suppress(orjson.JSONDecodeError):
        params["inputResponses"] = orjson.loads(rest)
    response = None
    try:
        authored.run(an_exchange(params), lambda caller: caller.ask({"user": Question()}))
    except CallEnded as ended:
        response = ended.response
    if isinstance(response, Fault):
        assert response.code == -32602
    else:
        assert list(response["inputRequests"]) == ["user"]


def fuzz_clients_answer(octets):
    """Any object is an answer to an author's question or a ValueError."""
    try:
        answer = orjson.loads(octets)
    except orjson.JSONDecodeError:
        return
    for question in _QUESTIONS if isinstance(answer, dict) else ():
        with suppress(ValueError):
            question.read(answer)


def fuzz_response(octets):
    """Any JSON object answers the question it names: by an answer, or a refusal to give one."""
    with suppress(orjson.JSONDecodeError):
        message = orjson.loads(octets)
        if not isinstance(message, dict):
            return
        memory = a_remembering_memory()
        assert deliver(memory, Codec(), a_session(), message) == "unasked"

        def respond(call_id):
            named = {**message, "id": call_id}
            assert deliver(memory, Codec(), a_session(), named) == "taken"

        exchange = an_exchange(
            version="2025-11-25", memory=memory, answer=Answer(on_request=respond)
        )
        with suppress(Refused):
            Reporter(exchange).ask({"user": Question()})


_LOADED = Codec()
_LOADED.load()
_LISTENED = Service(echo=echo)
_LISTENED.announces = frozenset({"tools"})
(_SESSIONS,) = environments(_LISTENED, count=1)
_SESSION = shake_hands(_SESSIONS)

_FIELDS = {
    "name": {"type": "string", "format": "uri"},
    "day": {"type": "string", "format": "date-time"},
    "size": {"type": "integer", "maximum": 9},
    "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
}
_QUESTIONS = (
    Elicitation("Who?", {"type": "object", "properties": _FIELDS}),
    UrlElicitation("Go", "https://example.com/"),
    Sampling("Hello"),
    Roots(),
)


def fuzz_event_stream(octets):
    """Events are the same, in whatever pieces their octets come."""
    whole, torn = EventReader(), EventReader()
    events = [event for each in octets for event in torn.feed(bytes([each]))]
    assert whole.feed(octets) == events
    assert (whole.last_event_id, whole.retry_ms) == (torn.last_event_id, torn.retry_ms)


def fuzz_probed_server(octets):
    """Any server has a report, which others can read in every form.

    Its answers are parts of the octets, in turn: a status, a type, and a body, in which `$`
    stands for the id that was asked.
    """
    parts = octets.split(b"\n\n\n") or [b""]

    def change(request, count):
        start, _, body = parts[count % len(parts)].partition(b"\n")
        status, kind = (*start[:2], 0, 0)[:2]
        number = str(request.number).encode()
        return plain(
            _STATUSES[status % len(_STATUSES)],
            body.replace(b"$", number),
            content_type=_TYPES[kind % len(_TYPES)],
            www_authenticate=start[2:].decode("latin-1"),
        )

    plan = Plan(URL, repeat=2, origin="https://page.example", bearer=_BEARER)
    report = probe(plan, Fake(change))
    assert json.loads(json.dumps(make_document(report)))["exit_status"] == report.exit_status
    ElementTree.fromstring(make_junit(report))
    assert json.loads(json.dumps(make_metrics(report, 1)))["Url"] == URL
    print_report(report, Console(file=StringIO()))


_BEARER = "e30." + b64encode(b'{"nbf": 9e99, "exp": 1}').decode() + ".x"
_STATUSES = (200, 200, 200, 202, 302, 400, 401, 403, 404, 429, 500, 503, 0)
_TYPES = ("application/json", "text/event-stream", "text/html", "")

TARGETS = {
    name.removeprefix("fuzz_"): target
    for name, target in list(globals().items())
    if name.startswith("fuzz_")
}

SEEDS = [
    b"",
    b"\0",
    b"{}",
    b"[" * 600,
    b'{"id": 18446744073709551616}',
    b'{"a": 1e999}',
    b'"\\ud800"',
    b"\xff\xfe",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\n",
    b"HTTP/1.1 202 Accepted\r\ncontent-length: 99999999999999999999",
    b"=?base64?AAA=?=",
    b"k1:" + b"A" * 43,
    b"a.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
    b"a." + b"A" * 40,
    b"a" * 22 + b".1",
    b"changes-" + b"a" * 22 + b".3",
    (
        b'2026-07-28\ntools/call\n{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo",'
        b'"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",'
        b'"io.modelcontextprotocol/clientCapabilities":{}}}}'
    ),
    b'\n\n{"jsonrpc":"2.0","id":"1","method":"initialize","params":{"protocolVersion":"2024-11-05"}}',
    b'{"statusCode":201,"headers":{"X-A":"1"},"cookies":["a=1"]}\0\0\0\0\0\0\0\0body',
    b'{"statusCode":200,"body":"AAA=","isBase64Encoded":true}',
    b'{"n":{"N":"123456789012345678901234567890"},"m":{"M":{"N":"5"}},"b":{"B":"AAA="}}',
    b"s3://papers/a%20b/%2e%2e/%FF?version=1&part=%",
    b'k.AAAA\n{"user":{"content":"Ada"},"other":{}}',
    b'{"result":{"content":null},"error":{"message":[]}}',
    b'{"action":"accept","content":{"name":":","day":"2026-13-01T00:00:00Z","size":1e300,"tags":[[]]}}',
    b'{"role":"assistant","model":"m","content":[{"type":"image","data":"=","mimeType":"a"},null]}',
    b'{"requestContext":{"http":{"method":1}},"rawPath":null,"headers":{"a":[]}}',
    b"id: 7\rretry: 9\r\ndata: a\r\r\xef\xbb\xbfdata\n\n",
    (
        b'\0\0\n{"jsonrpc":"2.0","id":$,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},'
        b'"serverInfo":{"name":"\\u001b[31m"},"supportedVersions":["2026-07-28"],"tools":[{"name":"\\ud800",'
        b'"inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}],"nextCursor":"$"}}'
    ),
    b'\x06\0Bearer resource_metadata="http://[/"\n\n\n\n\0\0\n{"authorization_servers":["http://[",7]}',
]
"""What the fuzzer starts from, whatever the target."""
