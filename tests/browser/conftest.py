"""Plays the browser scenarios before the tests look at what the service made of them.

BROWSER_TIMES says how often each is played; once if it is not set.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SEASON = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def season(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory in which everything is kept of the scenarios that the selected tests need."""
    selected = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    plays = [f"{params['library']}:{params['name']}" for params in selected if {"library", "name"} <= params.keys()]
    directory = tmp_path_factory.mktemp("browser")
    command = [sys.executable, "-m", "tests.browser.play", "--out", str(directory)]
    command += ["--times", os.environ.get("BROWSER_TIMES", "1")]
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        subprocess.run([*command, *dict.fromkeys(plays)], check=True)
    request.config.stash[SEASON] = directory
    return directory


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if SEASON in config.stash:
        from tests.browser.play import count  # needs Playwright, which make test does without

        terminalreporter.write_line(f"browser: {count(config.stash[SEASON])}")
