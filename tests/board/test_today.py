"""The figures of today on the board."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bridge.cli import main
from bridge.config.sinks import SqliteSink
from bridge.service.today import figures
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339, seconds
from tests.helpers import recorded
from tests.web.served import recorded as all_records

TIME = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z")
NOW = time.time()
ZONE = f"Etc/GMT{datetime.fromtimestamp(NOW, UTC).hour - 12:+d}"
"""Where it is noon, so that a little while ago was today."""


def of_today() -> list[Record]:
    """The recorded calls as if each had begun a quarter of an hour ago."""
    return [shifted(record) for record in all_records()]


def shifted(record: Record) -> Record:
    later = NOW - 900 - seconds(record.started_at)
    text = TIME.sub(lambda found: rfc3339(seconds(found[0]) + later), msgspec.json.encode(record).decode())
    return msgspec.json.decode(text, type=Record)


def test_the_board_says_of_today_what_the_report_of_today_says(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    store = SqliteStore(path)
    store.write(of_today())
    store.close()
    settings = msgspec.structs.replace(
        recorded.settings(),
        sink=[SqliteSink(path)],
        reports=msgspec.structs.replace(recorded.settings().reports, timezone=ZONE),
    )
    shown = dict(figures(settings))
    file = tmp_path / "callbridge.toml"
    given = (recorded.CAPTURES / "callbridge.toml").read_text().replace('path = "callbridge.db"', f'path = "{path}"')
    file.write_text(f'{given}\n[reports]\ntimezone = "{ZONE}"\n')
    out = tmp_path / "report.json"
    assert main(["report", "dn", "--config", str(file), "--format", "json", "--out", str(out)]) == 0
    totals = msgspec.json.decode(out.read_bytes())["totals"]
    one = shown["all"]
    assert (one.arrived, one.answered, one.abandoned) == (totals["arrived"], totals["answered"], totals["abandoned"])
    assert one.arrived
    assert one.sl is not None
    assert [key for key in shown if key.startswith("queue:")]
