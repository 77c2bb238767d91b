"""From nothing to settings: ``callbridge init`` looks at a PBX and says why it proposes what it proposes."""

import http.server
import io
import json
import os
import sqlite3
import stat
import tomllib
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from bridge.calls.roles import Directory
from bridge.cli import main
from bridge.config import Dn, Settings, load, secret_of
from bridge.config.sinks import PostgresSink
from bridge.pbx.members import Members
from bridge.survey.look import Looked
from bridge.survey.past import Past
from bridge.survey.propose import MOST_DNS, Proposal, patterns, propose
from bridge.survey.traffic import Traffic
from bridge.survey.who import Seen
from bridge.survey.write import Given, written
from tests.commands.test_check import ALSO, GRANTED, RIGHT, ami, devices, members, serving

HOUSE: dict[str, Sequence[str]] = {
    "DeviceStateList": devices(
        "PJSIP/1001", "PJSIP/1002", "PJSIP/2001", "PJSIP/3001", "PJSIP/carrier", "PJSIP/77000"
    ),
    "QueueStatus": [
        "Event: QueueParams\nQueue: support\nServiceLevel: 45",
        *members("support", "PJSIP/1001", "Local/1002@from-queue/n")[1:],
    ],
    "ExtensionStateList": [
        f"Event: ExtensionStatus\nExten: {n}\nHint: PJSIP/{n}" for n in ("1001", "1002", "2001", "3001")
    ],
}
CALLS = [
    f"Event: Newchannel\nChannel: PJSIP/77000-0000000{n}\nChannelState: 4\nCallerIDNum: 091200000{n}\n"
    f"Context: from-trunk\nExten: 8000\nUniqueid: 1.{n}\nTimestamp: 1.5"
    for n in range(3)
] + ["Event: ChanSpyStart\nSpyerChannel: PJSIP/2001-00000009\nSpyeeChannel: PJSIP/1001-00000008\nTimestamp: 1.5"]
Init = Callable[..., tuple[int, str]]


