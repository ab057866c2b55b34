"""The three ways to deploy, as SAM, CDK and Terraform understand them, without an account."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.resolving import resolve
from tests.installed import installed

ROOT = Path(__file__).parents[2]
PATIENCE_S = 240

EVERYTHING = {
    "image_folder": "deploy/server",
    "authentication": "NONE",
    "allowed_origins": "https://a.example,https://b.example",
    "keys": "secret",
    "table_name": "films",
    "table_access": "write",
    "bucket_name": "notes",
    "policy_arn": "arn:aws:iam::123456789012:policy/mine",
    "architecture": "x86_64",
    "memory_mb": "1024",
    "timeout_s": "300",
    "reserved_concurrency": "10",
    "provisioned_concurrency": "2",
    "rest_api": "stream",
    "log_level": "DEBUG",
    "log_retention_days": "90",
    "alarm_topic_arn": "arn:aws:sns:eu-west-1:123456789012:alarms",
    "probe_schedule": "rate(15 minutes)",
}
ASKED = {
    "defaults": {},
    "everything": EVERYTHING,
    "snapshot": {
        "snap_start": "PublishedVersions",
        "table_name": "films",
        "rest_api": "stream",
    },
    "signed probe": {"probe_schedule": "rate(1 hour)", "reserved_concurrency": "0"},
}
"""Sets of parameters, by what they show."""


def run(program, *arguments, **more):
    """What a program of another environment prints, as JSON; `more` is in its environment."""
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1", **more}
    done = subprocess.run(
        [program, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def snake(name):
    """`MemoryMB` as Python and Terraform write it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@pytest.fixture(scope="session")
def translated():
    """What SAM's translator makes of template.yaml."""
    return run(installed("templates"), "tests/deploy/translate.py", "template.yaml")


@pytest.fixture(scope="session")
def synthesized():
    """What CDK declares, and its templates for each of ASKED."""
    asked = json.dumps(list(ASKED.values()))
    found = run(
        installed("cdk"), "tests/deploy/synthesize.py", asked, JSII_NODE=installed("node")
    )
    found["templates"] = dict(zip(ASKED, found["templates"], strict=True))
    return found


@pytest.fixture(scope="session")
def terraform():
    """The module's blocks, and what Terraform says of it."""
    return run(installed("templates"), "tests/deploy/read_terraform.py", "deploy/terraform")


@pytest.fixture(params=ASKED)
def asked(request):
    """The name of a set of parameters."""
    return request.param


@pytest.fixture
def by_sam(translated, asked):
    names = {snake(name): name for name in translated["Parameters"]}
    return resolve(translated, {names[name]: value for name, value in ASKED[asked].items()})


@pytest.fixture
def by_cdk(synthesized, asked):
    return synthesized["templates"][asked]


@pytest.fixture(params=["sam", "cdk"])
def deployed(request, asked):
    """One template of the two, for one set of parameters."""
    return request.getfixturevalue(f"by_{request.param}")
