"""Plays the browser scenarios on a PBX of their own and writes what the service made of them.

    python -m tests.browser.play --out DIRECTORY [--times N] [LIBRARY:SCENARIO...]

The desks play side by side. Two instances of the service watch each call: ``without`` and ``with`` the endpoint feed;
a capture hears all feeds. The directory's ``results.json`` then holds, for each scenario played, what went wrong and
every record.
"""

import argparse
import asyncio
import json
import os
import sys
from collections import Counter, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import async_playwright

from tests.browser.lab import DESKS, WEB, BrowserLab, Desk, pid_of
from tests.browser.phone import ORIGIN, BrowserPhone, Chromium
from tests.browser.scenarios import LIBRARIES, SCENARIOS
from tests.browser.verdict import differences, results
from tests.live.manager import Manager, PbxError
from tests.live.phones import PATIENCE, PhoneError
from tests.live.season import began, now, of_cell
from tests.live.stage import SECRET, Cell
from tests.live.watchers import Watcher

KEY = "a secret that only this test and its services know"
REPORTING = {"with": f"ws://{WEB}:8095/", "capture": f"wss://{WEB}:8096/"}
"""Where the endpoint feeds listen, by instance."""
LONGEST = 90.0
"""Seconds that a scenario may take."""
WRITTEN_WITHIN = 5.0
NOT_IN_USE = "1"
"""A queue member's state in AMI: registered and without a call."""
UNREACHABLE = "5"


PLAYS = [f"{library}:{name}" for library, names in LIBRARIES.items() for name in names]


@dataclass
class BrowserCell(Cell):
    """A cell whose agent 1 has a browser phone at the desk."""

    desk: Desk = field(kw_only=True)
    chromium: Chromium = field(kw_only=True)

    def phone(self, who: str) -> Any:
        if who == "a1" and who not in self.phones:
            reporting = [*REPORTING.values()]
            browser = BrowserPhone(self.chromium, self.extension(who), WEB, SECRET, reporting, KEY)
            browser.pbx_rings = partial(self._has, self.device(who), self.pbx.ringing)
            browser.pbx_answered = partial(self.talks, who)
            self.phones[who] = browser  # type: ignore[assignment]
        return super().phone(who)

    def cable(self, plugged: bool) -> None:
        self.desk.cable(plugged)

    async def open(self, named: set[str], customer_number: str) -> None:
        self.customer_number = customer_number
        await self.clear()
        for who in self.phones:
            self.pbx.newest.pop(self.device(who), None)
        self.began = len(self.pbx.events)
        await asyncio.gather(*(self._ready(self.phone(who)) for who in sorted(named - {"customer"} | {"a2"})))
        await self.phone("customer").start()
        async with asyncio.timeout(PATIENCE):
            # The queue hears of a registration a little later than the registrar, and tells only when asked.
            while not await self._wanted_by_the_queue():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def _wanted_by_the_queue(self) -> bool:
        answer = await self.pbx.listed("QueueStatus", Queue=self.queue("linear"))
        states = [line["Status"] for line in answer if line["Event"] == "QueueMember"]
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

    async def missed(self, who: str) -> None:
        """Its queues have noticed, too: they learn of it a little later."""
        await self.lost(who)
        device = self.device(who)
        await self.pbx.until(lambda: self.pbx.queues_hold(device) == {UNREACHABLE}, f"the queues to miss {who}")

    async def back(self, who: str) -> None:
        await self.pbx.until(lambda: self.reachable(who), f"the return of {who}")

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
    library: str
    name: str
    cell: BrowserCell
    began: float
    ended: float = 0.0
    failure: str | None = None