class Web(http.server.BaseHTTPRequestHandler):
    """ARI that tells of one more trunk, which has a fixed address, and of a phone that has registered."""

    told: ClassVar[dict[str, object]] = {
        "/ari/asterisk/info": {"system": {"version": "22.10.1"}},
        "/ari/endpoints": [{"technology": "PJSIP", "resource": name} for name in ("5550", "5560")],
        "/ari/asterisk/config/dynamic/res_pjsip/endpoint/5550": [
            {"attribute": "aors", "value": "5550"},
            {"attribute": "context", "value": "from-trunk"},
        ],
        "/ari/asterisk/config/dynamic/res_pjsip/aor/5550": [{"attribute": "contact", "value": "sip:192.0.2.1"}],
        "/ari/asterisk/config/dynamic/res_pjsip/endpoint/5560": [{"attribute": "aors", "value": "5560"}],
        "/ari/asterisk/config/dynamic/res_pjsip/aor/5560": [
            {"attribute": "contact", "value": "sip:5560@192.0.2.9"},
            {"attribute": "max_contacts", "value": "1"},
        ],
    }

    def do_GET(self) -> None:
        found = self.told.get(self.path)
        body = json.dumps(found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_DELETE(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Init:
    """Runs the command on a PBX whose user may do what ``granted`` names; gives exit code and output."""
    monkeypatch.setenv("CALLBRIDGE_AMI_SECRET", "s3cret")
    monkeypatch.setenv("CALLBRIDGE_ARI_SECRET", "s3cret")

    def init(
        *words: str,
        granted: Sequence[str] = tuple(ALSO),
        calls: Sequence[str] = CALLS,
        ari: bool = False,
        yes: bool = True,
        stdin: io.StringIO | None = None,
    ) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", stdin or io.StringIO())
        may = {"Response": "Success", **GRANTED, **dict.fromkeys(granted, "described")}
        with ExitStack() as servers:
            port = servers.enter_context(
                serving(ami(RIGHT | {"ListCommands": may}, lists=HOUSE, events={"CoreSettings": calls}))
            )
            where = ["--ami", f"127.0.0.1:{port}", "--out", str(tmp_path / "callbridge.toml")]
            if ari:
                where += ["--ari", f"http://127.0.0.1:{servers.enter_context(serving(Web))}"]
            code = main(["init", *where, "--watch", "0", *(["--yes"] if yes else []), *words])
        said = capsys.readouterr()
        assert "s3cret" not in said.out + said.err
        return code, said.out + said.err

    return init


def test_a_pbx_that_takes_calls_gets_settings_with_the_reason_for_each(init: Init, tmp_path: Path) -> None:
    code, out = init()
    assert code == 0, out
    text = (tmp_path / "callbridge.toml").read_text()
    told = tomllib.loads(text)
    assert told["roles"] == {
        "trunks": ["PJSIP/77000", "PJSIP/carrier"], "agents": ["PJSIP/1*"], "supervisors": ["PJSIP/2001"],
    }  # fmt: skip
    assert told["dn"] == [{"number": "8000"}]
    assert told["queue"] == [{"name": "support", "customer_waiting_threshold": 45}]
    for reason in (
        "# PJSIP/77000: calls of 3 outside number(s) came in by it",
        "# PJSIP/carrier: its name is no extension, and it has no hint and no queue",
        "# PJSIP/1001: member of queue support",
        "# PJSIP/1002: member of queue support",
        "# PJSIP/2001: listened to a call",
        "# Phones in no queue, for you to name if they are agents' or supervisors': PJSIP/3001",
        "# dialled 3 time(s) by outside callers",
    ):
        assert reason in text
    assert "roles: 2 agents, 1 supervisor, 2 trunks, 1 nobody knows (PJSIP/3001)" in out


def test_on_a_terminal_it_asks_for_what_was_not_said(
    init: Init, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    code, _ = init(yes=False, stdin=Terminal("\ny\n"))  # no ARI; write it
    assert code == 0
    assert load(tmp_path / "callbridge.toml").pbx[0].ari is None
    (tmp_path / "callbridge.toml").unlink()
    (tmp_path / "callbridge.ami.secret").unlink()
    code, _ = init(yes=False, stdin=Terminal("\nn\n"))
    assert code == 1
    assert not (tmp_path / "callbridge.toml").exists()


def test_secrets_are_apart_and_for_their_owner_alone(init: Init, tmp_path: Path) -> None:
    init(ari=True)
    for feed in ("ami", "ari"):
        file = tmp_path / f"callbridge.{feed}.secret"
        assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("s3cret\n", 0o600)
    assert "s3cret" not in (tmp_path / "callbridge.toml").read_text()
    login = load(tmp_path / "callbridge.toml").pbx[0].ami
    assert login is not None
    assert secret_of(login) == "s3cret"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_who_owns_the_stores_folder_can_read_what_root_has_written(init: Init, tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    os.chown(var, 990, 990)
    init("--store", str(var / "callbridge.db"))
    for name in ("callbridge.toml", "callbridge.ami.secret"):
        seen = (tmp_path / name).stat()
        assert (seen.st_uid, seen.st_gid) == (990, 990)


def test_a_trunk_with_a_fixed_address_is_known_by_its_settings_and_a_phone_that_registered_is_none(
    init: Init, tmp_path: Path
) -> None:
    init(ari=True)
    text = (tmp_path / "callbridge.toml").read_text()
    assert "# PJSIP/5550: it has a fixed address and does not register" in text
    assert "# PJSIP/5560: it has a fixed address" not in text


def test_the_right_that_is_missing_is_said(init: Init, tmp_path: Path) -> None:
    init(granted=(), calls=())
    text = (tmp_path / "callbridge.toml").read_text()
    assert "# Not seen: ExtensionStateList: bridge may not; add write = reporting in manager.conf" in text
    assert "# Not seen: calls: none began while it listened" in text
    assert "# Not seen: endpoints' settings: only ARI tells them; see --ari" in text


CDR_ROWS = [
    *(("091200000" + n, "8005", "from-trunk", "PJSIP/carrier-0000000" + n) for n in "123"),
    *(("091200000" + n, "support", "queues", "PJSIP/carrier-0000000" + n) for n in "123"),
    *(("091200000" + n, "1001", "ext-local", "PJSIP/carrier-0000000" + n) for n in "123"),
    ("0277001000", "0912345678", "from-internal", "PJSIP/3001-00000001"),
]
"""Source, destination, context and channel of calls: to a DN, to a queue, to an extension; one goes out."""


def as_a_file(folder: Path) -> Path:
    lines = [
        f'"","{s}","{d}","{c}","""A, B"" <{s}>","{n}","","Queue","x",,,,1,1,"ANSWERED","DOC"'
        for s, d, c, n in CDR_ROWS
    ]
    (folder / "Master.csv").write_text("\n".join([*lines, '"cut off', ""]))
    return folder / "Master.csv"


def as_a_table(folder: Path) -> Path:
    with closing(sqlite3.connect(folder / "master.db")) as db, db:
        db.execute("CREATE TABLE cdr (calldate, src, dst, dcontext, channel, billsec)")
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        db.executemany("INSERT INTO cdr VALUES (?, ?, ?, ?, ?, 1)", [(now, *row) for row in CDR_ROWS])
    return folder / "master.db"


@pytest.mark.parametrize("kept", [as_a_file, as_a_table])
def test_earlier_calls_tell_trunks_and_dns_and_not_where_calls_were_sent_on(
    kept: Callable[[Path], Path], init: Init, tmp_path: Path
) -> None:
    code, out = init("--cdr", str(kept(tmp_path)), calls=())
    assert code == 0, out
    text = (tmp_path / "callbridge.toml").read_text()
    assert "# PJSIP/carrier: calls of several outside numbers came in by it, by the CDR" in text
    assert '# dialled 3 time(s) by outside callers, by the CDR\n[[dn]]\nnumber = "8005"' in text
    assert [dn["number"] for dn in tomllib.loads(text)["dn"]] == ["8005"]
    assert "PJSIP/3001" not in tomllib.loads(text)["roles"]["trunks"]


def test_a_number_that_freepbx_says_was_dialled_is_a_dn_wherever_the_call_ended(init: Init, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "master.db")) as db, db:
        db.execute("CREATE TABLE cdr (calldate, src, dst, dcontext, channel, did)")
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        db.executemany(
            "INSERT INTO cdr VALUES (?, ?, '600', 'ext-queues', 'PJSIP/carrier-00000001', '0277001000')",
            [(now, f"091200000{n}") for n in "123"],
        )
    init("--cdr", str(tmp_path / "master.db"), calls=())
    assert tomllib.loads((tmp_path / "callbridge.toml").read_text())["dn"] == [{"number": "0277001000"}]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.csv", "No such file or directory; name Asterisk's Master.csv"),
        ("other.db", "no such table: cdr; it needs"),
    ],
)
def test_a_cdr_that_cannot_be_read_is_told_in_one_line(name: str, said: str, init: Init, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as db, db:
        db.execute("CREATE TABLE queue_log (time)")
    code, out = init("--cdr", str(tmp_path / name))
    assert code == 2
    assert said in out
    assert not (tmp_path / "callbridge.toml").exists()


def test_postgresql_is_written_as_a_sink_with_its_password_apart(
    init: Init, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBRIDGE_DB_PASSWORD", "s3cret")
    _, out = init("--postgres", "host=127.0.0.1 port=1 dbname=calls user=callbridge connect_timeout=1")
    (_, sink) = load(tmp_path / "callbridge.toml").sink
    assert isinstance(sink, PostgresSink)
    assert secret_of(sink) == "s3cret"
    assert "sink postgres: " in out, "check tried it"


def test_a_pattern_of_the_dialplan_is_proposed_and_what_takes_any_number_is_not() -> None:
    written_there = ("_0277001XXX", "_0277[0-2]1XX", "_X.", "_.", "s", "_[12]01X", "_NXXNXXXXXX", "0277009000")
    steps = [{"Extension": number, "Context": "ext-did-0001"} for number in written_there]
    found = propose(Seen(devices={"PJSIP/carrier"}), Traffic(), Past(), {}, steps)
    assert sorted(found.dns) == ["0277009000", "_0277001XXX", "_0277[0-2]1XX"]
    assert "0277001999" in Directory(Settings(dn=[Dn(number=n) for n in found.dns]), Members()).dns


def test_numbers_that_are_left_out_are_counted() -> None:
    seen = Seen(devices={"PJSIP/carrier"})
    steps = [{"Extension": f"0277001{n:03d}", "Context": "from-trunk"} for n in range(MOST_DNS + 20)]
    found = propose(seen, Traffic(), Past(), {}, steps)
    assert (len(found.dns), found.left_out) == (MOST_DNS, 20)
    assert "# 20 more numbers are left out" in written(
        Looked(seen, found, []), Given("pbx1", "127.0.0.1", 5038, "bridge", None, "calls.db", None, {"AMI": "secret"})
    )


@pytest.mark.parametrize(("name", "is_offered"), [("support-1", True), ("PJSIP/1001", False)])
def test_names_that_queues_give_their_agents_are_offered(name: str, is_offered: bool) -> None:
    seen = Seen(devices={"PJSIP/1001"}, queues={"support": {"PJSIP/1001": name}})
    given = Given("pbx1", "127.0.0.1", 5038, "bridge", None, "calls.db", None, {"AMI": "secret"})
    text = written(Looked(seen, propose(seen, Traffic(), Past(), {}), []), given)
    assert (f"# {name}, take the # away" in text) == is_offered
    taken = tomllib.loads(text.replace('# agent_names = "member"', 'agent_names = "member"'))
    assert taken["roles"].get("agent_names") == ("member" if is_offered else None)


def test_eighty_agents_are_read_and_struck_out_line_by_line() -> None:
    devices = [f"PJSIP/{n}{kind}" for n in range(10, 90) for kind in ("a", "b")]
    looked = Looked(Seen(devices=set(devices)), Proposal(agents=dict.fromkeys(devices[::2], "member")), [])
    text = written(looked, Given("pbx1", "127.0.0.1", 5038, "bridge", None, "calls.db", None, {"AMI": "secret"}))
    assert max(map(len, text.splitlines())) <= 100
    assert tomllib.loads(text)["roles"]["agents"] == devices[::2]


def test_who_names_aris_host_alone_is_connected_to_ami_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for feed in ("AMI", "ARI"):
        monkeypatch.setenv(f"CALLBRIDGE_{feed}_SECRET", "s3cret")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code = main(["init", "--ari", "http://127.0.0.9:8088", "--out", str(tmp_path / "callbridge.toml"), "--yes"])
    assert code == 2
    assert "the PBX cannot be looked at: 127.0.0.9:5038: Connection refused" in capsys.readouterr().err


def test_settings_that_are_there_are_never_overwritten(init: Init, tmp_path: Path) -> None:
    (tmp_path / "callbridge.toml").write_text("mine")
    code, out = init()
    assert (code, (tmp_path / "callbridge.toml").read_text()) == (2, "mine")
    assert "is there already; name another with --out" in out


def test_patterns_are_as_few_as_can_be_and_match_nobody_else() -> None:
    assert patterns(["PJSIP/1001", "PJSIP/1002"], ["PJSIP/2001"]) == ["PJSIP/1*"]
    assert patterns(["PJSIP/2101", "PJSIP/2102"], ["PJSIP/2901"]) == ["PJSIP/21*"]
    assert patterns(["PJSIP/trunk01", "PJSIP/trunk02"], ["PJSIP/1001"]) == ["PJSIP/trunk*"]
    assert patterns(["PJSIP/1001"], []) == ["PJSIP/1001"]
    assert patterns(["PJSIP/1001", "PJSIP/1003"], ["PJSIP/1002"]) == ["PJSIP/1001", "PJSIP/1003"]
