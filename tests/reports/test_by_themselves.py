"""Yesterday's and last month's files, as the timer and the line for cron write them every night."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bridge.reports.periods import period
from tests.docs.pages import ROOT, blocks
from tests.helpers.noon import NOON
from tests.reports import centre
from tests.reports.asking import stored

UNIT = ROOT / "config" / "systemd" / "callbridge-reports.service"
TIMER = ROOT / "config" / "systemd" / "callbridge-reports.timer"
SETTINGS = f"""
[[pbx]]
name = "pbx1"
[pbx.ami]
host = "127.0.0.1"
username = "bridge"
secret = "s3cret"
[reports]
timezone = "{NOON}"
[[sink]]
type = "sqlite"
path = "calls.db"
"""
ZONE = ZoneInfo(NOON)


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with a store of 40 calls of yesterday and 60 of last month, and settings."""
    now = time.time()
    yesterday, month = period("yesterday", ZONE, now), period("last-month", ZONE, now)
    records = centre.calls(1, 40, yesterday[0], yesterday[1] - 3_600_000)
    records += centre.calls(2, 60, month[0], month[0] + 10 * 86_400_000)
    stored(tmp_path / "calls.db", records)
    (tmp_path / "callbridge.toml").write_text(SETTINGS)
    (tmp_path / "callbridge.toml").chmod(0o600)
    (tmp_path / "reports").mkdir()
    return tmp_path


def played(line: str, folder: Path) -> None:
    """One command of the unit or of cron, with this Python and this folder in place of the machine's."""
    line = line.replace("/opt/callbridge/bin/callbridge", f"{shlex.quote(sys.executable)} {folder}/run.py")
    line = line.replace("/etc/callbridge/callbridge.toml", f"{folder}/callbridge.toml")
    line = line.replace("/var/lib/callbridge", str(folder))
    (folder / "run.py").write_text("import sys\nfrom bridge.cli import main\nsys.exit(main())\n")
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"CONFIG": f"{folder}/callbridge.toml", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def rows(file: Path) -> int:
    page = openpyxl.load_workbook(file, read_only=True).worksheets[0]
    return sum(1 for row in page.iter_rows(values_only=True) if row[0] is not None) - 1


def test_the_timer_writes_yesterdays_and_last_months_files(night: Path) -> None:
    for line in re.findall(r"^ExecStart=(.*)$", UNIT.read_text(), re.MULTILINE):
        played(line, night)
    there = datetime.now(UTC).astimezone(ZONE)
    day, month = f"{there - timedelta(days=1):%Y-%m-%d}", f"{there.replace(day=1) - timedelta(days=1):%Y-%m}"
    found = {file.name for file in (night / "reports").iterdir()}
    assert found == {
        *(f"{name}-{day}.xlsx" for name in ("agents", "dn", "queues", "calls")),
        *(f"{name}-{month}.xlsx" for name in ("agents", "dn", "queues")),
    }
    assert rows(night / "reports" / f"calls-{day}.xlsx") == 40
    assert all(rows(night / "reports" / name) > 3 for name in found)


def test_the_lines_for_cron_write_their_files(night: Path) -> None:
    (block,) = blocks("docs/operating.md", "cron")
    for line in block.splitlines():
        fields = line.split(None, 6)
        assert all(re.fullmatch(r"\*|\d+", field) for field in fields[:5])
        assert fields[5] == "callbridge"
        assert "%" not in line, "cron takes it for the end of the line"
        played(fields[6], night)
    (xlsx,), (file,) = night.glob("agents-????-??-??.xlsx"), night.glob("agents-????-??.csv")
    assert rows(xlsx) > 3
    table = [*csv.reader(file.read_text("utf-8-sig").splitlines())]
    assert "專員" in table[0]
    assert len(table) > 10


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_knows_when_the_timer_rings() -> None:
    (when,) = re.findall(r"^OnCalendar=(.*)$", TIMER.read_text(), re.MULTILINE)
    done = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "00:06:00" in done.stdout
