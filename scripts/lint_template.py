"""Check template.yaml as CloudFormation will see it: after SAM's own translation.

cfn-lint alone takes a SAM function's properties on trust, a wrong InvokeMode included. It is
here because moto needs it.
"""

import json
import os
import sys
from pathlib import Path

from cached_wheel import unpack_wheel
from cfnlint.api import lint

TRANSLATOR = unpack_wheel(
    "aws-sam-translator==1.115.0",
    "9be2d7b04041a64e89ed3fb1186f948377ecc118033a8a7538f271d4bcab0afa",
)
sys.path.append(str(TRANSLATOR))
# It wants to know a region, whichever.
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")

from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402 (found above)
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


class NoManagedPolicies:
    """What the translator knows of the policies AWS manages: the template names none."""

    def load(self) -> dict[str, str]:
        """Map names to their ARNs."""
        return {}


def main() -> int:
    """Print what is wrong, a line each; status 1 if anything is."""
    template = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    # A build adds it, once there is an image.
    template["Resources"]["Server"]["Properties"]["ImageUri"] = "image"
    try:
        translated = transform(template, {}, NoManagedPolicies())
    except InvalidDocumentException as error:
        faults = [cause.message for cause in error.causes]
    else:
        faults = [
            f"{match.rule.id} {'/'.join(map(str, match.path or ()))}: {match.message}"
            for match in lint(json.dumps(translated))
        ]
    sys.stderr.writelines(f"template.yaml: {fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
