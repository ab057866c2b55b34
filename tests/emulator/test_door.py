"""emulator/door.py: each front door passes on what it takes, and refuses what it does not."""

import json

import pytest

from firstbyte.emulator.door import DOORS
from tests.emulating import emulator
from tests.emulator.stage import PUPPET

NAMES = tuple(DOORS)
HEADERS = {"x-a": "1", "www-authenticate": "Bearer"}
WHOLE = {"statusCode": 201, "headers": HEADERS, "body": "ok"}
SEVERAL = {
    "statusCode": 201,
    "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
    "body": "ok",
}
FAILED = {name: 500 if name.startswith("http") else 502 for name in NAMES}


@pytest.fixture(scope="module", params=NAMES)
def house(request, theatre):
    with emulator(*PUPPET, env=theatre.variables, front=request.param) as running:
        running.front = request.param
        running.path = running.url.partition(str(running.port))[2]
        yield running


@pytest.fixture
def call(running, stage, client):
    """Call the function, which does what `act(puppet)` does; return the response."""

    def call(act, **options):
        client.send(target=running.path, **options)
        puppet = stage.puppet()
        puppet.next()
        act(puppet)
        response = client.response()
        response.octets = response.read()
        return response

    return call


def answer_as_a_stream(puppet):
    puppet.open({key: WHOLE[key] for key in ("statusCode", "headers")})
    puppet.write("ok")
    assert puppet.finish()["status"] == 202


def test_the_url_that_is_told_leads_through_the_door(running):
    is_api = running.front.startswith(("rest", "http"))
    assert running.path == ("/prod/mcp" if is_api else "/mcp")


def test_an_answer_in_one_piece_is_passed_on_by_who_takes_one(running, call):
    whole = SEVERAL if running.front == "alb-multi" else WHOLE
    response = call(lambda puppet: puppet.respond(whole))
    if running.front == "rest-stream":
        assert response.status == 502
    elif running.front == "url-stream":
        assert (response.status, json.loads(response.octets)) == (200, whole)
    else:
        assert (response.status, response.headers["x-a"]) == (201, "1")
        assert response.octets == b"ok"


def test_a_stream_is_passed_on_by_who_takes_one(running, call):
    response = call(answer_as_a_stream)
    if running.front in ("url", "url-stream", "rest-stream"):
        assert (response.status, response.headers["x-a"]) == (201, "1")
        assert response.octets == b"ok"
    elif running.front == "url-buffered":
        prelude, _, body = response.octets.partition(bytes(8))
        assert (response.status, json.loads(prelude)["statusCode"], body) == (200, 201, b"ok")
    else:
        assert response.status == FAILED[running.front]


def test_a_challenge_is_renamed_by_all_but_load_balancers(running, call):
    if running.front in ("rest-stream", "url-stream"):
        response = call(answer_as_a_stream)
    else:
        whole = SEVERAL if running.front == "alb-multi" else WHOLE
        response = call(lambda puppet: puppet.respond(whole))
    is_renamed = not running.front.startswith("alb")
    assert response.headers["x-amzn-remapped-www-authenticate"] == (
        "Bearer" if is_renamed else None
    )
    assert response.headers["www-authenticate"] == (None if is_renamed else "Bearer")


def test_a_function_that_fails_has_each_door_s_own_error(running, call):
    response = call(lambda puppet: puppet.fail("Function.Failed", {"errorMessage": "secret"}))
    assert response.status == FAILED[running.front]
    assert b"secret" not in response.octets


def test_what_has_no_status_is_an_answer_to_function_urls_and_http_apis_alone(running, call):
    response = call(lambda puppet: puppet.respond({"hello": 1}))
    takes_any = running.front in ("url", "url-stream", "url-buffered", "http")
    assert response.status == (200 if takes_any else FAILED[running.front])


def test_a_path_outside_of_an_api_s_stage_never_reaches_the_function(running, client):
    if running.path == "/mcp":
        pytest.skip("everything is behind this door")
    response = client.send(target="/mcp").response()
    refused = {"http": (404, "Not Found"), "rest": (403, "Forbidden")}
    status, message = refused[running.front[:4]]
    assert (response.status, json.loads(response.read())) == (status, {"message": message})


def test_no_request_is_larger_than_the_door(running, client):
    limit = 1_000_000 if running.front.startswith("alb") else 6 * 1024 * 1024
    response = client.send(target=running.path, body=b"x" * (limit + 1)).response()
    assert response.status == 413


def test_a_load_balancer_passes_no_answer_on_that_is_over_a_megabyte(running, call):
    if not running.front.startswith("alb"):
        pytest.skip("of other doors only Lambda's limit is played")
    response = call(lambda puppet: puppet.respond(WHOLE | {"body": "x" * 1_000_000}))
    assert response.status == 502
