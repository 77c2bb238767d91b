"""The lower bounds of pyproject.toml as exact versions, for pip: what ``make lowest`` installs.

python3 -m tests.bounds
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[\w,.-]+\])?>=([\w.]+)")
"""As they are written here: a name, perhaps with extras, and the oldest version that does."""


def requirements() -> Iterator[str]:
    """All that the package needs to be built, to run and to be tested."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    yield from told["build-system"]["requires"]
    yield from told["project"]["dependencies"]
    for extra in told["project"]["optional-dependencies"].values():
        yield from extra


def bounds() -> dict[str, str]:
    """The oldest version of each by its name. Raises ValueError for a requirement that names none."""
    found = {}
    for requirement in requirements():
        parts = REQUIREMENT.fullmatch(requirement)
        if parts is None:
            raise ValueError(f'pyproject.toml: "{requirement}" has no lower bound; write {requirement}>=VERSION')
        found[parts[1]] = parts[2]
    return found


if __name__ == "__main__":
    print("".join(f"{name}=={version}\n" for name, version in bounds().items()), end="")
