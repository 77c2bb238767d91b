"""``callbridge outbox`` and what ``check`` says of sinks, as an operator uses them."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from bridge import config
from bridge.cli import main
from bridge.commands.check import problems
from bridge.config import Settings
from bridge.sinks.delivery import Delivery
from bridge.store.outbox import Outbox
from tests.helpers.calls_database import PASSWORD
from tests.helpers.receiver import Answer, Receiver, Request, receiver
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import ADDRESS, Server, nats_cluster, until

PBX = '[[pbx]]\nname = "pbx1"\n[pbx.ami]\nhost = "127.0.0.1"\nusername = "bridge"\nsecret = "s3cret"\n'
Command = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiver() as crm:
        yield crm


@pytest.fixture
def callbridge(
    crm: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command in a directory with settings that have a store and a webhook; gives code, lines, stderr."""
    monkeypatch.chdir(tmp_path)
    sink = f'[[sink]]\ntype = "webhook"\nname = "crm"\nurl = "{crm.url}"\nsecret = "s3cret"\n'
    Path("callbridge.toml").write_text(PBX + '[[sink]]\ntype = "sqlite"\n' + sink)

    def command(*words: str) -> tuple[int, list[str], str]:
        capfd.readouterr()
        code = main([*words, "--config", "callbridge.toml"])
        sys.stdout.flush()
        said = capfd.readouterr()
        return code, said.out.splitlines(), said.err

    return command


def settings() -> Settings:
    return config.load("callbridge.toml")


def waiting() -> tuple[int, int]:
    box = Outbox("callbridge.db")
    (depth,) = box.depths(["crm"])
    box.close()
    return depth.waiting, depth.dead


def test_what_waits_and_what_was_refused_is_shown_and_what_was_refused_is_sent_again(
    callbridge: Command, crm: Receiver
) -> None:
    def answer(request: Request) -> Answer:
        return Answer({ANSWERED.record_id: 422, ABANDONED.record_id: 503}.get(request.record.record_id, 200))

    crm.answer = answer
    with capture_logs():
        delivery = Delivery(settings())
        delivery.local[0][1].write([ANSWERED, ABANDONED, SUPERVISED])
        until(lambda: waiting() == (1, 1), "deliveries")

        code, (head, row), _ = callbridge("outbox")
        assert (code, head.split()) == (0, ["sink", "waiting", "oldest", "refused", "state"])
        assert row.split()[:2] == ["crm", "1"]
        code, (head, row), _ = callbridge("outbox", "--dead")
        assert row.split() == ["crm", *ANSWERED.started_at[:19].split("T"), ANSWERED.call_id, "5f2a", "HTTP", "422",
                               "Unprocessable", "Entity"]  # fmt: skip

        crm.answer = lambda request: Answer()
        assert callbridge("outbox", "--retry", "crm") == (0, ["crm: 2 to be sent now"], "")
        until(lambda: waiting() == (0, 0), "what was refused")
        delivery.close()
    code, (_, row), _ = callbridge("outbox")
    assert row.split() == ["crm", "0", "0", "ok"]
    assert sorted(request.record.record_id for request in crm.taken) == ["0b11", "5f2a", "77c0"]


def test_a_sink_that_fails_is_shown_with_the_reason(callbridge: Command, crm: Receiver) -> None:
    crm.answer = lambda request: Answer(500)
    with capture_logs():
        delivery = Delivery(settings())
        delivery.local[0][1].write([ANSWERED])
        until(lambda: len(crm.requests) > 1, "tries")
        (row,) = callbridge("outbox")[1][1:]
        delivery.close()
    assert "failing for" in row
    assert "sink crm: HTTP 500 Internal Server Error; see url and the receiver's log" in row


def one_refused_and_one_waits(crm: Receiver) -> None:
    crm.answer = lambda request: Answer(422 if request.record.record_id == ANSWERED.record_id else 503)
    with capture_logs():
        delivery = Delivery(settings())
        delivery.local[0][1].write([ANSWERED, ABANDONED])
        until(lambda: waiting() == (1, 1), "the refusal")
        delivery.close()


