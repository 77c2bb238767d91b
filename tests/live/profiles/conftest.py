"""Brings each PBX up in its turn, plays its scenarios, and prints the table of all."""

import asyncio
from collections.abc import Callable
from functools import cache

import pytest

from tests.live.profiles.built import BUILT
from tests.live.season import Season, play
from tests.live.watchers import WatcherError

Table = dict[tuple[str, str], dict[str, str]]
TABLE = pytest.StashKey[Table]()
"""By dialplan and scenario: version to what came out."""


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Table:
    return request.config.stash.setdefault(TABLE, {})


@pytest.fixture(scope="session")
def season_on(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    telling: Callable[[int], Callable[[str], None]],
) -> Callable[[str], Season]:
    """The season on one PBX, played when first asked for: the scenarios that the selected tests are about."""
    params = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]

    @cache
    def season(key: str) -> Season:
        pbx = BUILT[key]
        selected = {each.get("name") for each in params if each.get("key") == key}
        scenarios = [scenario for name, scenario in pbx.suite.items() if name in selected]
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
    reasons: list[str] = []
    for dialplan in dict.fromkeys(dialplan for dialplan, _ in table):
        rows = {name: versions for (of, name), versions in table.items() if of == dialplan}
        versions = sorted({version for row in rows.values() for version in row}, reverse=True)
        width = max(map(len, rows))
        terminalreporter.section(f"{dialplan}: {len(rows)} scenarios on Asterisk {' and '.join(versions)}")
        for name, row in rows.items():
            cells = []
            for version in versions:
                verdict, _, reason = row.get(version, "not played").partition(": ")
                if reason:
                    reasons += [] if reason in reasons else [reason]
                    verdict += f" ({reasons.index(reason) + 1})"
                cells.append(f"{verdict:<11}")
            terminalreporter.write_line(f"{name:<{width}}  {'  '.join(cells)}".rstrip())
    for number, reason in enumerate(reasons, 1):
        terminalreporter.write_line(f"({number}) all but ARI alone: {reason}")
