"""handler/secret.py: keys from a secret, fetched when needed, right after any rotation."""

import hashlib
import json
import math
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import NoRegionError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from moto.server import ThreadedMotoServer

from firstbyte.handler.errors import KeysUnavailable, WrongSetting
from firstbyte.handler.keys import Keys, make_key
from firstbyte.handler.secret import SecretKeys, ask_values, parse_secret
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import MalformedJson
from tests.handler.fakes import child, mcp_event, runtime_api

OLD, NEW, NEWEST = "o" * 43, "n" * 64, "?" * 100
REGION = "eu-central-1"
ABOVE = {"AWS_REGION": REGION}
TASK = '''
import sys
from firstbyte.tools import Server, tool

@tool
def has_boto3() -> bool:
    """Tell whether it is imported."""
    return "boto3" in sys.modules

server = Server("sample", "1", tools=[has_boto3])
'''


class Clock:
    now_s = 1e9

    def epoch_s(self):
        return self.now_s


class Secret:
    """Values that are changed by hand, and how often they were fetched."""

    def __init__(self, *values):
        self.values = list(values)
        self.fetched = 0

    def __call__(self):
        self.fetched += 1
        if not self.values:
            raise KeysUnavailable("the secret mine cannot be fetched: denied")
        return self.values


class Environment:
    """One environment's keys, with what it was warned of."""

    def __init__(self, secret):
        self.clock, self.warnings = Clock(), []
        self.keys = SecretKeys(secret, self.clock, self.warnings.append)


def parse(setting, environment=ABOVE, left_s=60.0):
    """What fetches, by boto3: it alone knows a region without credentials."""
    return parse_secret(setting, environment, Clock(), Codec().decode, lambda: left_s)


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield boto3.client("secretsmanager", region_name=REGION)


def test_nothing_is_fetched_before_a_key_is_needed_and_then_once():
    secret = Secret(OLD)
    environment = Environment(secret)
    assert len(environment.keys.new_id()) == 22
    assert secret.fetched == 0
    token = environment.keys.sign(b"hello", b"me")
    sealed = environment.keys.seal(b"hello", b"me")
    assert environment.keys.verify(token, b"me") == b"hello"
    assert environment.keys.unseal(sealed, b"me") == b"hello"
    assert secret.fetched == 1


def test_a_value_gives_its_key_and_an_id_that_does_not_tell_it():
    name, octets = make_key(OLD)
    assert (
        octets
        == hashlib.blake2b(OLD.encode(), digest_size=32, person=b"firstbyte key").digest()
    )
    assert len(name) == 8
    token = Environment(Secret(OLD)).keys.sign(b"hello", b"")
    assert token == Keys({name: octets}).sign(b"hello", b"")


@given(st.text(min_size=43), st.text(min_size=43))
def test_two_values_never_share_an_id_or_a_key(one, other):
    assert (make_key(one)[0] == make_key(other)[0]) == (one == other)
    assert (make_key(one)[1] == make_key(other)[1]) == (one == other)


def test_after_a_rotation_both_values_read_and_the_current_one_makes():
    before, after = Environment(Secret(OLD)), Environment(Secret(NEW, OLD))
    assert after.keys.verify(before.keys.sign(b"hello", b""), b"") == b"hello"
    assert after.keys.unseal(before.keys.seal(b"hello", b""), b"") == b"hello"
    assert after.keys.sign(b"hello", b"") == Environment(Secret(NEW)).keys.sign(b"hello", b"")


def test_an_environment_from_before_a_rotation_reads_what_one_from_after_it_made():
    secret = Secret(OLD)
    elder = Environment(secret)
    elder.keys.sign(b"", b"")
    secret.values = [NEW, OLD]
    token = Environment(secret).keys.sign(b"hello", b"")
    elder.clock.now_s += 30
    assert elder.keys.verify(token, b"") == b"hello"


def test_made_up_tokens_cause_a_fetch_every_half_minute_at_most():
    secret = Secret(OLD)
    environment = Environment(secret)
    for _ in range(100):
        assert environment.keys.verify("stranger.aaaa.aaaa", b"") is None
    assert secret.fetched == 1
    environment.clock.now_s += 30
    for _ in range(100):
        assert environment.keys.unseal("stranger.aaaa", b"") is None
    assert secret.fetched == 2


