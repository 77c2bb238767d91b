"""One instance of the service, as a user runs it, that is killed and started again, and wires that can be cut."""

import asyncio
import json
import os
import signal
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.chaos.kinds import THRESHOLDS
from tests.chaos.proxy import Wire
from tests.live.lab import Lab
from tests.live.watchers import CALLBRIDGE

Record = dict[str, Any]
Feed = str
CONNECTS_WITHIN = 45.0
"""Seconds."""


@dataclass
class Hearing:
    """When one feed of an instance could hear the PBX, in seconds since the epoch."""

    times: list[list[float]] = field(default_factory=list)
    """From, until; the last one's end is infinite while it can hear."""

    @property
    def now(self) -> bool:
        return bool(self.times) and self.times[-1][1] == float("inf")

    @property
    def last_end(self) -> float:
        return self.times[-1][1] if self.times else 0.0

    def begins(self, at: float) -> None:
        if not self.now:
            self.times.append([at, float("inf")])

    def ends(self, at: float) -> None:
        if self.now:
            self.times[-1][1] = at

    def heard(self, began: float, ended: float) -> float:
        """For how many seconds of an interval it could hear."""
        return sum(max(0.0, min(ended, until) - max(began, start)) for start, until in self.times)


class Instance:
    """``callbridge run`` with a store on a small disk of its own, and the sinks that it shares with others."""

    def __init__(self, lab: Lab, name: str, directory: Path, sinks: str) -> None:
        self.name = name
        self.disk = directory / f"disk-{name}"
        self.store = self.disk / "calls.db"
        self.log: list[str] = []
        self.hearing: dict[Feed, Hearing] = {"ami": Hearing(), "ari": Hearing()}
        self.wires = {
            "ami": Wire(lab.address, lab.ami_port, b"Authentication accepted"),
            "ari": Wire(lab.address, 8088, b"101 Switching Protocols"),
        }
        self.largest = 0.0
        """Megabytes of memory that it ever had."""
        self._lab = lab
        self._sinks = sinks
        self._config = directory / f"{name}.toml"
        self._log_file = directory / f"{name}.log"
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def open(self, megabytes: int) -> None:
        """Its disk and its wires."""
        self.disk.mkdir()
        await _do("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(self.disk))
        for wire in self.wires.values():
            await wire.open()
        text = self._lab.settings(sinks=[("sqlite", self.store)])
        text = text.replace(f"port = {self._lab.ami_port}", f"port = {self.wires['ami'].port}")
        text = text.replace(self._lab.ari_url, f"http://{self._lab.address}:{self.wires['ari'].port}")
        text = text.replace("[pbx.ari]\n", f'[pbx.ari]\napp = "callbridge-{self.name}"\n')
        self._config.write_text(text + THRESHOLDS + self._sinks)
        self._config.chmod(0o600)  # it holds secrets

    async def close(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        if self._reader is not None:
            await self._reader
        for wire in self.wires.values():
            await wire.close()
        await _do("umount", str(self.disk))

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            CALLBRIDGE, "run", "--config", str(self._config), stderr=asyncio.subprocess.PIPE
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def kill(self) -> None:
        assert self._process is not None
        assert self._reader is not None
        self.look()
        self._process.send_signal(signal.SIGKILL)
        self.deaf()
        await self._reader

    async def stop(self) -> int:
        """A clean stop; the exit code."""
        assert self._process is not None
        assert self._reader is not None
        self.look()
        self._process.terminate()
        await self._reader
        return self._process.returncode or 0

    async def backfill(self) -> None:
        """What it missed, by Asterisk's own logs, while it runs."""
        logs = ("--cel", str(self._lab.cel), "--queue-log", str(self._lab.queue_log))
        await _do(str(CALLBRIDGE), "backfill", "--config", str(self._config), *logs)

    def deaf(self, *feeds: Feed) -> None:
        """Nothing is heard any more, by these feeds or by all."""
        for feed in feeds or self.hearing:
            self.hearing[feed].ends(time.time())

    async def listens(self) -> None:
        """Until both feeds are connected."""
        async with asyncio.timeout(CONNECTS_WITHIN):
            while not all(hearing.now for hearing in self.hearing.values()):
                assert self._process is not None
                assert self._process.returncode is None, self.log[-5:]
                self._changed.clear()
                await self._changed.wait()

    def knows_all(self) -> bool:
        """Whether the PBX's lists are in. What a call that begins earlier was before that, it has not heard."""
        return bool(self._ask("SELECT 1 FROM device_pictures"))

    def told(self, event: str) -> int:
        """How often its log has told of an event."""
        return sum(f"event={event}" in line for line in self.log)

    async def tells(self, event: str, times: int) -> None:
        """Until its log has told of it so often."""
        async with asyncio.timeout(CONNECTS_WITHIN):
            while self.told(event) < times:
                self._changed.clear()
                await self._changed.wait()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        with self._log_file.open("a") as log:
            async for raw in process.stderr:
                line = raw.decode().rstrip()
                print(line, file=log, flush=True)
                self.log.append(line)
                for feed, hearing in self.hearing.items():
                    if f"feed={feed}" in line and "event=feed_connected" in line:
                        # A busy service takes notice later than it was told: what came meanwhile waits in its socket.
                        welcomed = self.wires[feed].welcomed
                        hearing.begins(welcomed if welcomed > hearing.last_end else _said_at(line))
                    elif f"feed={feed}" in line and "event=feed_lost" in line:
                        hearing.ends(_said_at(line))
                self._changed.set()
        await process.wait()
        self.deaf()
        self._changed.set()

    def look(self) -> None:
        """Takes note of its memory."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        self.largest = max([self.largest, *(int(kilobytes) / 1024 for kilobytes in peak)])

    # Its disk.

    def fill(self) -> None:
        """Not a byte is left."""
        with (self.disk / "ballast").open("wb", buffering=0) as ballast:
            for size in (1 << 20, 4096, 1):
                try:
                    while ballast.write(b"\0" * size) == size:
                        pass
                except OSError:
                    pass
        free = os.statvfs(self.disk)
        assert free.f_bavail == 0, free

    def free(self) -> None:
        (self.disk / "ballast").unlink()

    # What it has written.

    def records(self) -> list[Record]:
        return [json.loads(line) for (line,) in self._ask("SELECT json FROM records")]

    def waiting(self) -> int:
        """How many records have not reached all sinks."""
        return int(self._ask("SELECT count(*) FROM outbox")[0][0])

    def _ask(self, question: str) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.store, timeout=30)
        try:
            return db.execute(question).fetchall()
        finally:
            db.close()


def _said_at(line: str) -> float:
    return datetime.fromisoformat(line.partition("timestamp=")[2].partition(" ")[0]).timestamp()


async def _do(*command: str) -> None:
    done = await asyncio.create_subprocess_exec(*command)
    assert await done.wait() == 0, command
