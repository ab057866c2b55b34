"""Break one behaviour at a time, as its module is imported, and run the test that must notice.

    python -m tests.mutating [--intact] [ID...]

It prints a line for each id, or for all: the id and pytest's exit status. 1 is what is wanted:
the test ran and failed. `--intact` breaks nothing, for a look at the tests alone: 0 is wanted.
What is foreign is imported once; each test then runs in a fork of its own, where ours is
imported anew, broken.
"""

import contextlib
import importlib.abc
import os
import signal
import sys
import traceback
from importlib.machinery import SourceFileLoader
from pathlib import Path

import hypothesis
import pytest

from tests.mutations import MUTATIONS

ROOT = Path(__file__).parents[1]
FOREIGN = ("httpx2", "jsonschema", "mcp_types.jsonrpc", "msgspec", "orjson", "uritemplate")
QUIETLY = ("-x", "-q", "--assert=plain", "-p", "no:cacheprovider")
BOUND_S = 30


class Broken(SourceFileLoader):
    """Loads a module with one piece of its text replaced."""

    def __init__(self, name, path, mutation):
        super().__init__(name, path)
        self._mutation = mutation

    def get_code(self, fullname):
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(self._mutation.break_(source), self.path, "exec")


class Breaker(importlib.abc.MetaPathFinder):
    """Finds the one module to break, where the others would."""

    def __init__(self, mutation):
        self._mutation = mutation
        self._name = "firstbyte." + mutation.path.removesuffix(".py").replace("/", ".")

    def find_spec(self, fullname, path, target=None):
        if fullname != self._name:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                spec.loader = Broken(fullname, spec.origin, self._mutation)
                return spec
        return None


def run(mutation, *, is_intact):
    """Run the mutation's test in a fork; the exit status of pytest, negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            signal.alarm(BOUND_S)
            if not is_intact:
                sys.meta_path.insert(0, Breaker(mutation))
            # What pytest says goes to the standard error, for who looks for the reason.
            with contextlib.redirect_stdout(sys.stderr):
                profile = "patient" if is_intact else "broken"
                code = pytest.main([*QUIETLY, f"--hypothesis-profile={profile}", mutation.test])
        except BaseException:  # noqa: BLE001  # a fork must not go on as its parent
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(arguments):
    ids = [each for each in arguments if each != "--intact"]
    for name in FOREIGN:
        __import__(name)
    quick = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    # More examples than usual, since one that fails ends them: a draw of luck shows nothing.
    hypothesis.settings.register_profile(
        "broken",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        database=None,
        phases=quick,
        max_examples=1_000,
    )
    os.chdir(ROOT)
    for each in ids or MUTATIONS:
        status = run(MUTATIONS[each], is_intact="--intact" in arguments)
        sys.stdout.write(f"{each} {status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
