"""Plays the browser scenarios, with each library in turn, before the tests look at what the service made of them.

BROWSER_TIMES says how often each is played; once if it is not set.
"""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.scenarios import LIBRARIES
from tests.browser.verdict import results


@dataclass
class Plays:
    """What was played: library to its directory."""

    directories: dict[str, Path] = field(default_factory=dict)

    def of(self, library: str, name: str) -> list[dict[str, Any]]:
        return [result for result in results(self.directories[library]) if result["name"] == name]


PLAYS = pytest.StashKey[Plays]()


@pytest.fixture(scope="session")
def plays(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Plays:
    selected = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    plays = Plays()
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    for library in LIBRARIES:
        names = [params["name"] for params in selected if params.get("library") == library and "name" in params]
        if names:
            plays.directories[library] = tmp_path_factory.mktemp(library)
            command = [sys.executable, "-m", "tests.browser.play", "--library", library]
            command += ["--out", str(plays.directories[library]), "--times", os.environ.get("BROWSER_TIMES", "1")]
            with capture.global_and_fixture_disabled():
                subprocess.run([*command, *dict.fromkeys(names)], check=False)
    request.config.stash[PLAYS] = plays
    return plays


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    plays = config.stash.get(PLAYS, None)
    for library, directory in plays.directories.items() if plays else ():
        terminalreporter.write_line(f"browser: {len(results(directory))} calls with {library}; kept in {directory}")
