"""Drive one fuzz target of tests/fuzzing.py with atheris: `scripts/fuzz.py TARGET [SECONDS]`.

atheris is installed beside the project, in a cache, for the interpreter that runs this.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from foreign import CACHE

ATHERIS = "atheris==3.0.0"
ROOT = Path(__file__).parents[1]


def main(arguments: list[str]) -> int:
    """Fuzz until a target breaks its promise, or the seconds (60) are over."""
    folder = CACHE / f"{ATHERIS}-{sys.implementation.cache_tag}"
    if not folder.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", str(folder), ATHERIS], check=True)  # noqa: S603 (pip)
    sys.path[:0] = [str(ROOT), str(folder)]
    import atheris

    with atheris.instrument_imports(include=["benchmarks", "firstbyte"]):
        from tests.fuzzing import SEEDS, TARGETS
    name, seconds = (*arguments, "60")[:2] if arguments else ("", "")
    if name not in TARGETS:
        sys.stderr.write(f"usage: scripts/fuzz.py {'|'.join(TARGETS)} [SECONDS]\n")
        return 2
    corpus = tempfile.mkdtemp(prefix=f"fuzz-{name}-")
    for number, seed in enumerate(SEEDS):
        Path(corpus, str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", corpus], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
