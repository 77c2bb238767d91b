"""Plays the browser scenarios on a PBX of their own and writes what the service made of them.

    python -m tests.browser.play --library jssip|sipjs|simpleuser --out DIRECTORY [--times N] [SCENARIO...]

Two instances of the service watch each call: ``without`` and ``with`` the endpoint feed; a capture hears all feeds.
The directory's ``results.json`` then holds, for each scenario played, what went wrong and every record.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.browser.lab import WEB, BrowserLab, pid_of
from tests.browser.phone import ORIGIN, BrowserPhone, Chromium
from tests.browser.scenarios import LIBRARIES, SCENARIOS, Scenario
from tests.live.manager import Manager, PbxError
from tests.live.phones import PATIENCE, PhoneError
from tests.live.season import began
from tests.live.stage import SECRET, Cell
from tests.live.watchers import Watcher

KEY = "a secret that only this test and its services know"
PORTS = {"with": 8095, "capture": 8096}
"""Where the endpoint feeds listen, by instance."""
LONGEST = 90.0
"""Seconds that a scenario may take."""
WRITTEN_WITHIN = 5.0
NOT_IN_USE = "1"
"""A queue member's state in AMI: registered and without a call."""


@dataclass
class BrowserCell(Cell):
    """A cell whose agent 1 has a browser phone."""

    chromium: Chromium | None = None
    library: str = "jssip"
    lab: BrowserLab = field(default_factory=BrowserLab)
    capture: Path = Path()
    captured: int = 0
    """Bytes of it that are of earlier scenarios."""

    def phone(self, who: str) -> Any:
        if who == "a1" and who not in self.phones:
            reporting = [f"ws://{WEB}:{port}/" for port in PORTS.values()]
            assert self.chromium is not None
            browser = BrowserPhone(
                self.chromium, self.library, self.extension(who), WEB, SECRET, reporting, KEY
            )
            browser.pbx_rings = partial(self._has, self.device(who), self.pbx.ringing)
            browser.pbx_answered = partial(self.talks, who)
            self.phones[who] = browser  # type: ignore[assignment]
        return super().phone(who)

    async def open(self, named: set[str], customer_number: str) -> None:
        self.customer_number = customer_number
        await self.clear()
        for who in self.phones:
            self.pbx.newest.pop(self.device(who), None)
        self.began = len(self.pbx.events)
        self.captured = self.capture.stat().st_size
        await asyncio.gather(*(self._ready(self.phone(who)) for who in sorted(named - {"customer"} | {"a2"})))
        await self.phone("customer").start()
        async with asyncio.timeout(PATIENCE):
            # The queue hears of a registration a little later than the registrar, and tells only when asked.
            while not await self._wanted_by_the_queue():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def _wanted_by_the_queue(self) -> bool:
        answer = await self.pbx.action("QueueStatus", Queue=self.queue("linear"))
        states = [line["Status"] for line in answer if line.get("Event") == "QueueMember"]
        return states == [NOT_IN_USE, NOT_IN_USE]

    def reachable(self, who: str) -> bool:
        """Whether the newest word of the PBX on this phone's contact is that it has one."""
        words = [
            event["ContactStatus"]
            for event in self.pbx.events[self.began :]
            if event["Event"] == "ContactStatus" and event.get("AOR") == self.extension(who)
        ]
        return bool(words) and words[-1] not in ("Removed", "Unreachable")

    async def lost(self, who: str) -> None:
        """The PBX has noticed that the phone is gone."""
        await self.pbx.until(lambda: not self.reachable(who), f"the loss of {who}")

    async def back(self, who: str) -> None:
        await self.pbx.until(lambda: self.reachable(who), f"the return of {who}")

    async def reported(self, report: str) -> None:
        """The phone's word has arrived at the endpoint feeds."""
        wanted = f'"report":"{report}"'.encode()
        async with asyncio.timeout(PATIENCE):
            # Another process writes it: there is no event to wait for.
            while wanted not in self.capture.read_bytes()[self.captured :]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        with suppress(PbxError):
            await self.pbx.until(lambda: not self.mine(), "the end of the calls", 3.0)
        await self.clear()
        for who, phone in self.phones.items():
            if who == "a1":
                await phone.stop()
            elif phone.alive:
                await self._put_down(phone)


