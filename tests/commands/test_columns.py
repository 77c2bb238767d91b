"""A terminal is 80 columns wide: what matters most is shown there, whole."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from bridge.cli import main
from bridge.commands import tables
from bridge.store.records import SqliteStore
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.service import NOWHERE

Listing = Callable[..., list[str]]


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Listing:
    """The lines of ``records`` in a terminal so many columns wide."""

    def listed(columns: int, *words: str, more: str = "") -> list[str]:
        config = tmp_path / "callbridge.toml"
        config.write_text(NOWHERE + more)
        store = SqliteStore(str(tmp_path / "callbridge.db"))
        store.write([ANSWERED, SUPERVISED, ABANDONED])
        store.close()
        monkeypatch.setattr(tables, "console", lambda: Console(width=columns, highlight=False))
        assert main(["records", "--config", str(config), *words]) == 0
        return capsys.readouterr().out.splitlines()

    return listed


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_a_terminal_shows_ids_and_tags_whole(columns: int, listed: Listing) -> None:
    lines = listed(columns)
    assert max(map(len, lines)) <= columns
    words = {word.strip(",") for line in lines for word in line.split()}
    for record in (ANSWERED, SUPERVISED, ABANDONED):
        assert record.call_id in words
        assert set(record.tags) <= words


def test_what_has_no_room_is_said_and_wide_shows_it(listed: Listing) -> None:
    narrow = listed(80)
    assert narrow[0].split()[0] == "started"
    assert "customer" in narrow[1]  # a heading that folds stands above the others
    assert any(line.startswith("No room for: ") for line in narrow)
    wide = listed(80, "--wide")
    assert "direction" in " ".join(wide[:2])
    assert "No room" not in wide[-1]


def test_the_zone_of_the_times_is_not_cut(listed: Listing) -> None:
    assert "(Asia/Taipei)" in " ".join(listed(80, more='[reports]\ntimezone = "Asia/Taipei"\n')[:2]).split()


def test_the_pbx_is_shown_where_there_are_several(listed: Listing) -> None:
    other = '[[pbx]]\nname = "pbx2"\n[pbx.ami]\nhost = "127.0.0.2"\nusername = "b"\nsecret = "s3cret"\n'
    assert "PBX" not in " ".join(listed(200)[:2]).split()
    assert "PBX" in " ".join(listed(200, more=other)[:2]).split()