def test_an_environment_uses_a_value_for_an_hour_at_most_after_its_rotation():
    secret = Secret(OLD)
    environment = Environment(secret)
    old = environment.keys.sign(b"", b"")
    secret.values = [NEW, OLD]
    environment.clock.now_s += 3599
    assert environment.keys.sign(b"", b"") == old
    environment.clock.now_s += 1
    assert environment.keys.sign(b"", b"") == Environment(Secret(NEW)).keys.sign(b"", b"")


def test_where_a_later_fetch_fails_the_keys_at_hand_stay_in_use_and_somebody_is_told():
    secret = Secret(OLD)
    environment = Environment(secret)
    token = environment.keys.sign(b"hello", b"")
    secret.values = []
    environment.clock.now_s += 3600
    assert environment.keys.verify(token, b"") == b"hello"
    assert environment.warnings == [
        "the secret mine cannot be fetched: denied; the keys at hand stay in use"
    ]


def test_a_short_value_is_refused_untold_and_a_short_older_one_is_not_used():
    with pytest.raises(KeysUnavailable) as caught:
        Environment(Secret("hunter2")).keys.sign(b"", b"")
    assert str(caught.value) == "the secret's value has 7 characters, needs 43 or more"
    token = Environment(Secret(NEW, "hunter2")).keys.sign(b"", b"")
    assert token == Environment(Secret(NEW)).keys.sign(b"", b"")


def test_one_value_under_both_stages_is_one_key():
    keys = Environment(Secret(OLD, OLD)).keys
    assert keys.verify(keys.sign(b"hello", b""), b"") == b"hello"


def test_values_are_those_of_secrets_manager(aws):
    arn = aws.create_secret(Name="firstbyte/keys", SecretString=OLD)["ARN"]
    for name in ("firstbyte/keys", arn):
        fetch = parse(f"secretsmanager:{name}")
        assert fetch() == [OLD]
    for value, found in ((NEW, [NEW, OLD]), (NEWEST, [NEWEST, NEW])):
        aws.put_secret_value(SecretId=arn, SecretString=value)
        assert fetch() == found


def test_a_secret_that_cannot_be_had_is_named(aws):
    with pytest.raises(KeysUnavailable, match=r"^the secret absent cannot be fetched: .*find"):
        parse("secretsmanager:absent")()
    with pytest.raises(KeysUnavailable, match="You must specify a region"):
        parse("secretsmanager:absent", {})()
    aws.create_secret(Name="octets", SecretBinary=bytes(43))
    with pytest.raises(KeysUnavailable, match="holds octets, needs to hold text"):
        parse("secretsmanager:octets")()


@pytest.mark.parametrize(
    ("left_s", "attempts", "read_s"),
    [
        (math.inf, 3, 3.0),
        (15.0, 3, 3.0),
        (14.0, 2, 3.0),
        (5.5, 1, 3.0),
        (2.5, 1, 1.5),
        (0, 1, 0.1),
    ],
)
def test_a_fetch_takes_no_longer_than_its_call_may(monkeypatch, left_s, attempts, read_s):
    configs = []

    def client(_service, *, region_name, config):
        configs.append(config)
        raise NoRegionError

    monkeypatch.setattr(boto3, "client", client)
    with pytest.raises(KeysUnavailable):
        parse("secretsmanager:mine", left_s=left_s)()
    (config,) = configs
    assert config.retries["total_max_attempts"] == attempts
    assert (config.connect_timeout, config.read_timeout) == (1.0, read_s)


def test_calls_that_follow_a_failed_fetch_do_not_all_wait_for_one():
    secret = Secret()
    environment = Environment(secret)
    for _ in range(3):
        with pytest.raises(KeysUnavailable, match="cannot be fetched: denied"):
            environment.keys.sign(b"", b"")
    assert secret.fetched == 1
    environment.clock.now_s += 5
    secret.values = [OLD]
    assert environment.keys.verify(environment.keys.sign(b"hello", b""), b"") == b"hello"