@dataclass
class Played:
    scenario: Scenario
    began: float
    ended: float = 0.0
    failure: str | None = None


async def play(library: str, directory: Path, names: list[str], times: int) -> list[Played]:
    lab = BrowserLab()
    lab.wait_until_booted()
    chromium = Chromium(lab.desk, directory)
    watchers = {name: Watcher(lab, name, ("ami", "ari"), directory / name) for name in ("without", *PORTS)}
    for name, port in PORTS.items():
        with watchers[name].config.open("a") as settings:
            settings.write(
                f'\n[endpoint]\nhost = "{WEB}"\nport = {port}\norigins = ["{ORIGIN}"]\nsecret = "{KEY}"\n'
            )
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    cell = BrowserCell(1, pbx, lab.address, lab.ari_url, lab.customers, chromium=chromium, library=library, lab=lab)
    cell.capture = watchers["capture"].capture
    played: list[Played] = []
    try:
        await asyncio.gather(*(watcher.record() if name == "capture" else watcher.run()
                               for name, watcher in watchers.items()))
        for time_ in range(times):
            for name in names:
                one = await _play_one(SCENARIOS[name], cell, watchers)
                played.append(one)
                seconds = one.ended - one.began
                told = one.failure or "played"
                print(f"[{time_ + 1}/{times}] {library} {name} ({seconds:.0f} s): {told}", flush=True)
                _write(directory, library, played, watchers)
    finally:
        lab.cable(True)
        await cell.close_phones()
        await chromium.close()
        said = await asyncio.gather(*(watcher.stop() for watcher in watchers.values()), return_exceptions=True)
        words = dict(zip(watchers, map(_words, said), strict=True))
        (directory / "said.json").write_text(json.dumps(words, indent=1))
        await pbx.close()
    _write(directory, library, played, watchers)
    return played


def _words(said: Any) -> Any:
    return said if isinstance(said, list) else str(said)


async def _play_one(scenario: Scenario, cell: BrowserCell, watchers: dict[str, Watcher]) -> Played:
    played = Played(scenario, time.time())
    try:
        async with asyncio.timeout(LONGEST):
            await scenario.play(cell)
    except (PhoneError, PbxError, TimeoutError) as error:
        played.failure = f"{type(error).__name__}: {error}"
    cell.lab.cable(True)
    try:
        async with asyncio.timeout(LONGEST):
            await cell.close()
    except (PhoneError, PbxError, TimeoutError) as error:
        played.failure = played.failure or f"afterwards {type(error).__name__}: {error}"

    def written(name: str) -> int:
        return sum(began(record) >= played.began for record in watchers[name].records())

    with suppress(TimeoutError):
        async with asyncio.timeout(WRITTEN_WITHIN):
            # Another process writes the files: there is no event to wait for.
            while min(written("with"), written("without")) < len(scenario.without):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    played.ended = time.time()
    return played


def _write(directory: Path, library: str, played: list[Played], watchers: dict[str, Watcher]) -> None:
    results = []
    written = {name: watchers[name].records() for name in ("without", "with")}
    for one in played:
        mine = {
            name: [record for record in records if one.began <= began(record) < one.ended]
            for name, records in written.items()
        }
        results.append({"name": one.scenario.name, "library": library, "failure": one.failure,
                        "began": one.began, "ended": one.ended, **mine})  # fmt: skip
    (directory / "results.json").write_text(json.dumps(results, indent=1))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.play")
    parser.add_argument("--library", choices=LIBRARIES, default="jssip")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", choices=[*SCENARIOS, []])
    options = parser.parse_args()
    if options.inside:
        names = options.names or LIBRARIES[options.library]
        played = asyncio.run(play(options.library, options.out, names, options.times))
        return 1 if any(one.failure for one in played) else 0
    lab = BrowserLab()
    options.out.mkdir(parents=True, exist_ok=True)
    lab.up()
    try:
        # What follows lives where the PBX does.
        command = ["nsenter", "-t", pid_of(lab.host), "-n", sys.executable, "-m", "tests.browser.play", "--inside"]
        return os.spawnvp(os.P_WAIT, command[0], [*command, *sys.argv[1:]])
    finally:
        lab.down()


if __name__ == "__main__":
    sys.exit(main())
