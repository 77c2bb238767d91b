"""What callbridge writes is read by its own user alone, and no error says a secret."""

import grp
import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from bridge.cli import main
from bridge.config.sinks import WebhookSink
from bridge.errors import SettingsError, SinkError
from bridge.files import share_with
from bridge.service.journal import Journal
from bridge.sinks.jsonl import JsonLines
from bridge.sinks.webhook import Webhook
from bridge.store.access import Access, path_beside
from bridge.store.records import SqliteStore
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Customer
from bridge.wire.capture import CaptureFile
from tests.config.test_config import AMI
from tests.helpers.compacting import compact
from tests.helpers.ports import free_port
from tests.helpers.samples import ANSWERED
from tests.helpers.service import NOWHERE

TOKEN = "T0KENxyzzy"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777 & ~0o700])
@pytest.mark.parametrize(("group", "mode"), [(None, "0o600"), (grp.getgrgid(os.getgid()).gr_name, "0o640")])
def test_every_file_is_the_services_own_and_its_groups_whatever_the_umask(
    group: str | None, mode: str, umask: int, tmp_path: Path
) -> None:
    share_with(group)
    before = os.umask(umask)
    try:
        store = SqliteStore(str(tmp_path / "calls.db"))
        store.write([ANSWERED])
        journal = Journal(tmp_path / "calls.db.calls")
        journal.append("1.1", Message(1.0, "pbx1", "ami", {"Event": "Hangup"}))
        compact(journal, {"1.1"}, 1.0)
        journal.append("1.1", Message(1.0, "pbx1", "ami", {"Event": "Hangup"}))
        journal.close_file()
        lines = JsonLines(str(tmp_path / "records.jsonl"))
        capture = CaptureFile(tmp_path / "capture.jsonl")
        access = Access(path_beside(str(tmp_path / "calls.db")))
        access.add("somebody", "supervisor", None)
    finally:
        os.umask(before)
        share_with(None)
    modes = {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in tmp_path.iterdir()}
    assert len(modes) == 11, sorted(modes)
    assert set(modes.values()) == {mode}, modes
    for opened in (store, journal, lines, capture, access):
        opened.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_by_a_command_belongs_to_the_user_of_the_service(tmp_path: Path) -> None:
    os.chown(tmp_path, 990, 990)
    access = Access(path_beside(str(tmp_path / "calls.db")))
    access.add("somebody", "supervisor", None)
    SqliteStore(str(tmp_path / "calls.db")).close()
    assert {(file.stat().st_uid, file.stat().st_gid) for file in tmp_path.iterdir()} == {(990, 990)}
    access.close()


def test_a_group_that_there_is_not_is_named_with_its_place() -> None:
    with pytest.raises(SettingsError, match=r'^\[files\] group: there is no group "reoprts" on this machine; see'):
        share_with("reoprts")


def checked(text: str, folder: Path, mode: int = 0o600) -> str:
    """What ``check`` says of settings."""
    file = folder / "callbridge.toml"
    file.write_text(text)
    file.chmod(mode)
    command = [sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())", "check"]
    done = subprocess.run([*command, "--config", str(file)], capture_output=True, text=True, cwd=folder)
    return done.stdout + done.stderr


def test_settings_with_a_secret_that_everybody_can_read_are_warned_of(tmp_path: Path) -> None:
    text = AMI.replace("[pbx.ami]", f"[pbx.ami]\nport = {free_port()}")
    warning = "callbridge.toml holds a secret and can be read by every user of this machine; chmod 640 "
    assert warning in checked(text, tmp_path, 0o644)
    assert warning not in checked(text, tmp_path, 0o640)
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "secret").chmod(0o600)
    assert warning not in checked(text.replace('secret = "s3cret"', 'secret_file = "secret"'), tmp_path, 0o644)


@pytest.mark.parametrize("way", ["secret_env", "secret_file"])
def test_a_secret_that_was_written_in_place_of_a_name_is_not_said_again(way: str, tmp_path: Path) -> None:
    said = checked(AMI.replace("secret =", f"{way} =").replace("s3cret", TOKEN), tmp_path)
    assert f'[[pbx]] "pbx1" ami.{way}: ' in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    "url",
    [f"htps://hooks.example.com/{TOKEN}", f"hooks.example.com/x?key={TOKEN}", f"https://hooks example.com/{TOKEN}"],
)
def test_an_error_never_repeats_what_stands_behind_an_addresss_host(url: str, tmp_path: Path) -> None:
    said = checked(AMI + f'[[sink]]\ntype = "webhook"\nurl = "{url}"\nsecret = "x"\n', tmp_path)
    assert "is no address" in said
    assert "example.com" in said
    assert TOKEN not in said


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "nowhere.invalid"])
def test_a_receiver_that_is_away_is_told_of_without_the_address(host: str) -> None:
    url = f"http://{host.format(port=free_port())}/{TOKEN}?key={TOKEN}"
    sink = Webhook(WebhookSink(url=url, secret="x"), "x")
    for attempt in (sink.check, lambda: sink.write([ANSWERED])):
        with pytest.raises(SinkError) as error, capture_logs():
            attempt()
        assert TOKEN not in str(error.value)
    sink.close()


RED, CSI = "\x1b[31m", "\x9b2J"
NASTY = f"sup{RED}port{CSI}\r\x07\u202e"


@pytest.mark.parametrize("listing", ["records", "records --json", "explain 5f2a", "explain 5f2a --lang zh-TW"])
def test_what_a_caller_has_named_himself_does_not_act_on_the_terminal(
    listing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    evil = msgspec.structs.replace(
        ANSWERED,
        customer=msgspec.structs.replace(Customer(), number=NASTY, name=NASTY),
        queues=[msgspec.structs.replace(ANSWERED.queues[0], name=NASTY)],
        offers=[msgspec.structs.replace(offer, agent=NASTY, queue=NASTY) for offer in ANSWERED.offers],
    )
    store = SqliteStore("callbridge.db")
    store.write([evil])
    store.close()
    assert main([*listing.split(), "--config", "callbridge.toml"]) == 0
    out = capsys.readouterr().out
    shown = {letter for letter in out if letter != "\n" and (ord(letter) < 32 or 127 <= ord(letter) < 160)}
    assert shown == set()
    assert "sup" in out


def test_a_log_line_holds_no_control_character(tmp_path: Path) -> None:
    program = "import structlog; from bridge.service import log; log.configure(); "
    program += f"structlog.get_logger().error('x', why={NASTY!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.rstrip("\n").isprintable()
    assert "sup\\x1b[31mport" in done.stderr
