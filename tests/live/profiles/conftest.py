"""Brings each PBX up in its turn, plays its scenarios, and prints the table of all."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest

from tests.live.lab import ROOT
from tests.live.profiles.built import BUILT
from tests.live.profiles.table import PAGE, Table, complete, page, told
from tests.live.season import Season, play
from tests.live.watchers import WatcherError

TABLE = pytest.StashKey[Table]()
Undocumented = list[str]
UNDOCUMENTED = pytest.StashKey[Undocumented]()
"""What is read of Asterisk's events though it is not documented, and how often it was sent."""


BEGAN = pytest.StashKey[datetime]()


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Table:
    request.config.stash[BEGAN] = datetime.now(UTC)
    return request.config.stash.setdefault(TABLE, {})


@pytest.fixture(scope="session")
def undocumented(request: pytest.FixtureRequest) -> Undocumented:
    return request.config.stash.setdefault(UNDOCUMENTED, [])


@pytest.fixture(scope="session")
def season_on(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    telling: Callable[[int], Callable[[str], None]],
) -> Callable[[str], Season]:
    """The season on one PBX, played when first asked for: the scenarios that the selected tests are about, or all."""
    params = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]

    @cache
    def season(key: str) -> Season:
        pbx = BUILT[key]
        selected = {each["name"] for each in params if each.get("key") == key and "name" in each}
        scenarios = [scenario for name, scenario in pbx.played.items() if name in selected or not selected]
        ours = pbx.lab.up()
        try:
            tell = telling(len(scenarios))
            return asyncio.run(play(pbx.lab, tmp_path_factory.mktemp(key), scenarios, tell, pbx.around))
        except WatcherError as error:
            pytest.fail(str(error), pytrace=False)
        finally:
            if ours:
                pbx.lab.down()

    return season


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    table = config.stash.get(TABLE, {})
    if not table:
        return
    lines = told(table)
    if undocumented := config.stash.get(UNDOCUMENTED, []):
        lines += ["", "Read though Asterisk's documentation lacks it, for it is sent:", *undocumented]
    terminalreporter.section("every call on every PBX")
    for line in lines:
        terminalreporter.write_line(line)
    if complete(table):
        PAGE.write_text(page(lines, config.stash[BEGAN]))
        terminalreporter.write_line(f"written to {PAGE.relative_to(ROOT)}")
