"""probe/signature.py: requests are signed so that AWS's own rules verify them."""

import datetime

import httpx2
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from firstbyte.probe.signature import Signature, Unsignable, place_of

PROGRAM = """
if test -e "$1"; then exit 1; fi
touch "$1"
until=$(date -u -d '+1 second' +%Y-%m-%dT%H:%M:%SZ)
echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"'$until'"}'
"""

URL = "https://abc123.lambda-url.eu-west-1.on.aws/mcp"


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)


def sent_by(auth, url=URL):
    """The request as it would leave."""
    seen = []

    def answer(request):
        seen.append(request)
        return httpx2.Response(200)

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        client.post(url, content=b"{}", headers={"content-type": "application/json"}, auth=auth)
    return seen[0]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (URL, ("lambda", "eu-west-1")),
        (
            "https://a1.execute-api.us-east-2.amazonaws.com/prod/mcp",
            ("execute-api", "us-east-2"),
        ),
        ("https://mcp.example/mcp", ("execute-api", "")),
        ("https://lambda-url.example/", ("execute-api", "")),
    ],
)
def test_a_host_tells_service_and_region(url, place):
    assert place_of(url) == place


@pytest.mark.usefixtures("credentials")
def test_a_signature_is_what_the_rules_make_of_the_request():
    request = sent_by(Signature(URL))
    headers = {"content-type": request.headers["content-type"]}
    again = AWSRequest(method="POST", url=URL, data=request.content, headers=headers)
    again.context["timestamp"] = request.headers["x-amz-date"]
    again.headers["X-Amz-Date"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials("AKIDEXAMPLE", "secret"), "lambda", "eu-west-1")
    text = signer.string_to_sign(again, signer.canonical_request(again))
    signature = signer.signature(text, again)
    assert request.headers["authorization"].endswith(f"Signature={signature}")
    assert "/eu-west-1/lambda/aws4_request" in request.headers["authorization"]
    datetime.datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%S%z")


@pytest.mark.usefixtures("credentials")
def test_a_domain_of_ones_own_needs_a_region(monkeypatch):
    with pytest.raises(Unsignable, match="AWS_REGION"):
        Signature("https://mcp.example/mcp")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    request = sent_by(Signature("https://mcp.example/mcp"), "https://mcp.example/mcp")
    assert "/eu-north-1/execute-api/" in request.headers["authorization"]
    # What Lambda sets, and the AWS CLI reads first.
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    request = sent_by(Signature("https://mcp.example/mcp"), "https://mcp.example/mcp")
    assert "/eu-west-3/execute-api/" in request.headers["authorization"]


@pytest.mark.usefixtures("credentials")
def test_credentials_that_cannot_be_had_are_told(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text("[default]\ncredential_process = false\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(Unsignable, match="can be had"):
        sent_by(Signature(URL))


@pytest.mark.usefixtures("credentials")
def test_credentials_that_cannot_be_renewed_are_told(monkeypatch, tmp_path):
    # They expire while the probe looks at them, and the second time the program fails.
    program = tmp_path / "program"
    program.write_text(PROGRAM)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    config = f"[default]\ncredential_process = sh {program} {tmp_path}/asked\n"
    (tmp_path / "config").write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    signature = Signature(URL)
    with pytest.raises(Unsignable, match="can be had"):
        sent_by(signature)


@pytest.mark.usefixtures("credentials")
def test_without_credentials_nothing_is_signed(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(Unsignable, match="no AWS credentials"):
        Signature(URL)
