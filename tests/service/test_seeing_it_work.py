"""What an operator's monitoring and systemd get to see of a running service."""

import asyncio
import os
import shutil
import socket
import subprocess
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from bridge.config import Metrics as Where
from bridge.config import Settings
from bridge.service import notify
from bridge.service.health import Health
from bridge.service.metrics import Metrics
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.manager import Manager, manager
from tests.helpers.ports import free_port
from tests.helpers.service import abandoned_call, pbx_table, running, stop

UNIT = Path(__file__).parents[2] / "config" / "systemd" / "callbridge.service"


async def ask(port: int, path: str) -> httpx.Response:
    """The answer, once somebody listens."""
    async with httpx.AsyncClient(trust_env=False, timeout=GIVES_UP) as client, asyncio.timeout(GIVES_UP):
        while True:
            try:
                return await client.get(f"http://127.0.0.1:{port}{path}")
            except httpx.ConnectError:
                await asyncio.sleep(0.01)


async def figures(port: int) -> dict[str, float]:
    lines = (await ask(port, "/metrics")).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def until_figure(port: int, name: str, value: float) -> dict[str, float]:
    async with asyncio.timeout(GIVES_UP):
        while (shown := await figures(port)).get(name) != value:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return shown


def listens(pid: int) -> bool:
    """Whether a process has a listening TCP socket."""
    tables = (Path(f"/proc/net/{table}").read_text().splitlines()[1:] for table in ("tcp", "tcp6"))
    rows = (row.split() for table in tables for row in table)
    listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
    return any(os.readlink(fd) in listening for fd in Path(f"/proc/{pid}/fd").iterdir())


def ringing_call(pbx: Manager, call: str) -> None:
    channel = f"Channel: PJSIP/trunk-0000{call}\nUniqueid: {call}\nLinkedid: {call}"
    pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")


async def test_monitoring_sees_calls_tags_feeds_and_what_waits_for_a_sink_that_is_away(tmp_path: Path) -> None:
    port, away = free_port(), free_port()
    sinks = f'[[sink]]\ntype = "sqlite"\npath = "{tmp_path}/calls.db"\n'
    sinks += f'[[sink]]\ntype = "webhook"\nname = "crm"\nurl = "http://127.0.0.1:{away}/"\nsecret = "a-secret"\n'
    tables = f"[metrics]\nport = {port}\n{sinks}"
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port), tables) as process:
        await until(lambda: "PJSIPShowContacts" in pbx.actions)
        abandoned_call(pbx, "1.1")
        ringing_call(pbx, "1.2")
        shown = await until_figure(port, 'callbridge_records_total{complete="true",pbx="pbx1"}', 1)
        assert shown['callbridge_tags_total{tag="customer_abandon"}'] == 1
        assert shown['callbridge_open_calls{pbx="pbx1"}'] == 1
        assert shown['callbridge_events_total{event="Hangup",feed="ami",pbx="pbx1"}'] == 1
        assert shown['callbridge_record_lag_seconds_count{pbx="pbx1"}'] == 1
        assert shown['callbridge_record_lag_seconds_bucket{le="2.0",pbx="pbx1"}'] == 1
        assert shown['callbridge_feed_connected{feed="ami",pbx="pbx1"}'] == 1
        assert shown['callbridge_feed_reconnects_total{feed="ami",pbx="pbx1"}'] == 0
        assert shown['callbridge_outbox_records{sink="crm"}'] == 1
        await until_figure(port, 'callbridge_sink_failing{sink="crm"}', 1)
        pbx.hang_up()
        await until_figure(port, 'callbridge_feed_reconnects_total{feed="ami",pbx="pbx1"}', 1)
        _, errors = await stop(process)
    assert process.returncode == 0
    assert "a-secret" not in errors


async def test_the_service_is_ready_only_while_its_pbx_is_there(tmp_path: Path) -> None:
    port, pbx_port = free_port(), free_port()
    async with running(["run"], tmp_path, pbx_table("pbx1", pbx_port), f"[metrics]\nport = {port}\n") as process:
        assert (await ask(port, "/healthz")).status_code == 200
        answer = await ask(port, "/readyz")
        assert (answer.status_code, answer.text) == (503, "pbx1: ami is not connected\n")
        async with manager(pbx_port) as pbx:
            await until(lambda: "PJSIPShowContacts" in pbx.actions)
            assert (await ask(port, "/readyz")).text == "ready\n"
        assert (await ask(port, "/secrets")).status_code == 404
        await stop(process)


class Disk:
    """A local store's writer, its disk full or not."""

    name = "sqlite calls.db"
    waiting = 7
    is_failing = is_held_up = True


def test_the_service_is_not_ready_while_its_store_cannot_be_written() -> None:
    metrics = Metrics(Settings(), {}, [Disk()])
    assert metrics.problems() == ["sqlite calls.db cannot be written"]
    text = metrics.text(())
    assert b'callbridge_unwritten_records{sink="sqlite calls.db"} 7.0' in text
    assert b'callbridge_sink_failing{sink="sqlite calls.db"} 1.0' in text


async def test_a_port_that_is_taken_is_told_once_and_costs_no_call() -> None:
    with socket.socket() as taken, capture_logs() as logs:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        task = asyncio.create_task(Health(Settings(), Where(port=port), Metrics(Settings(), {}, [])).run())
        await until(lambda: logs)
        task.cancel()
    assert [line["event"] for line in logs] == ["metrics_not_listening"]
    assert f"127.0.0.1:{port}: Address already in use" in logs[0]["why"]


async def test_without_the_setting_nothing_listens(tmp_path: Path) -> None:
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port)) as process:
        await until(lambda: "PJSIPShowContacts" in pbx.actions)
        assert not listens(process.pid)
        await stop(process)


class Systemd:
    """The socket on which systemd listens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def hears(self, word: str) -> bool:
        while True:
            try:
                self.told.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return word in self.told


async def test_systemd_hears_that_the_service_is_ready_alive_and_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemd = Systemd(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(systemd.path))
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port)) as process:
        await until(lambda: systemd.hears("READY=1"))
        await until(lambda: systemd.hears("WATCHDOG=1") and systemd.told.count("WATCHDOG=1") > 2)
        await stop(process)
        assert systemd.hears("STOPPING=1")


def test_without_systemd_nothing_is_told_and_nothing_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify.tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify.tell("READY=1")
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert not notify.is_watched()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_little_to_be_exposed_in_the_unit() -> None:
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=40", str(UNIT)], capture_output=True, text=True
    )
    assert judged.returncode == 0, judged.stdout[-300:]
    assert "OK" in judged.stdout.splitlines()[-1]
