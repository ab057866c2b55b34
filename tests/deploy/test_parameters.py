"""The three ways to deploy: the same parameters, with the same defaults and bounds."""

import re
import subprocess
import sys

import pytest

from tests.deploy.conftest import ROOT, snake

pytestmark = pytest.mark.foreign

PAGE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
OF_TERRAFORM = {"image_uri", "name", "probe_image_uri"}
"""SAM and CDK build images, the server's from `image_folder`, and name all by their stack."""


@pytest.fixture
def of_sam(translated):
    found = {}
    for name, each in translated["Parameters"].items():
        is_number, is_list = each["Type"] == "Number", each["Type"] == "CommaDelimitedList"
        default = each["Default"].split(",") if is_list else each["Default"]
        found[snake(name)] = {
            "description": each["Description"],
            "default": [word for word in default if word] if is_list else default,
            "allowed": each.get("AllowedValues", []),
            "least": each.get("MinValue"),
            "most": each.get("MaxValue"),
        }
        assert isinstance(each["Default"], int) == is_number
    return found


@pytest.fixture
def of_terraform(terraform):
    found = {}
    for block in terraform["blocks"]["variable"]:
        ((quoted, each),) = block.items()
        name = unquoted(quoted)
        conditions = " ".join(check["condition"] for check in each.get("validation", []))
        listed = re.search(rf"contains\(\[(.*)\], var\.{name}\)", conditions)
        least = re.search(rf"var\.{name} >= (-?\d+)", conditions)
        most = re.search(rf"var\.{name} <= (\d+)", conditions)
        found[name] = {
            "description": unquoted(each["description"]),
            "default": unquoted(each.get("default")),
            "allowed": [number_or_text(word) for word in listed[1].split(", ")]
            if listed
            else [],
            "least": int(least[1]) if least else None,
            "most": int(most[1]) if most else None,
        }
    return found


def unquoted(value):
    """A literal of Terraform's as its value; -1 is an expression there."""
    if isinstance(value, str) and re.fullmatch(r"\$\{-\d+\}", value):
        return int(value[2:-1])
    return value[1:-1] if isinstance(value, str) else value


def number_or_text(word):
    return int(word) if word.isdigit() else word.strip('"')


def test_cdk_declares_what_sam_does(synthesized, of_sam):
    assert synthesized["declared"] == of_sam


def test_terraform_declares_what_sam_does_and_takes_built_images(of_terraform, of_sam):
    shared = {name: each for name, each in of_sam.items() if name != "image_folder"}
    assert of_terraform.keys() - shared.keys() == OF_TERRAFORM
    assert {name: of_terraform[name] for name in shared} == shared
    assert of_terraform["image_uri"]["default"] is None


def test_the_page_explains_each_with_its_default(of_sam):
    rows = re.findall(
        r"^\| `(\w+)` \| `?([^|`]+)`? \|", PAGE.split("**Alarms**")[0], re.MULTILINE
    )
    defaults = {snake(name): default.strip() for name, default in rows}
    expected = {name: each["default"] for name, each in of_sam.items()}
    assert defaults == {
        name: str(default) if default not in ("", []) else "none"
        for name, default in expected.items()
    }


def test_the_page_names_each_alarm(translated):
    named = re.findall(r"^\| `(\w+)` \|", PAGE.split("**Alarms**")[1], re.MULTILINE)
    resources = translated["Resources"].items()
    assert named == [
        name for name, each in resources if each["Type"] == "AWS::CloudWatch::Alarm"
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("authentication='OAUTH'", "authentication is 'OAUTH', needs to be of"),
        ("memory_mb=127", "memory_mb is 127, at least 128"),
        ("timeout_s=901", "timeout_s is 901, at most 900"),
        ("log_retention_days=2", "log_retention_days is 2, needs to be of"),
        (
            "snap_start='PublishedVersions', provisioned_concurrency=1",
            "a version with SnapStart cannot have provisioned concurrency",
        ),
    ],
)
def test_cdk_refuses_what_the_others_refuse(arguments, message):
    program = f"from parameters import Parameters\nParameters({arguments})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "deploy/cdk",
        capture_output=True,
        text=True,
        check=False,
    )
    assert message in done.stderr.splitlines()[-1]
