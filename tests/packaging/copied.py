"""A copy of the repository as somebody gets it who clones it."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copied(to: Path) -> Path:
    """The files that the repository knows, as they are now."""
    known = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(known, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return to
