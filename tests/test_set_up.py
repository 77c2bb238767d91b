"""A fresh machine gets what was tested: constraints.txt names an exact version of everything, and no index."""

import json
import re
import tokenize

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.bounds import ROOT, bounds

CHOSEN = dict(
    line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")
)
VERSIONS = {canonicalize_name(name): Version(version) for name, version in CHOSEN.items()}


@pytest.mark.parametrize(("name", "oldest"), bounds().items())
def test_a_fresh_machine_gets_the_version_that_was_tested(name: str, oldest: str) -> None:
    assert canonicalize_name(name) in VERSIONS, "make lock has not been run since pyproject.toml names it"
    assert VERSIONS[canonicalize_name(name)] >= Version(oldest)


def test_what_is_locked_names_no_index_and_no_file() -> None:
    lock = (ROOT / "tests/browser/package-lock.json").read_text()
    assert "resolved" not in lock
    assert not re.search(r"://| @ |file:|--", (ROOT / "constraints.txt").read_text())


def test_the_phones_libraries_are_locked_at_the_versions_that_are_asked_for() -> None:
    asked = json.loads((ROOT / "tests/browser/package.json").read_text())["dependencies"]
    packages = json.loads((ROOT / "tests/browser/package-lock.json").read_text())["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all("integrity" in package for path, package in packages.items() if path)


def test_no_pattern_is_one_that_debians_own_python_matches_wrongly() -> None:
    """Possessive quantifiers and atomic groups: before 3.11.5 they may give back what they must keep. Debian 12 has
    3.11.2 (https://github.com/python/cpython/issues/106052)."""
    for path in (ROOT / "bridge").rglob("*.py"):
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type == tokenize.STRING:
                    assert not re.search(r"[*+?}]\+|\(\?>", token.string), f"{path}:{token.start[0]}"
