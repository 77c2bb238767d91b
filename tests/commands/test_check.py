"""``callbridge check`` against PBXs that are wrong in one way each: small servers, since a real one is right."""

import http.server
import os
import pwd
import shutil
import socketserver
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from bridge.commands import check
from bridge.commands.check import FEW
from bridge.config import Ami, Ari, Dn, Pbx, Queue, Roles, Settings
from bridge.config.sinks import JsonlSink, SqliteSink
from bridge.survey import manager
from bridge.survey.dropped import dropped
from bridge.wire.framing import AmiMessage
from tests.reports.asking import stored
from tests.reports.centre import made

GRANTED = dict.fromkeys([*check.NEEDED, "Ping"], "described")
Answers = dict[str, dict[str, str] | None]
"""Action → headers of its response; None closes the connection."""
RIGHT: Answers = {
    "Challenge": {"Response": "Success", "Challenge": "123456789"},
    "Login": {"Response": "Success"},
    "ListCommands": {"Response": "Success", **GRANTED},
    "CoreSettings": {"Response": "Success", "AsteriskVersion": "22.10.1"},
}


@contextmanager
def serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def ami(
    answers: Answers,
    banner: bytes = b"Asterisk Call Manager/11.0.0\r\n",
    booted: bool = True,
    lists: dict[str, Sequence[str]] | None = None,
    events: dict[str, Sequence[str]] | None = None,
    ahead: float | None = None,
) -> type:
    """``lists``: the events of an action's list. ``events``: what comes unasked, after an action's answer. ``ahead``:
    seconds by which the clock is ahead that a ping is answered with."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(banner)
            action: dict[str, str] = {}
            for line in self.rfile:
                name, _, value = line.decode().strip().partition(": ")
                if name:
                    action[name] = value
                    continue
                answer = answers.get(action["Action"], {"Response": "Success"})
                if answer is None:
                    return
                if action["Action"] == "Ping" and ahead is not None:
                    answer = {**answer, "Timestamp": f"{time.time() + ahead:.6f}"}
                lines = [f"{key}: {text}" for key, text in (answer | {"ActionID": action["ActionID"]}).items()]
                if action["Action"] == "Login" and booted:
                    lines += ["", "Event: FullyBooted"]
                for event in (events or {}).get(action["Action"], ()):
                    lines += ["", *event.split("\n")]
                if ends := manager.LISTS.get(action["Action"]):
                    listed = (lists or {}).get(action["Action"], ())
                    for event in (*listed, f"Event: {ends}"):
                        lines += ["", *event.split("\n"), f"ActionID: {action['ActionID']}"]
                self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                action = {}

    return Handler


def silent() -> type:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1024)
            self.request.recv(1024)

    return Handler


def web(status: int, body: bytes, deleted: int = 403, ahead: float = 0) -> type:
    """``deleted``: the answer to a DELETE. ``ahead``: seconds by which the server's clock is ahead."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_DELETE(self) -> None:
            self.send_response(deleted)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(time.time() + ahead)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def missing(*rights: str) -> dict[str, str]:
    return {name: text for name, text in GRANTED.items() if name not in rights}


