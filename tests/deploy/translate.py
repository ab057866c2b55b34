"""Turn a SAM template into the CloudFormation that AWS makes of it, as JSON.

Run by the Python of `scripts/foreign.py templates`, with a region set, whichever.
"""

import json
import sys
from pathlib import Path

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """What the translator knows of the policies AWS manages: the template names none."""

    def load(self):
        return {}


template = yaml_parse(Path(sys.argv[1]).read_text(encoding="utf-8"))
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        # A build adds it, once there is an image.
        resource["Properties"]["ImageUri"] = "image"
try:
    sys.stdout.write(json.dumps(transform(template, {}, NoManagedPolicies())))
except InvalidDocumentException as error:
    sys.exit("\n".join(cause.message for cause in error.causes))
