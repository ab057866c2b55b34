"""Find where modules are imported from, when Python was started without `site`.

`python -I -S` leaves only the standard library on the path, which makes the start cheap. What
a server needs is added as plain entries, at no cost until something is looked up there: the
task's folder in front, site-packages behind. `.pth` files are not read.
"""

import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def extend_search_path(environment: "Mapping[str, str]", package: str) -> None:
    """Add to `sys.path` what is missing there; `package` is our own folder."""
    task = environment.get("LAMBDA_TASK_ROOT") or posix.getcwd()
    if task not in sys.path and "" not in sys.path:
        sys.path.insert(0, task)
    folders = [_site_packages()]
    # Installed with `pip install --target`, we lie beside everything else that was installed.
    if not _exists(f"{package}/pyproject.toml"):
        folders.append(package.rpartition("/")[0])
    sys.path += [folder for folder in folders if folder not in sys.path]


def _site_packages() -> str:
    """Find the folder pip installs into: the virtual environment's, if there is one."""
    # Without `site`, sys.prefix names the base installation even in a virtual environment.
    prefix = sys.executable.rpartition("/")[0].rpartition("/")[0]
    if not _exists(f"{prefix}/pyvenv.cfg"):
        prefix = sys.prefix
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return f"{prefix}/{sys.platlibdir}/{version}/site-packages"


def _exists(path: str) -> bool:
    try:
        posix.stat(path)
    except OSError:
        return False
    return True
