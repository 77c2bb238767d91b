"""The service under test, as a user runs it: ``callbridge run`` and ``callbridge capture`` beside the PBX."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from tests.helpers.whole_lines import WholeLines
from tests.live.lab import Lab
from tests.live.phones import PATIENCE

CALLBRIDGE = str(Path(sys.executable).parent / "callbridge")


class WatcherError(Exception):
    """The service did not start, or did not end as it should."""


class Watcher:
    """One process of callbridge with settings of its own.

    feeds: ``ami``, ``ari`` or both; who follows AMI alone gets only what a rule reads, by the PBX's own filter. Its
    records go to ``records.jsonl`` and ``callbridge.db`` in its directory.
    """

    def __init__(self, lab: Lab, name: str, feeds: tuple[str, ...], directory: Path) -> None:
        self.name = name
        self.feeds = feeds
        self.directory = directory
        self.application = f"callbridge-{name}"
        """Each instance is an ARI application of its own."""
        self.config = directory / "callbridge.toml"
        self.jsonl = directory / "records.jsonl"
        self.capture = directory / "capture.jsonl"
        self._lines = WholeLines(self.jsonl)
        self._records: dict[str, dict[str, Any]] = {}
        directory.mkdir(parents=True, exist_ok=True)
        sinks = [("sqlite", directory / "callbridge.db"), ("jsonl", self.jsonl)]
        text = lab.settings(feeds=feeds, sinks=sinks)
        text = text.replace("[pbx.ari]\n", f'[pbx.ari]\napp = "{self.application}"\n')
        if feeds == ("ami",):
            text = text.replace(f'username = "{lab.bridge_username}"', f'username = "{lab.filtered_username}"')
        # Few scenarios have the time to abandon later than the usual 5 s.
        self.config.write_text(text + "\n[thresholds]\nshort_abandon = 2\n")
        self.config.chmod(0o600)  # it holds secrets
        self._process: asyncio.subprocess.Process | None = None
        self._log: list[str] = []
        self._logged = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def run(self) -> None:
        await self._start("run", "--config", str(self.config))

    async def record(self) -> None:
        await self._start("capture", "--config", str(self.config), "--out", str(self.capture))

    async def _start(self, *words: str) -> None:
        self._process = await asyncio.create_subprocess_exec(CALLBRIDGE, *words, stderr=asyncio.subprocess.PIPE)
        self._reader = asyncio.create_task(self._read())
        try:
            async with asyncio.timeout(PATIENCE):
                while sum("feed_connected" in line for line in self._log) < len(self.feeds):
                    if self._process.returncode is not None:
                        raise WatcherError(f"callbridge {words[0]} ({self.name}) ended: {self._log}")
                    self._logged.clear()
                    await self._logged.wait()
        except TimeoutError:
            raise WatcherError(f"callbridge {words[0]} ({self.name}) did not connect: {self._log}") from None

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._log.append(line.decode().rstrip())
            self._logged.set()
        await self._process.wait()
        self._logged.set()

    async def kill(self) -> None:
        """As a power cut ends it; nothing when it has ended."""
        if self._process is not None and self._reader is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._reader
            self._log.clear()

    async def stop(self) -> list[str]:
        """A clean stop; what the service had said."""
        if self._process is None or self._reader is None:
            return []
        if self._process.returncode is None:
            self._process.terminate()
        async with asyncio.timeout(PATIENCE):
            await self._reader
        # Where Ctrl-C reached the service before us, our signal may come after its clean stop.
        stopped = bool(self._log) and "event=stopped" in self._log[-1]
        if self._process.returncode != 0 and not (stopped and self._process.returncode == -signal.SIGTERM):
            raise WatcherError(f"callbridge ({self.name}) ended with {self._process.returncode}: {self._log[-5:]}")
        return self._log

    def records(self) -> list[dict[str, Any]]:
        """What has been written so far, the last revision of each record."""
        self._records |= _by_id(self._lines.new())
        return list(self._records.values())


def last_revisions(lines: str) -> list[dict[str, Any]]:
    return list(_by_id(lines.split("\n")[:-1]).values())


def _by_id(lines: list[str]) -> dict[str, dict[str, Any]]:
    """Of each record what was written last."""
    return {record["record_id"]: record for record in map(json.loads, lines)}