AMI_LINES: dict[str, tuple[type, str]] = {
    "all is well": (ami(RIGHT), "ok, Asterisk 22.10.1 as bridge"),
    "the user may do more than it should": (
        ami(RIGHT | {"ListCommands": GRANTED | {"Response": "Success", "Originate": "described"}}),
        "ok, Asterisk 22.10.1 as bridge, which may also Originate: needless, keep to write = reporting",
    ),
    "the secret is wrong": (
        ami(RIGHT | {"Login": {"Response": "Error", "Message": "Authentication failed"}}),
        'login as "bridge" refused; see username, the secret, and permit in manager.conf',
    ),
    "a right is missing": (
        ami(RIGHT | {"ListCommands": missing("CoreShowChannels", "CoreStatus") | {"Response": "Success"}}),
        "bridge may not CoreStatus, CoreShowChannels; add write = reporting in manager.conf",
    ),
    "the user hears no system events": (
        ami(RIGHT, booted=False),
        "bridge hears no system events; add system to read in manager.conf",
    ),
    "the PBX hangs up on us": (ami(RIGHT | {"Login": None}), "the PBX closed the connection"),
    "something else listens there": (
        ami(RIGHT, banner=b"SSH-2.0-OpenSSH_9.2\r\n"),
        "127.0.0.1:{port} is not a manager interface; see port",
    ),
}
ARI_LINES: dict[str, tuple[type, str]] = {
    "all is well": (web(200, b'{"system": {"version": "22.10.1"}}'), "ok, Asterisk 22.10.1 as bridge"),
    "the secret is wrong": (web(401, b"{}"), "login refused; see username, secret and [user] in ari.conf"),
    "there is no ARI": (
        web(404, b"{}"),
        "no ARI there (HTTP 404); see url, prefix in http.conf, enabled in ari.conf",
    ),
    "there is another server": (
        web(200, b"<html>"),
        "no ARI there (another kind of answer); see url, prefix in http.conf",
    ),
    "no HTTP is spoken": (
        ami(RIGHT),
        "no connection (no HTTP is spoken there); see url and ca_file, enabled and bindaddr in http.conf",
    ),
    "the PBX does not speak": (
        silent(),
        "no connection (no answer within 0.3 s); see url and ca_file, enabled and bindaddr in http.conf",
    ),
}

