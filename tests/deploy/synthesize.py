"""Turn sets of parameters, a JSON list of objects, into the templates that CDK makes of them.

Run by the Python of `scripts/foreign.py cdk`.
"""

import json
import sys
from dataclasses import fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "deploy/cdk"))

from aws_cdk import App
from parameters import Parameters, read_parameters
from server_stack import ServerStack

declared = {
    each.name: {"default": each.default, **each.metadata} for each in fields(Parameters)
}
app = App()
names = []
for asked in json.loads(sys.argv[1]):
    names.append(f"stack{len(names)}")
    ServerStack(app, names[-1], read_parameters(asked))
assembly = app.synth()
templates = [assembly.get_stack_by_name(name).template for name in names]
sys.stdout.write(json.dumps({"declared": declared, "templates": templates}))
