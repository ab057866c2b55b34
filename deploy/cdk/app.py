"""Make of the context (`cdk deploy -c memory_mb=1024`) the stack that serves MCP."""

from aws_cdk import App
from parameters import read_parameters
from server_stack import ServerStack

app = App()
ServerStack(app, "firstbyte", read_parameters(app.node.get_all_context()))
app.synth()
