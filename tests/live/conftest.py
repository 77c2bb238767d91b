"""Brings the lab up and plays all scenarios once; the tests then look at what the instances wrote."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.live.lab import Lab
from tests.live.scenarios import SCENARIOS
from tests.live.season import Season, play
from tests.live.watchers import WatcherError

SEASON = pytest.StashKey[Season]()


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    lab = Lab()
    ours = lab.up()
    yield lab
    if ours:
        lab.down()


@pytest.fixture(scope="session")
def telling(request: pytest.FixtureRequest) -> Callable[[int], Callable[[str], None]]:
    """Shows how far a season has come: given how many scenarios it has, what to call with each that has ended."""
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def of(scenarios: int) -> Callable[[str], None]:
        told = count(1)

        def tell(what: str) -> None:
            with capture.global_and_fixture_disabled():
                terminal.write_line(f"[{next(told)}/{scenarios}] {what}")

        return tell

    return of


@pytest.fixture(scope="session")
def season(
    lab: Lab,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    telling: Callable[[int], Callable[[str], None]],
) -> Season:
    """All scenarios, or those that the tests selected on the command line are about."""
    selected = {item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")}
    scenarios = [each for name, each in SCENARIOS.items() if name in selected] or list(SCENARIOS.values())
    try:
        season = asyncio.run(play(lab, tmp_path_factory.mktemp("season"), scenarios, telling(len(scenarios))))
    except WatcherError as error:
        pytest.fail(str(error), pytrace=False)
    request.config.stash[SEASON] = season
    return season


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    season = config.stash.get(SEASON, None)
    if season is not None:
        calls = len(season.instances["both"])
        terminalreporter.write_line(
            f"live: {len(season.played)} scenarios on a real Asterisk, {calls} records, {season.seconds:.0f} s; "
            f"kept in {season.directory}"
        )
