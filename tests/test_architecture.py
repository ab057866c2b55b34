"""The import table of docs/architecture.md, held as a test."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("handler", "transport", "tools", "emulator", "probe")
EVERYTHING = set(PACKAGES)
MAY_IMPORT = {
    "transport": {"transport"},
    "tools": {"tools"},
    "emulator": {"emulator"},
    "probe": {"probe"},
    "handler": {"handler", "transport"},
    "handler/__main__.py": EVERYTHING,
    "handler/command.py": EVERYTHING,
    "handler/manifesting.py": EVERYTHING,
}
"""Each of our packages, and the files that wire them, with the packages they may name."""

WORLD = {
    "_signal",
    "_socket",
    "_thread",
    "asyncio",
    "awslambdaric",
    "boto3",
    "botocore",
    "concurrent",
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "posix",
    "runtime_client",
    "select",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}
TOUCHES = {
    "handler/__main__.py": {"runtime_client"},
    "handler/aws_service.py": {"socket", "time"},
    "handler/bundle.py": {"posix"},
    "handler/bundling.py": {"http", "os", "pathlib", "subprocess", "threading", "time"},
    "handler/clock.py": {"time"},
    "handler/command.py": {"logging", "os", "pathlib", "signal", "subprocess"},
    "handler/failure.py": {"awslambdaric", "posix"},
    "handler/function.py": {"asyncio", "awslambdaric"},
    "handler/keys.py": {"posix"},
    "handler/log.py": {"awslambdaric"},
    "handler/manifest.py": {"posix"},
    "handler/manifesting.py": {"pathlib"},
    "handler/process.py": {"_signal", "posix"},
    "handler/request_log.py": {"time"},
    "handler/response_stream.py": {"_thread"},
    "handler/runtime_api.py": {"_socket"},
    "handler/search_path.py": {"posix"},
    "handler/secret.py": {"boto3", "botocore"},
    "handler/snapshot.py": {"awslambdaric"},
    "handler/spans.py": {"threading"},
    "handler/stores/opening.py": {"posix"},
    "handler/stores/sqlite.py": {"sqlite3"},
    "handler/watch.py": {"_signal", "_thread"},
    "handler/whole_file.py": {"pathlib"},
    "handler/worker.py": {"awslambdaric"},
    "probe/command.py": {"io", "os"},
    "probe/scheduled.py": {"os", "time"},
    "probe/signature.py": {"botocore", "os"},
    "probe/wire.py": {"concurrent", "socket", "threading", "time"},
    "tools/binding.py": {"asyncio"},
    "tools/catalog/aws.py": {"boto3", "botocore", "os"},
    "tools/catalog/environment.py": {"os"},
    "transport/reporter.py": {"_thread"},
    "transport/rounds.py": {"_thread"},
    "transport/voice.py": {"_thread"},
}
"""Whoever is not listed computes. The emulator is not held to it: all of it is edge.

The transport's `_thread` is for locks: a tool's threads may speak at once.
"""

WITHOUT_LOGIC = {
    "emulator/refusal.py",
    "handler/errors.py",
    "tools/errors.py",
    "transport/errors.py",
    "transport/interruption.py",
    "transport/invocation.py",
    "transport/keys.py",
    "transport/service.py",
    "transport/sink.py",
    "transport/store.py",
}
"""Declarations only: nothing of their own to test."""

INIT_WITH_CONTENT = {"tools/__init__.py", "tools/catalog/__init__.py"}
"""What an author imports from, and the catalog's list."""

MODULES = [
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
]
HELD_TO_THE_WORLD = [path for path in MODULES if not path.startswith("emulator/")]


def parsed(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imports(nodes):
    """Everything named by import statements below `nodes`, as absolute dotted names."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def walk_run_time(node):
    """Every node but those only type checkers look at."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING":
            continue
        yield from walk_run_time(child)


def module_of(path):
    """The dotted name a file is imported by."""
    return "firstbyte." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("path", MODULES)
def test_a_module_imports_only_what_its_layer_may(path):
    names = imports(ast.walk(parsed(path)))
    ours = {name.split(".")[1] for name in names if name.startswith("firstbyte.")}
    assert ours <= MAY_IMPORT.get(path, MAY_IMPORT[path.split("/")[0]])


@pytest.mark.parametrize("path", MODULES)
def test_our_packages_are_named_in_full(path):
    roots = {name.split(".")[0] for name in imports(ast.walk(parsed(path)))}
    assert not roots & EVERYTHING


@pytest.mark.parametrize("path", HELD_TO_THE_WORLD)
def test_only_the_listed_modules_touch_the_world(path):
    roots = {name.split(".")[0] for name in imports(ast.walk(parsed(path)))}
    assert roots & WORLD == TOUCHES.get(path, set())


def test_no_arrow_between_modules_leads_back():
    known = {module_of(path) for path in MODULES}
    arrows = {}
    for path in MODULES:
        names = set(imports(walk_run_time(parsed(path))))
        targets = {name if name in known else name.rpartition(".")[0] for name in names}
        arrows[module_of(path)] = targets & known
    assert set(TopologicalSorter(arrows).static_order()) == known


@pytest.mark.parametrize("path", [path for path in MODULES if path.endswith("__init__.py")])
def test_importing_a_package_runs_nothing(path):
    if path not in INIT_WITH_CONTENT:
        (docstring,) = parsed(path).body
        assert ast.get_docstring(parsed(path)) == docstring.value.value


@pytest.mark.parametrize("path", [*MODULES, "handler/bootstrap"])
def test_a_module_with_logic_has_a_test_module_of_its_name(path):
    if path not in WITHOUT_LOGIC and not path.endswith("__init__.py"):
        folder, _, name = path.removesuffix(".py").rpartition("/")
        assert (ROOT / "tests" / folder / f"test_{name.strip('_')}.py").exists()


@pytest.mark.parametrize("path", sorted({*MAY_IMPORT, *TOUCHES, *WITHOUT_LOGIC}))
def test_the_tables_name_what_is_there(path):
    assert (ROOT / path).exists()