class Answers:
    """A connection that has its answers ready, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked, self.is_closed = list(answers), [], False

    def ask(self, target, body, now_s):
        self.asked.append((target, json.loads(body), now_s))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self):
        self.is_closed = True


def value(text):
    return 200, json.dumps({"SecretString": text}).encode()


MISSING = (400, b'{"__type":"ResourceNotFoundException","Message":"no such stage"}')


@pytest.mark.parametrize(
    ("answers", "values"),
    [
        ([value(NEW), value(OLD)], [NEW, OLD]),
        ([value(NEW), MISSING], [NEW]),
    ],
)
def test_both_values_are_asked_for_without_an_sdk(answers, values):
    connection = Answers(*answers)
    assert ask_values(lambda: connection, "a/b", 7.0, Codec().decode) == values
    assert connection.asked == [
        ("secretsmanager.GetSecretValue", {"SecretId": "a/b", "VersionStage": stage}, 7.0)
        for stage in ("AWSCURRENT", "AWSPREVIOUS")
    ]
    assert connection.is_closed


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([MISSING], id="no such secret"),
        pytest.param([value(NEW), (400, b'{"__type":"AccessDeniedException"}')], id="denied"),
        pytest.param([value(NEW), (500, b"{}")], id="error without a type"),
        pytest.param([(200, b'{"SecretBinary":"AAAA"}')], id="octets"),
        pytest.param([(200, b'{"SecretString":1}'), MISSING], id="a number"),
        pytest.param([(200, b"[]")], id="no object"),
        pytest.param([(200, b"{")], id="no JSON"),
        pytest.param([TimeoutError()], id="too slow"),
        pytest.param([ValueError("no answer")], id="no HTTP"),
        pytest.param([MalformedJson("no JSON")], id="no JSON"),
    ],
)
def test_what_goes_wrong_without_an_sdk_is_left_to_it(answers):
    connection = Answers(*answers)
    assert ask_values(lambda: connection, "a", 0.0, Codec().decode) is None
    assert connection.is_closed


def test_what_stands_in_the_way_is_told_as_the_sdk_tells_it():
    # A name that no resolver is asked for.
    nowhere = {"AWS_REGION": "a..b", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    with pytest.raises(KeysUnavailable, match=r"cannot be fetched: .*'a\.\.b' doesn't match"):
        parse("secretsmanager:mine", nowhere)()


def test_who_cannot_be_reached_is_left_to_the_sdk():
    def connect():
        raise ConnectionRefusedError

    assert ask_values(connect, "a", 0.0, Codec().decode) is None


@pytest.mark.parametrize("name", ["", " ", "a b", "é", "a,b", "a\n", "a" * 2049])
def test_what_names_no_secret_is_refused_at_the_start(name):
    with pytest.raises(WrongSetting, match=r"needs a secret's name or ARN behind secretsm"):
        parse(f"secretsmanager:{name}")


@given(st.text())
def test_any_name_is_one_or_refused(text):
    try:
        fetch = parse(f"secretsmanager:{text}")
    except WrongSetting:
        return
    assert callable(fetch)
    assert text.isascii()


def test_lists_do_without_and_sessions_go_from_one_environment_to_the_next(tmp_path):
    (tmp_path / "task.py").write_text(TASK)
    modern = {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    }
    aws = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    aws.start()
    try:
        host, port = aws.get_host_and_port()
        environment = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "FIRSTBYTE_KEYS": "secretsmanager:firstbyte",
        }
        client = boto3.client(
            "secretsmanager",
            region_name=REGION,
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.create_secret(Name="firstbyte", SecretString=OLD)
        head = {"mcp-protocol-version": "2026-07-28"}
        with (
            runtime_api() as server,
            child(server, "task:server", folder=tmp_path, environment=environment),
        ):
            for method, params in (
                ("tools/list", modern),
                ("tools/call", {"name": "has_boto3", "arguments": {}, **modern}),
            ):
                name = {"mcp-name": "has_boto3"} if method == "tools/call" else {}
                server.invoke(
                    mcp_event(method, params, **head, **name, **{"mcp-method": method})
                )
                answer = server.post()
                assert json.loads(answer.chunks[0])["statusCode"] == 200, answer.chunks
            assert json.loads(answer.chunks[2])["result"]["structuredContent"] is False
            shake = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}}
            server.invoke(mcp_event("initialize", shake))
            session = json.loads(server.post().chunks[0])["headers"]["mcp-session-id"]
        client.put_secret_value(SecretId="firstbyte", SecretString=NEW)
        with (
            runtime_api() as server,
            child(server, "task:server", folder=tmp_path, environment=environment),
        ):
            server.invoke(mcp_event("ping", **{"mcp-session-id": session}))
            assert json.loads(server.post().chunks[0])["statusCode"] == 200
    finally:
        aws.stop()


IMPORTS = """
import sys
from firstbyte.handler.secret import parse_secret
parse_secret("secretsmanager:mine", {}, None, None, None)
print({"boto3", "botocore", "json", "typing"} & sys.modules.keys())
"""


def test_a_start_imports_none_of_aws_for_it():
    command = [sys.executable, "-c", IMPORTS]
    assert subprocess.check_output(command, text=True) == "set()\n"
