"""Gaps filled from logs that the PBX keeps in a database: tables of cel_pgsql, cel_odbc, cel_sqlite3_custom, and of a
realtime queue_log. They hold the same calls as the files of ``tests/logs``, which give the same records.
"""

import csv
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pymysql
import pytest

from bridge.cli import main
from bridge.commands.backfill import backfill
from bridge.config.sinks import SqliteSink
from bridge.errors import UsageError
from bridge.feeds.tables import CEL, EVENTS
from bridge.feeds.tables import rows as rows_of
from bridge.store.reader import find
from bridge.survey import past
from bridge.vocabulary.record import Record
from bridge.wire import cel, queue_log
from tests.helpers import recorded
from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.servers import ADDRESS, Server, mariadb
from tests.helpers.service import NOWHERE

LOGS = Path(__file__).parent.parent / "logs"
COLUMNS = (
    *("eventtime", "eventtype", "uniqueid", "linkedid", "channame", "cid_num", "cid_name", "context", "exten"),
    *("appname", "appdata", "extra"),
)
"""Asterisk's names of what a row of the file holds, in its order."""
LONG_AGO = "2026-01-01T00:00:00.000Z"


def filled(folder: Path, cel: str, queue_log: str | None, since: str = LONG_AGO) -> list[Record]:
    path = str(folder / f"{len(list(folder.iterdir()))}.db")
    settings = msgspec.structs.replace(recorded.settings(), sink=[SqliteSink(path=path)])
    backfill(settings, path, "pbx1", cel, queue_log, since)
    return find(path)


def cel_rows() -> list[list[str]]:
    return list(csv.reader((LOGS / "cel.csv").open(newline="")))


def queue_rows() -> list[list[str]]:
    lines = [line.split("|") for line in (LOGS / "queue_log").read_text().splitlines()]
    return [(line + [""] * 3)[: len(queue_log.COLUMNS)] for line in lines]


def when(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)


def local(text: str) -> str:
    return datetime.fromtimestamp(float(text)).isoformat(" ")


def number(event: str) -> int:
    return EVENTS.index(event) if event in EVENTS else 17  # of which callbridge reads nothing