async def play(directory: Path, plays: Iterable[str], times: int) -> None:
    lab = BrowserLab()
    lab.wait_until_booted()
    watchers = {name: Watcher(lab, name, ("ami", "ari"), directory / name) for name in ("without", *REPORTING)}
    for name, address in REPORTING.items():
        at = urlsplit(address)
        with watchers[name].config.open("a") as settings:
            settings.write(f'\n[endpoint]\nhost = "{at.hostname}"\nport = {at.port}\norigins = ["{ORIGIN}"]\n')
            settings.write(f'secret = "{KEY}"\n')
            if at.scheme == "wss":
                settings.write(f'certificate_file = "{lab.certificate}"\n')
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    playwright = await async_playwright().start()
    cells = [
        BrowserCell(
            number, pbx, lab.address, lab.ari_url, lab.customers, desk=(desk := lab.desk(number)),
            chromium=Chromium(playwright, desk, directory),
        )
        for number in DESKS
    ]  # fmt: skip
    played: list[Played] = []
    waiting = deque([*plays] * times)
    total = len(waiting)

    async def season_of(cell: BrowserCell) -> None:
        while waiting:
            library, _, name = waiting.popleft().partition(":")
            one = await _play_one(library, name, cell, watchers)
            played.append(one)
            told = f"{library} {name} ({one.ended - one.began:.0f} s): {one.failure or 'played'}"
            print(f"[{len(played)}/{total}] {told}", flush=True)

    try:
        await asyncio.gather(
            *(watcher.record() if name == "capture" else watcher.run() for name, watcher in watchers.items())
        )
        await asyncio.gather(*map(season_of, cells))
    finally:
        for cell in cells:
            cell.cable(True)
            await cell.close_phones()
            await cell.chromium.close()
        await playwright.stop()
        said = await asyncio.gather(*(watcher.stop() for watcher in watchers.values()), return_exceptions=True)
        words = dict(zip(watchers, map(_words, said), strict=True))
        (directory / "said.json").write_text(json.dumps(words, indent=1))
        await pbx.close()
        _write(directory, played, watchers)


def _words(said: Any) -> Any:
    return said if isinstance(said, list) else str(said)


async def _play_one(library: str, name: str, cell: BrowserCell, watchers: dict[str, Watcher]) -> Played:
    scenario, played = SCENARIOS[name], Played(library, name, cell, now())
    try:
        async with asyncio.timeout(LONGEST):
            cell.phone("a1").library = library
            await scenario.play(cell)
    except (PhoneError, PbxError, TimeoutError) as error:
        played.failure = f"{type(error).__name__}: {error}"
    cell.cable(True)
    try:
        async with asyncio.timeout(LONGEST):
            await cell.close()
    except (PhoneError, PbxError, TimeoutError) as error:
        played.failure = played.failure or f"afterwards {type(error).__name__}: {error}"

    def written(instance: str) -> int:
        return sum(of_cell(r, cell) and began(r) >= played.began for r in watchers[instance].records())

    with suppress(TimeoutError):
        async with asyncio.timeout(WRITTEN_WITHIN):
            # Another process writes the files: there is no event to wait for.
            while min(written("with"), written("without")) < len(scenario.without):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    played.ended = now()
    return played


def _write(directory: Path, played: list[Played], watchers: dict[str, Watcher]) -> None:
    written = {name: watchers[name].records() for name in ("without", "with")}
    found = [
        {"library": one.library, "name": one.name, "cell": one.cell.nn, "failure": one.failure,
         "began": one.began, "ended": one.ended}
        | {
            name: [r for r in records if of_cell(r, one.cell) and one.began <= began(r) < one.ended]
            for name, records in written.items()
        }
        for one in played
    ]  # fmt: skip
    (directory / "results.json").write_text(json.dumps(found, indent=1))


def count(directory: Path) -> str:
    """How many calls were played with each library, and what was wrong with them."""
    found = results(directory)
    wrong = [f"{one['library']} {one['name']}: {line}" for one in found for line in differences(one)]
    calls = ", ".join(f"{n} with {library}" for library, n in Counter(one["library"] for one in found).items())
    return "\n".join([f"{len(found)} calls, {calls}; {len(wrong)} wrong; kept in {directory}", *wrong])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.play")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("plays", nargs="*", choices=[*PLAYS, []], metavar="LIBRARY:SCENARIO")
    options = parser.parse_args()
    if options.inside:
        asyncio.run(play(options.out, options.plays or PLAYS, options.times))
        print(count(options.out))
        return 0
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
