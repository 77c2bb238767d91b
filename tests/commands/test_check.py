"""``callbridge check`` against PBXs that are wrong in one way each: small servers, since a real one is right."""

import http.server
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bridge.commands import check
from bridge.config import Ami, Ari, JsonlSink, Pbx, Settings, SqliteSink

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


def ami(answers: Answers, banner: bytes = b"Asterisk Call Manager/11.0.0\r\n", booted: bool = True) -> type:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(banner)
            action: dict[str, str] = {}
            for line in self.rfile:
                name, _, value = line.decode().strip().partition(": ")
                if name:
                    action[name] = value
                    continue
                answer = answers[action["Action"]]
                if answer is None:
                    return
                lines = [f"{key}: {text}" for key, text in (answer | {"ActionID": action["ActionID"]}).items()]
                if action["Action"] == "Login" and booted:
                    lines += ["", "Event: FullyBooted"]
                self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                action = {}

    return Handler


def silent() -> type:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1024)
            self.request.recv(1024)

    return Handler


def web(status: int, body: bytes) -> type:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

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

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Checks settings with little patience; gives exit code and output."""
    monkeypatch.setattr(check, "PATIENCE", 0.3)

    def checked(settings: Settings) -> tuple[int, str]:
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
        code, out = checked(Settings(pbx=[Pbx(name="pbx1", ami=login)]))
    assert out == f"pbx1 ami: {line.format(port=port)}\n"
    assert code == (0 if line.startswith("ok") else 1)


@pytest.mark.parametrize("what", ARI_LINES)
def test_the_state_of_the_rest_interface_is_told_in_one_line(what: str, checked: Check) -> None:
    server, line = ARI_LINES[what]
    with serving(server) as port:
        login = Ari(url=f"http://127.0.0.1:{port}", username="bridge", secret="s3cret")
        code, out = checked(Settings(pbx=[Pbx(name="pbx1", ari=login)]))
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
        "ok, can be written",
        "Is a directory; name a path that can be written",
    ]