KINDS: dict[str, tuple[str, str, Callable[[str], Any], Callable[[str], Any]]] = {
    "as times with a zone": ("timestamptz", "varchar(30)", when, str),
    "as local times": ("timestamp", "varchar(30)", local, str),
    "as seconds, and events by number": ("float8", "integer", float, number),
    "as text": ("varchar(32)", "varchar(30)", local, str),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_log_in_postgres_tells_what_the_file_tells(kind: str, database: Server, tmp_path: Path) -> None:
    of_time, of_event, time, event = KINDS[kind]
    with ask(database) as db:
        others = ", ".join(f"{name} text" for name in COLUMNS[2:])
        db.execute(
            f"CREATE TABLE cel (id serial, {others}, amaflags integer, peer text, eventtype {of_event},"
            f" eventtime {of_time})".encode()
        )
        into = f"INSERT INTO cel ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
        db.cursor().executemany(into.encode(), [(time(at), event(name), *rest) for at, name, *rest in cel_rows()])
        db.execute(
            f"CREATE TABLE queue_log (id serial, time {of_time}, callid text, queuename text, agent text, event text,"
            " data1 text, data2 text, data3 text, data4 text, data5 text)".encode()
        )
        db.cursor().executemany(
            b"INSERT INTO queue_log (time, callid, queuename, agent, event, data1, data2, data3)"
            b" VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(time(at), *rest) for at, *rest in queue_rows()],
        )
        db.execute("GRANT SELECT ON cel, queue_log TO callbridge")
    url = f"postgresql://callbridge:{PASSWORD}@{ADDRESS}:{database.port}/calls"
    told = filled(tmp_path, url, url)
    assert len(told) == 5
    assert told == filled(tmp_path, str(LOGS / "cel.csv"), str(LOGS / "queue_log"))


def test_a_log_in_postgres_is_read_from_the_first_call_on(database: Server, tmp_path: Path) -> None:
    with ask(database) as db:
        others = ", ".join(f"{name} text" for name in COLUMNS[1:])
        db.execute(f"CREATE TABLE cel (eventtime timestamptz, {others})".encode())
        into = f"INSERT INTO cel VALUES ({', '.join(['%s'] * len(COLUMNS))})"
        db.cursor().executemany(into.encode(), [(when(at), *rest) for at, *rest in cel_rows()])
        db.execute("GRANT SELECT ON cel TO callbridge")
    url = f"postgresql://callbridge:{PASSWORD}@{ADDRESS}:{database.port}/calls"
    (told,) = filled(tmp_path, url, None, since="2026-11-22T16:47:20.000Z")
    assert told.call_id == "pbx1-1795366044.447"


@pytest.fixture(scope="module")
def mysql() -> Iterator[Server]:
    with mariadb() as server:
        yield server


@contextmanager
def asteriskcdrdb(mysql: Server) -> Iterator[pymysql.cursors.Cursor]:
    """FreePBX's database, empty; its user may read it."""
    with pymysql.connect(host=ADDRESS, port=mysql.port, user="root", autocommit=True) as link, link.cursor() as db:
        db.execute("CREATE OR REPLACE DATABASE asteriskcdrdb")
        db.execute(f"CREATE OR REPLACE USER reader@localhost IDENTIFIED BY '{PASSWORD}'")
        db.execute("GRANT SELECT ON asteriskcdrdb.* TO reader@localhost")
        db.execute("USE asteriskcdrdb")
        yield db


def mysql_log(mysql: Server, of_time: str, of_event: str, time: Callable[[str], Any], event: Any) -> str:
    """The logs of ``tests/logs`` in FreePBX's database; its address."""
    with asteriskcdrdb(mysql) as db:
        others = ", ".join(f"{name} varchar(512)" for name in COLUMNS[2:])
        more = "amaflags int, peer varchar(80), id int AUTO_INCREMENT PRIMARY KEY"
        db.execute(f"CREATE TABLE cel (eventtype {of_event}, eventtime {of_time}, {others}, {more})")
        into = f"INSERT INTO cel ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
        db.executemany(into, [(time(at), event(name), *rest) for at, name, *rest in cel_rows()])
        names = ("time", "callid", "queuename", "agent", "event", "data1", "data2", "data3")
        others = ", ".join(f"{name} varchar(100)" for name in names[1:])
        db.execute(f"CREATE TABLE queue_log (time {of_time}, {others}, id int AUTO_INCREMENT PRIMARY KEY)")
        into = f"INSERT INTO queue_log ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
        db.executemany(into, [(time(at), *rest) for at, *rest in queue_rows()])
    return f"mysql://reader:{PASSWORD}@{ADDRESS}:{mysql.port}/asteriskcdrdb"


MYSQL_KINDS: dict[str, tuple[str, str, Callable[[str], Any], Callable[[str], Any]]] = {
    "as local times": ("datetime(6)", "varchar(30)", local, str),
    "as the server's times": ("timestamp(6)", "varchar(30)", local, str),
    "as seconds, and events by number": ("double", "int", float, number),
    "as text": ("varchar(32)", "varchar(30)", local, str),
}


@pytest.mark.parametrize("kind", MYSQL_KINDS)
def test_a_log_in_freepbxs_mysql_tells_what_the_file_tells(kind: str, mysql: Server, tmp_path: Path) -> None:
    url = mysql_log(mysql, *MYSQL_KINDS[kind])
    told = filled(tmp_path, url, url)
    assert len(told) == 5
    assert told == filled(tmp_path, str(LOGS / "cel.csv"), str(LOGS / "queue_log"))
    (last,) = filled(tmp_path, url, None, since="2026-11-22T16:47:20.000Z")
    assert last.call_id == "pbx1-1795366044.447"


def test_freepbxs_call_detail_records_tell_trunks_and_dns(mysql: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with asteriskcdrdb(mysql) as db:
        names = ("src", "dst", "dcontext", "channel", "did")
        db.execute(f"CREATE TABLE cdr (calldate datetime, {', '.join(f'{name} varchar(80)' for name in names)})")
        calls = [(f"091200000{n}", "600", "ext-queues", f"PJSIP/carrier-0000000{n}", "0277001234") for n in range(3)]
        into = f"INSERT INTO cdr (calldate, {', '.join(names)}) VALUES (%s, %s, %s, %s, %s, %s)"
        now = datetime.now().replace(microsecond=0)
        db.executemany(into, [(now, *call) for call in calls])
        db.execute(into, (now.replace(year=2020), "0912000009", "600", "ext-queues", "PJSIP/former-00000001", "02"))
    monkeypatch.setenv("MYSQL_PWD", PASSWORD)
    told = past.read(f"mysql://reader@{ADDRESS}:{mysql.port}/asteriskcdrdb")
    assert told.brings_calls("PJSIP/carrier")
    assert told.dialled == {("PJSIP/carrier", "", "0277001234"): 3}


def sqlite_log(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """As cel_sqlite3_custom makes it: columns without a type, and everything in them as text."""
    names = ", ".join(columns)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"CREATE TABLE cel (AcctId INTEGER PRIMARY KEY, {names})")
        db.executemany(f"INSERT INTO cel ({names}) VALUES ({', '.join('?' * len(cel.COLUMNS))})", rows)
        db.commit()
    return str(path)


def test_a_log_in_sqlite_tells_what_the_file_tells(tmp_path: Path) -> None:
    log = sqlite_log(tmp_path / "master.db", cel.COLUMNS, cel_rows())
    told = filled(tmp_path, log, str(LOGS / "queue_log"))
    assert len(told) == 5
    assert told == filled(tmp_path, str(LOGS / "cel.csv"), str(LOGS / "queue_log"))


def test_a_call_whose_beginning_is_in_an_older_log_is_not_taken_for_a_call_of_its_own(tmp_path: Path) -> None:
    rows = cel_rows()
    answered = next(i for i, row in enumerate(rows) if row[1] == "BRIDGE_ENTER")
    log = sqlite_log(tmp_path / "master.db", cel.COLUMNS, rows[answered:])
    assert len(filled(tmp_path, log, None)) == 4


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            ("eventtime", "eventtype", "uniqueid", "channame"),
            "table cel: no column linkedid, cid_num, cid_name, context, exten, appname, appdata, extra; "
            "see the columns in docs/operating.md",
        ),
        (None, "table cel: no such table: cel; see the columns in docs/operating.md"),
    ],
)
def test_a_database_without_the_log_is_told_in_one_line(
    columns: tuple[str, ...] | None,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    filled(tmp_path, str(LOGS / "cel.csv"), None)
    with closing(sqlite3.connect("master.db")) as db:
        db.execute(f"CREATE TABLE {'cel' if columns else 'other'} ({', '.join(columns or ('id',))})")
    assert main(["backfill", "--config", "callbridge.toml", "--cel", "master.db", "--since", "2026-01-01"]) == 2
    assert capsys.readouterr().err == f"callbridge: {told}\n"


@pytest.mark.parametrize(
    ("scheme", "told"), [("postgresql", "password authentication failed"), ("mysql", "Access denied for user")]
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    scheme: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database: Server,
    mysql: Server,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    filled(tmp_path, str(LOGS / "cel.csv"), None)
    port = {"postgresql": database, "mysql": mysql}[scheme].port
    url = f"{scheme}://callbridge:not-it@{ADDRESS}:{port}/calls"
    assert main(["backfill", "--config", "callbridge.toml", "--cel", url, "--since", "2026-01-01"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "not-it" not in said
    assert said.count("\n") == 1


def test_an_address_that_is_none_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"its address is none; write mysql://USER@HOST/DATABASE"):
        past.read("mysql://reader@127.0.0.1:port/asteriskcdrdb")


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's clocks are Berlin's."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("2026-10-25T00:30:00+00:00", 6),  # the first 02:30: what is told of 02:10 may be of the second one
        ("2026-10-25T01:05:00+00:00", 6),  # the second 02:05
        ("2026-10-25T03:00:00+00:00", 1),
        ("2026-03-29T00:30:00+00:00", 6),
    ],
)
def test_no_row_is_passed_over_in_the_night_in_which_the_clocks_are_set_back(
    since: str, told: int, tmp_path: Path, berlin: None
) -> None:
    local = [f"2026-10-25 {at}:00" for at in ("02:10", "02:20", "02:30", "02:40", "03:30", "04:30")]
    log = sqlite_log(tmp_path / "master.db", cel.COLUMNS, ([at, *["x"] * (len(cel.COLUMNS) - 1)] for at in local))
    found = [*rows_of(log, CEL, datetime.fromisoformat(since).timestamp())]
    assert len(found) == told
