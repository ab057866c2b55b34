"""handler/warming.py: where nobody waits all is imported, and what cannot be stops nothing."""

from tests.handler.fakes import run_python

TOOLS = """
from firstbyte.tools import prompt, resource, tool

@tool
def echo(text: str) -> str:
    \"\"\"Return the text.\"\"\"
    return text
"""
PROMPTS = TOOLS.replace("@tool", "@prompt")
RESOURCES = TOOLS.replace("@tool", '@resource("a:b", name="{name}")').replace("text: str", "")
RESOURCES = RESOURCES.replace("return text", 'return "text"')
WARM = """
import sys
from firstbyte.handler.warming import warm
from firstbyte.tools.server import Server
from firstbyte.transport.codec import Codec

sys.path.insert(0, ".")
reported = []
server = Server(
    "s",
    "1",
    tools=["some_tools:echo", *sys.argv[1:]],
    prompts=["some_prompts:echo"],
    resources=["some_resources:echo"],
)
assert not {"some_tools", "some_prompts", "some_resources", "orjson"} & {*sys.modules}
warm(server, Codec(), reported.append)
names = ("some_tools", "some_prompts", "some_resources", "orjson", "msgspec")
print(all(name in sys.modules for name in names))
print([type(error).__name__ for error in reported])
"""


def run(folder, *tools):
    for name, source in (("tools", TOOLS), ("prompts", PROMPTS), ("resources", RESOURCES)):
        (folder / f"some_{name}.py").write_text(source)
    return run_python(WARM, *tools, folder=folder).splitlines()


def test_all_that_is_offered_is_imported(tmp_path):
    assert run(tmp_path) == ["True", "[]"]


def test_what_cannot_be_imported_is_reported_and_stops_nothing(tmp_path):
    loaded, reported = run(tmp_path, "nowhere:tool")
    assert loaded == "True"
    assert reported != "[]"
