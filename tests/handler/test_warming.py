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
RESOURCES = TOOLS.replace("@tool", '@resource("a:b")').replace("text: str", "")
TEMPLATES = TOOLS.replace("@tool", '@resource("a:{+text}")')
COMPLETIONS = """
from firstbyte.tools import complete

@complete(prompt="echo", argument="text")
def words(value: str) -> list[str]:
    return []

@complete(resource="a:{+text}", argument="text")
def texts(value: str) -> list[str]:
    return []
"""
SERVER = """
from firstbyte.tools.server import Server
server = Server(
    "s",
    "1",
    tools=["some_tools:echo"],
    prompts=["some_prompts:echo"],
    resources=["some_resources:echo", "some_templates:echo"],
    completions=["some_completions:words", "other_completions:texts"],
)
"""
WARM = """
import sys
sys.path.insert(0, ".")
from app import server
from firstbyte.handler.errors import KeysUnavailable
from firstbyte.handler.keys import parse_keys
from firstbyte.handler.manifest import open_manifest
from firstbyte.handler.warming import warm
from firstbyte.tools.manifest import ListedServer
from firstbyte.transport.codec import Codec

class Keyless:
    def seal(self, *_):
        raise KeysUnavailable("no secret")

reported = []
codec = Codec()
if "--written" in sys.argv:
    manifest = open_manifest("app:server", codec, reported.append)
    server = ListedServer(manifest.read("offer"), manifest, lambda: reported.append("loaded"))
late = {"orjson", "msgspec", "cryptography"}
late |= {f"some_{name}" for name in ("tools", "prompts", "resources", "templates")}
late |= {"some_completions", "other_completions"}
assert not late & {*sys.modules}
warm(server, KEYS, codec, reported.append)
print(sorted(late - {*sys.modules}))
print(reported)
"""


WRITE = """
import sys
from firstbyte.handler.manifesting import Draft
sys.path.insert(0, ".")
Draft("app:server").write()
"""


def run(folder, *arguments, server=SERVER, keys='parse_keys("a:" + "A" * 43)'):
    kinds = {
        "some_tools": TOOLS,
        "some_prompts": PROMPTS,
        "some_resources": RESOURCES,
        "some_templates": TEMPLATES,
        "some_completions": COMPLETIONS,
        "other_completions": COMPLETIONS,
        "app": server,
    }
    for name, text in kinds.items():
        (folder / f"{name}.py").write_text(text)
    if arguments:
        run_python(WRITE, folder=folder)
    return run_python(WARM.replace("KEYS", keys), *arguments, folder=folder).splitlines()


def test_all_that_is_offered_is_imported(tmp_path):
    assert run(tmp_path) == ["[]", "[]"]


def test_so_it_is_where_it_is_known_from_a_manifest(tmp_path):
    assert run(tmp_path, "--written") == ["[]", "[]"]


def test_what_cannot_be_imported_is_reported_and_stops_nothing(tmp_path):
    broken = SERVER.replace('["some_tools:echo"]', '["some_tools:echo", "nowhere:tool"]')
    missing, reported = run(tmp_path, server=broken)
    assert missing == "[]"
    assert "nowhere" in reported


def test_keys_that_cannot_be_had_are_reported_and_stop_nothing(tmp_path):
    missing, reported = run(tmp_path, keys="Keyless()")
    assert (missing, reported) == ("['cryptography']", "[KeysUnavailable('no secret')]")