COMES_NEVER = ("the PBX does not speak", "the user hears no system events")
"""Where something is waited for in vain, which need not take long."""

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Checks settings; gives exit code and output."""

    def checked(settings: Settings, what: str = "") -> tuple[int, str]:
        if what in COMES_NEVER:
            monkeypatch.setattr(check, "PATIENCE", 0.3)
        code = check.problems(settings)
        said = capsys.readouterr()
        assert "s3cret" not in said.out + said.err
        return code, said.out

    return checked


@pytest.mark.parametrize("what", AMI_LINES)
def test_the_state_of_the_manager_interface_is_told_in_one_line(what: str, checked: Check) -> None:
    server, line = AMI_LINES[what]
    with serving(server) as port:
        login = Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret")
        code, out = checked(Settings(pbx=[Pbx(name="pbx1", ami=login)]), what)
    assert out == f"pbx1 ami: {line.format(port=port)}\n"
    assert code == (0 if line.startswith("ok") else 1)


@pytest.mark.parametrize("what", ARI_LINES)
def test_the_state_of_the_rest_interface_is_told_in_one_line(what: str, checked: Check) -> None:
    server, line = ARI_LINES[what]
    with serving(server) as port:
        login = Ari(url=f"http://127.0.0.1:{port}", username="bridge", secret="s3cret")
        code, out = checked(Settings(pbx=[Pbx(name="pbx1", ari=login)]), what)
    assert out == f"pbx1 ari: {line}\n"
    assert code == (0 if line.startswith("ok") else 1)


@pytest.mark.parametrize(
    ("content", "line"),
    [(None, "Is a directory"), ("no certificate", "holds no certificate")],
    ids=["a directory", "another file"],
)
def test_an_authority_file_that_is_none_is_told_in_one_line(
    content: str | None, line: str, checked: Check, tmp_path: Path
) -> None:
    file = tmp_path
    if content is not None:
        file = tmp_path / "authority.pem"
        file.write_text(content)
    pbx = Pbx(
        name="pbx1",
        ami=Ami(host="127.0.0.1", username="bridge", secret="s3cret", tls=True, ca_file=str(file)),
        ari=Ari(url="https://127.0.0.1", username="bridge", secret="s3cret", ca_file=str(file)),
    )
    code, out = checked(Settings(pbx=[pbx]))
    said = f"ca_file {file}: {line}; name the authority's PEM file"
    assert (code, out) == (1, f"pbx1 ami: {said}\npbx1 ari: {said}\n")


def test_everything_is_tried_although_the_first_is_wrong(checked: Check, tmp_path: Path) -> None:
    with ExitStack() as servers:
        wrong = servers.enter_context(serving(web(401, b"")))
        right = servers.enter_context(serving(web(200, b'{"system": {"version": "22.10.1"}}')))
        pbxs = [
            Pbx(name=f"pbx{number}", ari=Ari(url=f"http://127.0.0.1:{port}", username="bridge", secret="s3cret"))
            for number, port in enumerate([wrong, right])
        ]
        sinks = [SqliteSink(path=str(tmp_path / "calls.db")), JsonlSink(path=str(tmp_path))]
        code, out = checked(Settings(pbx=pbxs, sink=list(sinks)))
    assert code == 1
    assert [line.split(": ", 1)[1] for line in out.splitlines()] == [
        "login refused; see username, secret and [user] in ari.conf",
        "ok, Asterisk 22.10.1 as bridge",
        "ok, will be made",
        "Is a directory; name a path that can be written",
    ]


def devices(*names: str) -> list[str]:
    return [f"Event: DeviceStateChange\nDevice: {name}\nState: NOT_INUSE" for name in names]


def members(queue: str, *interfaces: str) -> list[str]:
    listed = [f"Event: QueueMember\nQueue: {queue}\nLocation: {one}\nName: {one}" for one in interfaces]
    return [f"Event: QueueParams\nQueue: {queue}", *listed]


HOUSE: dict[str, Sequence[str]] = {
    "DeviceStateList": devices(
        "PJSIP/2101", "PJSIP/2102", "PJSIP/2901", "PJSIP/3001", "PJSIP/trunk", "Queue:support", "Custom:night"
    ),
    "QueueStatus": members("support", "PJSIP/2101", "PJSIP/2102"),
}
"""Two agents who are members of a queue, a supervisor, somebody else, and a trunk."""


def asked(checked: Check, roles: Roles, **more: object) -> list[str]:
    with serving(ami(RIGHT | {"ListCommands": {"Response": "Success", **GRANTED, **ALSO}}, lists=HOUSE)) as port:
        pbx = Pbx(name="pbx1", ami=Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret"))
        code, out = checked(Settings(pbx=[pbx], roles=roles, **more))  # type: ignore[arg-type]
    assert code == 0
    return [line.removeprefix("roles: ") for line in out.splitlines() if line.startswith("roles: ")]


ALSO = {"QueueStatus": "described", "ExtensionStateList": "described"}


def test_check_says_who_is_who(checked: Check) -> None:
    roles = Roles(agents=["PJSIP/21*"], supervisors=["PJSIP/29*"], trunks=["PJSIP/trunk"])
    assert asked(checked, roles) == ["2 agents, 1 supervisor, 1 trunk, 1 nobody knows (PJSIP/3001)"]


def test_a_pattern_that_makes_agents_supervisors_is_told(checked: Check) -> None:
    roles = Roles(agents=["PJSIP/21*"], supervisors=["PJSIP/2*"], trunks=["PJSIP/trunk"])
    assert asked(checked, roles) == [
        "0 agents, 3 supervisors, 1 trunk, 1 nobody knows (PJSIP/3001)",
        'warning: PJSIP/2101, PJSIP/2102: in supervisors by "PJSIP/2*" and in agents by "PJSIP/21*"; '
        "supervisors counts",
        "warning: PJSIP/2101, PJSIP/2102: named in [roles] supervisors, yet members of a queue; "
        "name agents apart from supervisors",
    ]


def test_a_pattern_that_makes_every_phone_a_trunk_is_told(checked: Check) -> None:
    assert asked(checked, Roles(trunks=["PJSIP/*"])) == [
        "0 agents, 0 supervisors, 5 trunks, 0 nobody knows",
        "warning: PJSIP/2101, PJSIP/2102: named in [roles] trunks, yet members of a queue; "
        "name agents apart from trunks",
    ]


def test_names_that_are_nowhere_on_the_pbx_are_told(checked: Check) -> None:
    said = asked(checked, Roles(agents=["21*"], trunks=["PJSIP/trunk"]), queue=[Queue(name="suport")])
    assert said[1:] == [
        'warning: [roles] agents "21*" matches no device',
        'warning: [[queue]] "suport" is no queue there; there are support',
    ]


def test_what_a_pbx_that_does_not_answer_may_have_is_not_called_missing(checked: Check) -> None:
    with ExitStack() as servers:
        right = servers.enter_context(serving(ami(RIGHT, lists=HOUSE)))
        wrong = servers.enter_context(serving(ami(RIGHT | {"Login": None})))
        pbxs = [
            Pbx(name=f"pbx{port}", ami=Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret"))
            for port in (right, wrong)
        ]
        _, out = checked(Settings(pbx=pbxs, roles=Roles(trunks=["PJSIP/other"])))
    assert "matches no device" not in out


def call_of(number: int, *left_out: str) -> list[str]:
    told = {
        "Newchannel": f"Event: Newchannel\nUniqueid: 1.{number}\nTimestamp: 1.5",
        "Newexten": f"Event: Newexten\nUniqueid: 1.{number}\nApplication: Dial\nTimestamp: 1.5",
        "VarSet": f"Event: VarSet\nUniqueid: 1.{number}\nVariable: DIALSTATUS\nTimestamp: 1.5",
    }
    return [event for name, event in told.items() if name not in left_out]


@pytest.mark.parametrize(
    ("left_out", "doubt"),
    [
        ((), None),
        (("VarSet",), '"bridge" is told no VarSet, though calls ran Dial(): see eventfilter in manager.conf'),
        (("Newexten", "VarSet"), '"bridge" is told no event of class dialplan'),
        (("Newchannel",), '"bridge" is told no event of class call'),
    ],
)
def test_events_that_do_not_come_are_told(left_out: tuple[str, ...], doubt: str | None, checked: Check) -> None:
    heard = [event for number in range(4) for event in call_of(number, *left_out)]
    with serving(ami(RIGHT, events={"CoreSettings": heard})) as port:
        pbx = Pbx(name="pbx1", ami=Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret"))
        _, out = checked(Settings(pbx=[pbx]))
    warned = [line.removeprefix("pbx1 ami: warning: ") for line in out.splitlines() if "ami: warning: " in line]
    assert len(warned) == (doubt is not None)
    assert doubt is None or warned[0].startswith(doubt)


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        (0, "warning: no call was heard in 0.1 s, so nothing is known of the classes of events; watch longer"),
        (
            FEW - 1,
            f"warning: only {FEW - 1} channels were heard in 0.1 s, so nothing is known of the classes of events",
        ),
        (FEW, f"ok, Asterisk 22.10.1 as bridge, {FEW} channels heard in 0.1 s"),
    ],
)
def test_who_listens_is_told_how_much_was_heard(calls: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    heard = [event for number in range(calls) for event in call_of(number)]
    with serving(ami(RIGHT, events={"CoreSettings": heard})) as port:
        pbx = Pbx(name="pbx1", ami=Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret"))
        check.problems(Settings(pbx=[pbx]), watch=0.1)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith(f"pbx1 ami: {said}")], lines
    assert ("warning" in said) == any("so nothing is known" in line for line in lines)


def test_a_filter_of_an_earlier_version_is_told_by_what_calls_set_without_a_word() -> None:
    def step(number: int, application: str, data: str) -> AmiMessage:
        given = {"Event": "Newexten", "Uniqueid": f"1.{number}", "Application": application, "AppData": data}
        return AmiMessage(given)

    calls = [step(n, *what) for n in range(FEW) for what in (("Set", "AMPUSER=1001"), ("MSet", "a=1,__AMPUSER=1001"))]
    calls += [step(n, "MixMonitor", "x.wav") for n in range(FEW)] + [step(1, "Set", "CALLBRIDGE_OVERFLOW=line_cap")]
    let_through = [AmiMessage({"Event": "VarSet", "Variable": "DIALSTATUS"})]
    assert dropped(calls + let_through, FEW) == ["AMPUSER", "MIXMONITOR_FILENAME"]
    known = [AmiMessage({"Event": "VarSet", "Variable": "__AMPUSER"})]
    assert dropped(calls + let_through + known, FEW) == ["MIXMONITOR_FILENAME"]
    assert dropped(calls, FEW) == [], "the right is missing, which another line says"
    scripts = [step(n, "AGI", "caller.py") for n in range(FEW)]
    assert dropped(scripts + let_through, FEW) == ["AGIExecStart"]
    assert dropped([*scripts, *let_through, AmiMessage({"Event": "AGIExecStart"})], FEW) == []


def test_a_filter_that_takes_a_variable_out_is_told_with_the_file_to_copy(checked: Check) -> None:
    sets = "Event: Newexten\nUniqueid: 1.{}\nApplication: Set\nAppData: AMPUSER=1001\nTimestamp: 1.5"
    heard = [event for number in range(4) for event in (*call_of(number), sets.format(number))]
    with serving(ami(RIGHT, events={"CoreSettings": heard})) as port:
        pbx = Pbx(name="pbx1", ami=Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret"))
        _, out = checked(Settings(pbx=[pbx]))
    assert '"bridge" is not told of AMPUSER, which calls must have brought: copy eventfilter-callbridge.conf' in out


def test_events_without_the_pbxs_time_are_told(checked: Check) -> None:
    with serving(ami(RIGHT, events={"CoreSettings": ["Event: Newchannel\nUniqueid: 1.1"]})) as port:
        pbx = Pbx(name="pbx1", ami=Ami(host="127.0.0.1", port=port, username="bridge", secret="s3cret"))
        _, out = checked(Settings(pbx=[pbx]))
    assert "pbx1 ami: warning: its events carry no time; set timestampevents = yes in manager.conf\n" in out


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, None), (3600, "60 min ahead of"), (-3600, "60 min behind"), (30, "30 s ahead of")]
)
def test_a_clock_that_is_wrong_is_told_by_either_interface(seconds: int, said: str | None, checked: Check) -> None:
    with ExitStack() as servers:
        manager = servers.enter_context(serving(ami(RIGHT, ahead=seconds)))
        rest = servers.enter_context(serving(web(200, b'{"system": {"version": "22.10.1"}}', ahead=seconds)))
        pbx = Pbx(
            name="pbx1",
            ami=Ami(host="127.0.0.1", port=manager, username="bridge", secret="s3cret"),
            ari=Ari(url=f"http://127.0.0.1:{rest}", username="bridge", secret="s3cret"),
        )
        _, out = checked(Settings(pbx=[pbx]))
    told = [line for line in out.splitlines() if "its clock is" in line]
    assert len(told) == (2 if said else 0)
    if said and abs(seconds) > 60:
        assert told == [
            f"pbx1 {feed}: warning: its clock is {said} this machine's; set both by NTP" for feed in ("ami", "ari")
        ]


def test_a_user_of_the_rest_interface_who_may_write_is_told(checked: Check) -> None:
    with serving(web(200, b'{"system": {"version": "22.10.1"}}', deleted=404)) as port:
        login = Ari(url=f"http://127.0.0.1:{port}", username="bridge", secret="s3cret")
        _, out = checked(Settings(pbx=[Pbx(name="pbx1", ari=login)]))
    assert "pbx1 ari: warning: bridge may change the PBX; add read_only = yes in ari.conf\n" in out


def test_check_creates_no_file(checked: Check, tmp_path: Path) -> None:
    sinks = [SqliteSink(path=str(tmp_path / "calls.db")), JsonlSink(path=str(tmp_path / "calls.jsonl"))]
    code, out = checked(Settings(sink=list(sinks)))
    assert (code, [line.rpartition(": ")[2] for line in out.splitlines()]) == (0, ["ok, will be made"] * 2)
    assert list(tmp_path.iterdir()) == []


def test_check_leaves_a_store_as_it_is(checked: Check, tmp_path: Path) -> None:
    older, foreign = tmp_path / "older.db", tmp_path / "foreign.db"
    with closing(sqlite3.connect(older)) as db:
        db.execute("PRAGMA user_version = 1")
    foreign.write_text("no store" * 100)
    before = older.read_bytes()
    code, out = checked(Settings(sink=[SqliteSink(path=str(older)), SqliteSink(path=str(foreign))]))
    assert code == 1
    assert [line.rpartition(": ")[2] for line in out.splitlines()] == [
        "ok, can be written",
        "file is not a database; name a SQLite file that can be written, or a new one",
    ]
    assert older.read_bytes() == before


def test_each_pattern_of_dns_is_told_with_the_numbers_that_it_has_matched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = ["0277001001", "0277001011", "0277001012", "0277001013", "0277001999", "80100"]
    calls = [made(record_id=f"{n:032x}", dn=numbers[n % 6]) for n in range(12)]
    path = stored(tmp_path / "calls.db", calls)
    dns = [Dn(number=number) for number in ("_0277001XXX", "_02770010[1-5]X", "_9XXX", "80100")]
    check.problems(Settings(pbx=[], dn=dns, sink=[SqliteSink(path=path)]))
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("dn ")]
    assert told == [
        "dn _0277001XXX: 2 numbers in 4 calls: 0277001001, 0277001999",
        "dn _02770010[1-5]X: 3 numbers in 6 calls: 0277001011, 0277001012, 0277001013",
        "dn _9XXX: 0 numbers in 0 calls of the store",
    ]


SERVICE = pwd.getpwnam("daemon")
"""A user that every Debian has, as whom the service might run."""


def refused(groups: list[int]) -> None:
    """``os.setgroups`` where a container has taken the right from root."""
    raise PermissionError


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_what_root_can_use_and_the_services_user_cannot_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "PATIENCE", 0.3)
    kept, etc = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())  # pytest's own folders are root's alone
    try:
        os.chown(kept, SERVICE.pw_uid, SERVICE.pw_gid)
        etc.chmod(0o755)
        secret, config = etc / "secret", etc / "callbridge.toml"
        with serving(ami(RIGHT)) as port:
            login = f'host = "127.0.0.1"\nport = {port}\nusername = "bridge"\nsecret_file = "{secret}"\n'
            sinks = f'[[sink]]\ntype = "sqlite"\npath = "{kept}/calls.db"\n'
            sinks += '[[sink]]\ntype = "jsonl"\npath = "lines.jsonl"\n'
            config.write_text(f'[[pbx]]\nname = "pbx1"\n[pbx.ami]\n{login}[roles]\ntrunks = ["PJSIP/trunk"]\n{sinks}')
            secret.write_text("s3cret")
            config.chmod(0o644)

            def said() -> tuple[int, str]:
                code = check.command(config=config)
                return code, capsys.readouterr().out.splitlines()[-1]

            secret.chmod(0o600)
            code, line = said()
            assert code == 1
            assert line.startswith(f'service as daemon: {config}:7: [[pbx]] "pbx1" ami.secret_file: the file may not')
            os.chown(secret, SERVICE.pw_uid, SERVICE.pw_gid)
            assert said() == (
                1,
                f"service as daemon: sink {etc}/lines.jsonl: {etc} may not be written by this user; "
                "name a path that can be written",
            )
            config.write_text(config.read_text().replace('"lines', f'"{kept}/lines'))
            assert said() == (0, "service as daemon: ok, can read and write what the settings name")
            assert os.geteuid() == 0
            os.chown(kept, 54321, 54321)  # as a container's folder that its host has made
            assert said() == (0, f"sink jsonl {kept}/lines.jsonl: ok, will be made")
            os.chown(kept, SERVICE.pw_uid, SERVICE.pw_gid)
            monkeypatch.setattr(os, "setgroups", refused)
            assert said() == (0, f"sink jsonl {kept}/lines.jsonl: ok, will be made")
    finally:
        shutil.rmtree(kept)
        shutil.rmtree(etc)
