"""tools/catalog/environment.py: a probe learns whether it woke this process, what it has."""

import platform


def test_it_tells_memory_time_place_and_version(client, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    told = client.call("environment").structured
    assert told["memory_limit_mb"] == 512
    assert told["remaining_ms"] == 60_000
    assert told["region"] == "eu-central-1"
    assert told["python_version"] == platform.python_version()
    assert told["peak_rss_mb"] is None or 1 < told["peak_rss_mb"] < 100_000


def test_outside_lambda_there_is_no_limit_to_tell(client, monkeypatch):
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", raising=False)
    assert client.call("environment").structured["memory_limit_mb"] is None


def test_only_the_first_invocation_is_cold(client):
    told = [client.call("environment").structured for _ in range(2)]
    assert [(one["cold"], one["invocations"]) for one in told] == [(True, 1), (False, 2)]
