"""Reduce the AWS provider's schema to what deploy/terraform uses of it: aws_provider.json.

The provider itself comes from a registry of its own; the package `cdktn-provider-aws` is made
of its schema and names each argument as the provider does. To renew the file:

    pip download --no-deps --dest DIR cdktn-provider-aws
    python tests/deploy/reduce_provider.py DIR/*.whl
"""

import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

_HERE = Path(__file__).parent
_MODULE = _HERE.parents[1] / "deploy/terraform"
_USED = re.compile(r'^(data|resource|ephemeral) "aws_(\w+)"', re.MULTILINE)
_FOLDERS = {"data": "data-sources", "resource": "resources", "ephemeral": "ephemeral-resources"}
_LINK = re.compile(r"docs/([a-z-]+)/(\w+)#(\w+)")


def assembly_of(wheel):
    """The description of every type in the package."""
    with zipfile.ZipFile(wheel) as outer:
        (name,) = [name for name in outer.namelist() if name.endswith(".jsii.tgz")]
        with outer.open(name) as packed, tarfile.open(fileobj=packed, mode="r:gz") as inner:
            for member in inner:
                if member.name == "package/.jsii":
                    return json.load(inner.extractfile(member))
    raise LookupError("no .jsii in the package")


def link_of(member):
    found = _LINK.search(json.dumps(member.get("docs", {})))
    return found.groups() if found else None


def named(node):
    """The type of ours that a member's type refers to, if there is one."""
    found = re.findall(r'"fqn": "(@cdktn/provider-aws\.[^"]+)"', json.dumps(node))
    return found[0] if found else None


def arguments_of(types, name):
    """What may stand in a block, and with what within."""
    found = {}
    for member in types[name].get("properties", []):
        if link := link_of(member):
            inner = named(member["type"])
            found[link[2]] = {"required": not member.get("optional", False)}
            if inner:
                found[link[2]]["block"] = arguments_of(types, inner)
    return found


def main(wheel):
    source = "".join(path.read_text() for path in sorted(_MODULE.glob("*.tf")))
    used = {(_FOLDERS[kind], name) for kind, name in _USED.findall(source)}
    assembly = assembly_of(wheel)
    types, found, version = assembly["types"], {}, ""
    for name, described in types.items():
        if not name.endswith("Config") or name.count(".") != 2:
            continue
        links = [
            link for member in described.get("properties", []) if (link := link_of(member))
        ]
        if links and links[0][:2] in used and described.get("interfaces"):
            kind, resource, _ = links[0]
            found[f"{kind}/aws_{resource}"] = arguments_of(types, name)
            version = re.search(r"hashicorp/aws/([\d.]+)/", json.dumps(described))[1]
    reduced = {"version": version, "schemas": found}
    text = json.dumps(reduced, indent=1, sort_keys=True)
    (_HERE / "aws_provider.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
