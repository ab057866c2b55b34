"""handler/settings.py: defaults, values taken, and wrong ones refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import WrongSetting
from firstbyte.handler.settings import Settings

DEFAULTS = {
    "allowed_hosts": (),
    "allowed_origins": (),
    "deadline_margin_ms": 500,
    "exports_spans": False,
    "ignores_manifest": False,
    "invoke_mode": "auto",
    "keep_alive_s": 15,
    "keys": "",
    "listen_s": 300,
    "max_body_bytes": 6_291_456,
    "path": "/mcp",
    "request_level": "",
    "server": "",
    "session_ttl_s": 86_400,
    "store": "",
}
NUMBERS = {
    "FIRSTBYTE_MAX_BODY_BYTES": ("max_body_bytes", 1),
    "FIRSTBYTE_DEADLINE_MARGIN_MS": ("deadline_margin_ms", 0),
    "FIRSTBYTE_KEEP_ALIVE_S": ("keep_alive_s", 1),
    "FIRSTBYTE_SESSION_TTL_S": ("session_ttl_s", 1),
    "FIRSTBYTE_LISTEN_S": ("listen_s", 1),
}


def settings(**environment):
    read = Settings(environment)
    return {name: getattr(read, name) for name in Settings.__slots__}


def test_an_empty_environment_gives_the_defaults():
    assert settings() == DEFAULTS


def test_an_empty_variable_counts_as_absent():
    names = ("FIRSTBYTE_SERVER", "_HANDLER", "FIRSTBYTE_PATH", "FIRSTBYTE_KEYS")
    names += ("FIRSTBYTE_STORE", "FIRSTBYTE_MANIFEST", "FIRSTBYTE_INVOKE_MODE")
    assert settings(**dict.fromkeys(names, "")) == DEFAULTS
    assert settings(**dict.fromkeys(NUMBERS, "")) == DEFAULTS


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"FIRSTBYTE_SERVER": "a:b", "_HANDLER": "c.d"}, {"server": "a:b"}),
        ({"_HANDLER": "c.d"}, {"server": "c.d"}),
        ({"FIRSTBYTE_MANIFEST": "use"}, {}),
        ({"FIRSTBYTE_MANIFEST": "ignore"}, {"ignores_manifest": True}),
        ({"FIRSTBYTE_INVOKE_MODE": "buffered"}, {"invoke_mode": "buffered"}),
        ({"FIRSTBYTE_INVOKE_MODE": "stream"}, {"invoke_mode": "stream"}),
        ({"FIRSTBYTE_INVOKE_MODE": "auto"}, {}),
        ({"FIRSTBYTE_PATH": "/"}, {"path": "/"}),
        ({"AWS_LAMBDA_LOG_LEVEL": "WARN"}, {}),
        ({"AWS_LAMBDA_LOG_FORMAT": "Text"}, {}),
        ({"AWS_LAMBDA_LOG_FORMAT": "JSON"}, {"request_level": "INFO"}),
        (
            {"AWS_LAMBDA_LOG_FORMAT": "json", "AWS_LAMBDA_LOG_LEVEL": "warn"},
            {"request_level": "WARN"},
        ),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, {"exports_spans": True}),
        ({"OTEL_TRACES_EXPORTER": "none"}, {}),
        (
            {"FIRSTBYTE_ALLOWED_ORIGINS": " https://A.example ,, *"},
            {"allowed_origins": ("https://a.example", "*")},
        ),
        ({"FIRSTBYTE_ALLOWED_HOSTS": "Host:80"}, {"allowed_hosts": ("host:80",)}),
        ({"FIRSTBYTE_MAX_BODY_BYTES": "1"}, {"max_body_bytes": 1}),
        ({"FIRSTBYTE_DEADLINE_MARGIN_MS": "0"}, {"deadline_margin_ms": 0}),
        ({"FIRSTBYTE_KEEP_ALIVE_S": "05"}, {"keep_alive_s": 5}),
        ({"FIRSTBYTE_SESSION_TTL_S": "60"}, {"session_ttl_s": 60}),
        ({"FIRSTBYTE_LISTEN_S": "1"}, {"listen_s": 1}),
        ({"FIRSTBYTE_KEYS": "a:b"}, {"keys": "a:b"}),
        ({"FIRSTBYTE_KEYS": "a:b", "FIRSTBYTE_STORE": "c:d"}, {"keys": "a:b", "store": "c:d"}),
    ],
)
def test_a_variable_changes_its_setting_alone(environment, expected):
    assert settings(**environment) == DEFAULTS | expected


def test_any_other_invoke_mode_is_refused():
    with pytest.raises(
        WrongSetting, match=r"^FIRSTBYTE_INVOKE_MODE is 'STREAM', needs to be stream, buffered"
    ):
        settings(FIRSTBYTE_INVOKE_MODE="STREAM")


def test_any_other_word_about_the_manifest_is_refused():
    with pytest.raises(WrongSetting, match=r"^FIRSTBYTE_MANIFEST is 'off', needs to be use or"):
        settings(FIRSTBYTE_MANIFEST="off")


@pytest.mark.parametrize("path", ["mcp", "/mcp?x", "/mcp#x"])
def test_a_path_that_no_request_can_have_is_refused(path):
    with pytest.raises(WrongSetting, match=r"^FIRSTBYTE_PATH is '.*', needs to begin"):
        settings(FIRSTBYTE_PATH=path)


@pytest.mark.parametrize(
    "origin",
    [
        "a.example",
        "https:a.example",
        "https://",
        "://a.example",
        "https://a.example/",
        "https://a.example/mcp",
        "https://*.example",
        "https://a@b.example",
        "https://a.example:x",
        "https://a.example:",
        "https://ä.example",
        "https://a b.example",
        '"https://a.example"',
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:65536",
        "https://[::1",
        "https://a]",
        "https://[]",
        "https://[a]:b]",
        "https://[a.example]",
        "https://.",
        "h_t://a.example",
        "h~t://a.example",
        "ḣttp://a.example",
        "https://a%20b.example",
        "1://a.example",
        "null",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(origin):
    with pytest.raises(WrongSetting, match=r"^FIRSTBYTE_ALLOWED_ORIGINS has '.*', needs the"):
        settings(FIRSTBYTE_ALLOWED_ORIGINS=f"https://fine.example,{origin}")


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "https://a:80",
        "http://[::1]",
        "https://[::1]:8",
        "chrome-extension://abc",
        "a+b.c1://d",
        "*",
    ],
)
def test_what_a_browser_may_send_as_an_origin_is_taken(origin):
    assert settings(FIRSTBYTE_ALLOWED_ORIGINS=origin)["allowed_origins"] == (origin,)


@pytest.mark.parametrize(
    "host",
    [
        "https://a.example",
        "a.example/mcp",
        "*",
        "a.example:",
        ":80",
        "::1",
        "a b",
        "ä",
        "[::1",
        "a'",
        ".",
    ],
)
def test_what_no_client_sends_as_a_host_is_refused(host):
    with pytest.raises(
        WrongSetting, match=r"^FIRSTBYTE_ALLOWED_HOSTS has ['\"].*['\"], needs the"
    ):
        settings(FIRSTBYTE_ALLOWED_HOSTS=f"fine.example, {host}")


@pytest.mark.parametrize(
    "host", ["a.example", "a.example:8080", "127.0.0.1", "[::1]", "[::1]:8"]
)
def test_what_a_client_may_send_as_a_host_is_taken(host):
    assert settings(FIRSTBYTE_ALLOWED_HOSTS=host)["allowed_hosts"] == (host,)


@given(st.sampled_from(["FIRSTBYTE_ALLOWED_HOSTS", "FIRSTBYTE_ALLOWED_ORIGINS"]), st.text())
def test_any_text_is_a_list_of_plain_words_or_refused(name, text):
    try:
        words = settings(**{name: text})[name.removeprefix("FIRSTBYTE_").lower()]
    except WrongSetting:
        return
    assert all(word.isascii() and word.isprintable() and " " not in word for word in words)


def test_a_store_without_keys_is_refused():
    with pytest.raises(WrongSetting, match=r"^FIRSTBYTE_STORE is set, needs FIRSTBYTE_KEYS"):
        settings(FIRSTBYTE_STORE="sqlite:a.db")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["-1", "1.5", " 1", "1_0", "٣", "1e3", "x", "9" * 13])
def test_what_is_no_whole_number_is_refused_with_its_bound(name, text):
    with pytest.raises(WrongSetting, match=f"^{name} is .*, needs a whole number from"):
        settings(**{name: text})


@pytest.mark.parametrize("name", [name for name, (_, least) in NUMBERS.items() if least])
def test_a_number_below_its_bound_is_refused(name):
    with pytest.raises(WrongSetting, match=f"^{name} is '0', needs .* from 1 to"):
        settings(**{name: "0"})


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("FIRSTBYTE_MAX_BODY_BYTES", 10_485_760),
        ("FIRSTBYTE_DEADLINE_MARGIN_MS", 900_000),
        ("FIRSTBYTE_KEEP_ALIVE_S", 299),
        ("FIRSTBYTE_SESSION_TTL_S", 2_592_000),
        ("FIRSTBYTE_LISTEN_S", 900),
    ],
)
def test_a_number_above_its_bound_is_refused(name, most):
    assert settings(**{name: str(most)})[NUMBERS[name][0]] == most
    with pytest.raises(WrongSetting, match=f"to {most}$"):
        settings(**{name: str(most + 1)})


@given(st.sampled_from(sorted(NUMBERS)), st.text())
def test_any_text_is_a_number_within_bounds_or_refused(name, text):
    field, least = NUMBERS[name]
    try:
        value = settings(**{name: text})[field]
    except WrongSetting:
        return
    assert value >= least
