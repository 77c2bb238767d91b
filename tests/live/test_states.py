"""Agents' states are what the phones did on the real PBX: over AMI, over both feeds with the service killed in the
middle, and over ARI as far as it can tell."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from pathlib import Path
from typing import Any

from tests.helpers.whole_lines import WholeLines
from tests.live.lab import Lab
from tests.live.manager import Manager
from tests.live.stage import Cell, time_passes
from tests.live.watchers import Watcher

APART = 15
"""A cell that no scenario is played in."""
WRAP_UP = 3
TOLERANCE = 1.0
"""Seconds by which this test's clock, and the PBX's whole seconds of a wrap-up, may differ from a stretch."""
IN_A_CALL = ("talking", "hold", "dialling", "ringing")


class Day:
    """What an agent does, with the time at which each state began by this test's clock."""

    def __init__(self) -> None:
        self.marks: list[tuple[str, str | None, float]] = []

    def now(self, state: str, reason: str | None = None) -> None:
        self.marks.append((state, reason, time.time()))

    def lengths(self) -> list[tuple[str, str | None, float]]:
        """Of all but the last, which lasts still."""
        return [(state, reason, after[2] - at) for (state, reason, at), after in itertools.pairwise(self.marks)]


class Instance(Watcher):
    """A service that keeps states in a file of their own."""

    def __init__(self, lab: Lab, name: str, feeds: tuple[str, ...], directory: Path, queue: str) -> None:
        super().__init__(lab, name, feeds, directory)
        self.states = directory / "states.jsonl"
        self._stretches = WholeLines(self.states)
        self._told: list[dict[str, Any]] = []
        text = self.config.read_text()
        text = text.replace(f'path = "{self.jsonl}"\n', f'path = "{self.jsonl}"\nstates = "{self.states}"\n')
        self.config.write_text(f'{text}\n[[queue]]\nname = "{queue}"\nwrap_up = {WRAP_UP}\n')

    def told(self, agent: str) -> list[dict[str, Any]]:
        """The last version of each stretch, in order."""
        self._told += map(json.loads, self._stretches.new())
        of_agent = (one for one in self._told if one["kind"] == "agent_state" and one["agent"] == agent)
        last = {one["state_id"]: one for one in of_agent}
        return sorted(last.values(), key=lambda one: one["from"])


async def _work(cell: Cell, day: Day, killed: Instance) -> None:
    """The agent's day. A state is marked when the phone, or the PBX's answer, shows it."""
    agent, customer, colleague = cell.phone("a6"), cell.phone("customer"), cell.phone("e1")
    pause = {"Interface": cell.device("a6"), "Queue": cell.queue("dynamic")}
    await cell.log_in("a6")
    day.now("ready")
    await time_passes(2)
    for reason in ("lunch", "training"):
        await cell.pbx.action("QueuePause", **pause, Paused="true", Reason=reason)
        day.now("paused", reason)
        await time_passes(2)
    await cell.pbx.action("QueuePause", **pause, Paused="false")
    day.now("ready")
    await time_passes(2)
    # A call of the queue, with a hold in it.
    outside = await customer.call(cell.dn("06"), cell.caller())
    inside = await agent.rings()
    day.now("ringing")
    await time_passes(2)
    await inside.answer()
    day.now("talking")
    await time_passes(2)
    await inside.hold()
    day.now("hold")
    await time_passes(2)
    await inside.resume()
    day.now("talking")
    await time_passes(2)
    await outside.hangup()
    day.now("wrap_up")
    await inside.ended()
    await time_passes(WRAP_UP - (time.time() - day.marks[-1][2]))
    day.now("ready")
    await time_passes(2)
    # A call of her own, to a colleague.
    await colleague.when_called("ring")
    own = await agent.call(cell.extension("e1"))
    day.now("dialling")
    there = await colleague.rings()
    await time_passes(2)
    await there.answer()
    day.now("talking")
    await time_passes(2)
    await own.hangup()
    day.now("ready")
    await time_passes(2)
    # The phone is lost, and comes back.
    await agent.unregister()
    day.now("unreachable", "unregistered")
    await time_passes(2)
    await agent.register()
    day.now("ready")
    await time_passes(2)
    # One of the services is killed in a pause, and started again.
    await cell.pbx.action("QueuePause", **pause, Paused="true", Reason="dinner")
    day.now("paused", "dinner")
    await time_passes(2)
    await killed.kill()
    await time_passes(2)
    await killed.run()
    await time_passes(3)
    await cell.pbx.action("QueuePause", **pause, Paused="false")
    day.now("ready")
    await time_passes(2)
    await cell.pbx.action("QueueRemove", Interface=cell.device("a6"), Queue=cell.queue("dynamic"))
    day.now("logged_out")
    await time_passes(2)
    await cell.log_in("a6")
    day.now("ready")
    await time_passes(2)


async def test_the_stretches_are_what_the_phones_did_also_where_the_service_was_killed(
    lab: Lab, tmp_path: Path
) -> None:
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    cell = Cell(APART, pbx, lab.address, lab.ari_url, lab.customers, customer_number="0999015")
    instances = {
        name: Instance(lab, f"states-{name}", feeds, tmp_path / name, cell.queue("dynamic"))
        for name, feeds in {"ami": ("ami",), "both": ("ami", "ari"), "ari": ("ari",)}.items()
    }
    phones = [cell.phone(who) for who in ("a6", "e1")]
    day = Day()
    try:
        await cell.phone("customer").start()
        for phone in phones:
            await phone.start()
            await phone.register()
        await asyncio.gather(*(instance.run() for instance in instances.values()))
        await time_passes(2)
        await _work(cell, day, instances["both"])
    finally:
        for instance in instances.values():
            await instance.stop()
        await pbx.action("QueueRemove", Interface=cell.device("a6"), Queue=cell.queue("dynamic"))
        await cell.close_phones()
        await pbx.close()
    agent, done = cell.extension("a6"), day.lengths()
    for name in ("ami", "both"):
        told = [one for one in instances[name].told(agent) if one["from"] > _written(day.marks[0][2] - TOLERANCE)]
        print(name, *(f"{one['state']} {one['reason'] or ''} {one['seconds']}" for one in told), sep="\n  ")
        for before, after in itertools.pairwise(instances[name].told(agent)):
            assert (before["until"], before["next"]) == (after["from"], after["state"])
        assert [(one["state"], one["reason"]) for one in told] == [(state, reason) for state, reason, _ in done]
        for one, (state, _, seconds) in zip(told, done, strict=True):
            assert abs(one["seconds"] - seconds) <= TOLERANCE, (name, state, one, seconds)
    (dinner,) = [one for one in instances["both"].told(agent) if one["reason"] == "dinner"]
    assert not dinner["complete"]
    assert len(dinner["gaps"]) == 1
    of_calls = [(state, seconds) for state, _, seconds in done if state in IN_A_CALL]
    by_ari = [one for one in instances["ari"].told(agent) if one["state"] in IN_A_CALL]
    assert [one["state"] for one in by_ari] == [state for state, _ in of_calls]
    for one, (_, seconds) in zip(by_ari, of_calls, strict=True):
        assert abs(one["seconds"] - seconds) <= TOLERANCE, ("ari", one, seconds)
    assert {one["state"] for one in instances["ari"].told(agent)} <= {*IN_A_CALL, "unreachable", "unknown"}
    records = {one["record_id"]: one["direction"] for one in instances["ami"].records()}
    called = [one for one in instances["ami"].told(agent) if one["state"] in (*IN_A_CALL, "wrap_up")]
    assert {(one["record_id"], one["direction"]) for one in called} == {*records.items()}


def _written(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
