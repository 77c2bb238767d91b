"""The sums of the board on a random day: calls and members of queues as chance has it, seen by a screen."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from bridge.live.hub import Hub
from bridge.pipeline.pipeline import Pipeline
from bridge.simulate.pbxs import SNAPSHOT, name
from bridge.simulate.story import stories
from bridge.simulate.timeline import Plan, timeline
from bridge.vocabulary.message import Message
from tests.bench.simulated import settings
from tests.board.adding import adds_up
from tests.board.test_numbered import Client

BEGIN = 1_800_000_000.0
DEVICE = re.compile(r"PJSIP/1\d+")
OFTEN = 0.1
"""Words about a queue's members, for each event of a call."""


def a_day(seed: int, pbx: str) -> Iterator[Message]:
    """Calls of all recorded kinds at once, while agents come to queues, pause, lose their phones and go."""
    chance, devices, queues = random.Random(seed), ["PJSIP/1001"], ["support"]
    for event in SNAPSHOT:
        yield Message(BEGIN - 1, pbx, "ami", dict(event))
    plan = Plan(stories(), rate=3.0, seconds=25.0, talk=4.0, seed=seed)
    for at, text in timeline(plan, pbx, BEGIN):
        event = dict(line.split(": ", 1) for line in text[:-4].split("\r\n"))
        yield Message(at, pbx, "ami", event)
        if (found := DEVICE.match(event.get("Channel", ""))) and found[0] not in devices:
            devices.append(found[0])
        if "Queue" in event and event["Queue"] not in queues:
            queues.append(event["Queue"])
        if chance.random() < OFTEN:
            yield Message(at, pbx, "ami", _about_a_member(chance, chance.choice(devices), chance.choice(queues)))


def _about_a_member(chance: random.Random, device: str, queue: str) -> dict[str, str]:
    member = {
        "Queue": queue, "Interface": device, "MemberName": device, "StateInterface": device,
        "Status": chance.choice("1125"), "Paused": chance.choice("0001"),
        "PausedReason": chance.choice(["", "lunch"]),
        "Wrapuptime": chance.choice(("0", "5")), "Membership": "dynamic",
    }  # fmt: skip
    kinds = ("QueueMemberAdded", "QueueMemberAdded", "QueueMemberStatus", "QueueMemberPause", "QueueMemberRemoved")
    kind = chance.choice(kinds)
    if kind == "QueueMemberRemoved" and chance.random() < 0.6:
        kind = "QueueMemberStatus"
    return {"Event": kind, **member}


@pytest.mark.parametrize("seed", range(3))
def test_after_every_change_of_a_random_day_the_sums_hold_on_the_screen(seed: int) -> None:
    pbx, chance = name(1), random.Random(seed)
    pipeline, hub, screen = Pipeline(settings(), pbx), Hub(settings(), BEGIN), Client()
    pipeline.watch(board=True)
    screen.connect(hub.staff, BEGIN)
    most_waiting = most_members = changes = 0
    for message in a_day(seed, pbx):
        pipeline.feed(message)
        if chance.random() < 0.3:  # changes within a moment are told together
            hub.take(pipeline.refresh(message.t), message.t)
            screen.read(hub.staff, message.t)
            adds_up(screen.items)
            changes += 1
            queues = [value for (kind, _), value in screen.items.items() if kind == "queue"]
            most_waiting = max(most_waiting, sum(queue["waiting"] for queue in queues))
            most_members = max([most_members, *(queue["logged_in"] or 0 for queue in queues)])
    assert screen.is_as(hub.staff)
    assert changes > 500
    assert most_waiting > 1
    assert most_members > 2