def test_what_waits_for_a_sink_that_is_no_longer_in_the_settings_is_shown_and_can_be_given_up(
    callbridge: Command, crm: Receiver
) -> None:
    one_refused_and_one_waits(crm)
    Path("callbridge.toml").write_text(Path("callbridge.toml").read_text().replace('"crm"', '"new"'))
    new, old = [row.split() for row in callbridge("outbox")[1][1:]]
    assert new == ["new", "0", "0", "ok"]
    assert old[:2] == ["crm", "1"]
    assert callbridge("outbox", "--drop", "crm") == (0, ["crm: 2 given up"], "")
    assert [row.split()[0] for row in callbridge("outbox")[1][1:]] == ["new"]


def test_what_a_sink_refused_can_be_given_up_and_what_waits_for_it_goes_on_waiting(
    callbridge: Command, crm: Receiver
) -> None:
    one_refused_and_one_waits(crm)
    assert callbridge("outbox", "--drop", "crm") == (0, ["crm: 1 given up"], "")
    assert waiting() == (1, 0)


def test_without_a_store_what_is_given_up_leaves_nothing_behind(callbridge: Command, crm: Receiver) -> None:
    text = Path("callbridge.toml").read_text().replace('type = "sqlite"\n[[sink]]\n', "")
    Path("callbridge.toml").write_text(text + '[outbox]\npath = "callbridge.db"\n')
    one_refused_and_one_waits(crm)
    assert callbridge("outbox", "--drop", "crm")[0] == 0
    with closing(sqlite3.connect("callbridge.db")) as db:
        assert db.execute("SELECT record_id FROM records").fetchall() == [(ABANDONED.record_id,)]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--retry", "crn"], '--retry: no sink "crn" is fed from the outbox; did you mean "crm"?'),
        ([], "{folder}/callbridge.db does not exist; name the store of a callbridge that has run"),
        (["--drop", "crn"], '--drop: no sink "crn" is fed from the outbox; did you mean "crm"?'),
        (["--retyr", "crm"], "Unknown option: --retyr."),
    ],
)
def test_a_mistake_is_one_line(words: list[str], line: str, callbridge: Command, tmp_path: Path) -> None:
    if words:
        Delivery(settings()).close()
    code, out, err = callbridge("outbox", *words)
    assert (code, out) == (2, [])
    assert err.startswith("callbridge: " + line.replace("{folder}", str(tmp_path)))
    assert err.count("\n") == 1


def test_settings_without_a_sink_that_is_fed_have_no_outbox(callbridge: Command) -> None:
    Path("callbridge.toml").write_text(PBX + '[[sink]]\ntype = "jsonl"\npath = "-"\n')
    code, _, err = callbridge("outbox")
    assert (code, err) == (2, "callbridge: no sink is fed from an outbox; add one to the settings\n")


def test_check_tries_each_sink_and_says_one_line_of_each(
    database: Server,
    crm: Receiver,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with receiver() as gone:
        pass
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user="
    with nats_cluster(tmp_path, 1) as (stream,):
        servers = [f"nats://{ADDRESS}:{stream.port}"]
        sinks = [
            {"type": "jsonl", "path": "calls.jsonl"},
            {"type": "postgres", "dsn": dsn + "callbridge", "secret": PASSWORD},
            {"type": "postgres", "name": "wrong", "dsn": dsn + "callbridge", "secret": "s3cret2"},
            {"type": "nats", "servers": servers, "username": "bridge", "secret": "s3cret"},
            {"type": "nats", "name": "nobody", "servers": servers},
            {"type": "webhook", "url": crm.url, "secret": "s3cret"},
            {"type": "webhook", "name": "away", "url": gone.url, "secret": "s3cret"},
            {"type": "webhook", "name": "nothing", "url": gone.url, "secret_env": "CALLBRIDGE_UNSET"},
        ]
        assert problems(msgspec.convert({"sink": sinks}, Settings)) == 1
    out = capsys.readouterr().out
    assert "s3cret" not in out
    lines = out.splitlines()
    for line, begin in zip(
        lines,
        [
            "sink jsonl calls.jsonl: ok, will be made",
            "sink postgres: ok, PostgreSQL 15.",
            "sink wrong: ",
            "sink nats: ok, NATS 2.",
            "sink nobody: ",
            "sink webhook: ok, a server answers (HTTP 405 to HEAD)",
            "sink away: All connection attempts failed; see url and ca_file",
            "sink nothing: no environment variable of this name is set",
            "outbox callbridge-outbox.db: ok, will be made",
        ],
        strict=True,
    ):
        assert line.startswith(begin)
    assert "authentication failed" in lines[2]
    assert "uthorization" in lines[4]
    assert crm.requests == [], "no record was sent"
