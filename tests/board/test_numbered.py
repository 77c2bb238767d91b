"""The stream of the board, as somebody sees it who is cut off and comes back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest

from bridge.live.hub import Hub
from bridge.live.items import CallItem
from bridge.live.numbered import ALL, AT_ONCE, KEPT_FOR, MOST_EMPTY, MOST_WAITING, Numbered, Reader, Wanted
from bridge.pipeline.pipeline import Pipeline
from tests.helpers import recorded

QUEUE = "an_agent_declines_with_603"


class Client:
    """What a screen does with the stream: docs/live.md."""

    def __init__(self, wanted: Wanted = ALL, wake: Callable[[], None] = lambda: None) -> None:
        self.wake = wake
        self.reader = Reader(wanted, wake)
        self.items: dict[tuple[str, str], Any] = {}
        self.last: str | None = None
        self.seq = -1
        self.snapshots = 0

    def connect(self, numbered: Numbered, now: float) -> None:
        self.reader = Reader(self.reader.wanted, self.wake)
        self._take(numbered.begin(self.reader, self.last, now))

    def read(self, numbered: Numbered, now: float) -> None:
        changes, is_behind = self.reader.take()
        parts = numbered.snapshot_event(self.reader.wanted, now) if is_behind else ()
        self._take([*parts, *(numbered.event(change, self.reader.wanted) for change in changes)])

    def _take(self, parts: Iterable[bytes]) -> None:
        for event in b"".join(parts).decode().split("\n\n")[:-1]:
            fields = dict(line.split(": ", 1) for line in event.split("\n"))
            data = msgspec.json.decode(fields["data"])
            self.last = fields["id"]
            if fields["event"] == "snapshot":
                self.snapshots += 1
                self.items = {(i["kind"], i["key"]): i["value"] for i in data["items"]}
            else:
                assert data["seq"] == self.seq + 1, "a number is missing"
                self.items |= {(i["kind"], i["key"]): i["value"] for i in data["set"]}
                for gone in data["gone"]:
                    self.items.pop(tuple(gone), None)
            self.seq = data["seq"]

    def is_as(self, numbered: Numbered) -> bool:
        snapshot = msgspec.json.decode(b"".join(numbered.snapshot(self.reader.wanted, 0.0)))
        return self.items == {(i["kind"], i["key"]): i["value"] for i in snapshot["items"]}


def told(*names: str) -> Iterable[tuple[Hub, float]]:
    """A hub, after each change of recorded calls, ten a second."""
    hub, now = Hub(recorded.settings(), 1000.0), 1000.0
    for name in names:
        pipeline = Pipeline(recorded.settings(), recorded.PBX)
        pipeline.watch(board=True)
        for message in recorded.messages(name):
            pipeline.feed(message)
            if changes := pipeline.refresh(message.t):
                now += 0.1
                hub.take(changes, now)
                yield hub, now


def test_cut_off_again_and_again_a_screen_shows_what_the_snapshot_says() -> None:
    chance = random.Random(7)
    screen, wall = Client(), Client()
    is_on, cuts = False, 0
    for hub, now in told(QUEUE, "an_agent_transfers_blind_to_a_queue", "a_colleague_picks_the_ringing_call_up"):
        if not is_on:
            is_on = chance.random() < 0.3
            if is_on:
                screen.connect(hub.staff, now)
                wall.connect(hub.viewers, now)
        elif chance.random() < 0.2:
            hub.staff.leave(screen.reader)
            hub.viewers.leave(wall.reader)
            is_on, cuts = False, cuts + 1
        else:
            screen.read(hub.staff, now)
            wall.read(hub.viewers, now)
            assert screen.is_as(hub.staff)
            assert wall.is_as(hub.viewers)
    assert cuts >= 20
    assert screen.snapshots == 1, "who comes back soon is told what it missed, and no more"


def test_a_client_that_was_away_for_long_or_comes_from_another_run_begins_with_a_snapshot() -> None:
    numbered = Numbered(1)
    client = Client()
    client.connect(numbered, 0.0)
    numbered.leave(client.reader)
    numbered.put([("queue", "a", 1, frozenset())], 1.0)
    numbered.put([("queue", "a", 2, frozenset())], KEPT_FOR + 2)
    client.connect(numbered, KEPT_FOR + 2)
    assert client.snapshots == 2
    other = Numbered(2)
    other.put([("queue", "b", 1, frozenset())], 1.0)
    client.connect(other, 1.0)
    assert (client.snapshots, client.items) == (3, {("queue", "b"): 1})


def test_a_slow_reader_is_given_a_snapshot_in_place_of_what_waits() -> None:
    numbered, client = Numbered(1), Client()
    client.connect(numbered, 0.0)
    for value in range(MOST_WAITING + 10):
        numbered.put([("queue", "a", value, frozenset())], 0.0)
    client.read(numbered, 0.0)
    assert client.snapshots == 2
    assert client.is_as(numbered)


def test_a_filter_leaves_out_items_and_no_number_and_tells_what_leaves_it() -> None:
    numbered, client = Numbered(1), Client(Wanted(queues=frozenset(("support",))))
    client.connect(numbered, 0.0)
    numbered.put([("agent", "a", 1, frozenset(("support", "sales"))), ("agent", "b", 1, frozenset(("sales",)))], 0.0)
    numbered.put([("agent", "b", 2, frozenset(("sales",)))], 0.0)
    client.read(numbered, 0.0)
    assert (client.items, client.seq) == ({("agent", "a"): 1}, 2)
    numbered.put([("agent", "a", 2, frozenset(("sales",)))], 0.0)
    client.read(numbered, 0.0)
    assert client.items == {}


def test_a_screen_of_one_queue_is_left_alone_by_what_goes_on_in_others_and_misses_no_number() -> None:
    numbered, woken = Numbered(1), list[int]()
    client = Client(Wanted(queues=frozenset(("support",))), lambda: woken.append(numbered.seq))
    client.connect(numbered, 0.0)
    for value in range(10):
        numbered.put([("queue", "pbx1/sales", value, frozenset(("sales",)))], 0.0)
    assert woken == []
    numbered.put([("queue", "pbx1/support", 1, frozenset(("support",)))], 0.0)
    assert woken == [11]
    client.read(numbered, 0.0)
    assert (client.items, client.seq) == ({("queue", "pbx1/support"): 1}, 11)
    for value in range(10, 10 + MOST_EMPTY):
        numbered.put([("queue", "pbx1/sales", value, frozenset(("sales",)))], 0.0)
    assert woken == [11, 11 + MOST_EMPTY], "more of them than may wait"


@pytest.mark.parametrize("queue", ["support", "sales", "another", None])
def test_a_board_of_very_many_agents_is_drawn_in_turns_and_shows_one_moment(queue: str | None) -> None:
    numbered = Numbered(1)
    for agent in range(5 * AT_ONCE):
        numbered.put([("agent", f"pbx1/{agent}", 0, frozenset(("support" if agent < 9 else "sales",)))], 0.0)
    client = Client(Wanted(queues=frozenset((queue,))) if queue is not None else ALL)
    parts = iter(numbered.begin(client.reader, None, 0.0))
    drawn = [next(parts)]
    for agent in range(0, 5 * AT_ONCE, AT_ONCE // 2):
        numbered.put([("agent", f"pbx1/{agent}", 1 if agent else None, frozenset(("sales",)))], 0.0)
    drawn += parts
    assert len(drawn) == 5
    assert max(part.count(b'"agent"') for part in drawn) <= AT_ONCE
    client._take(drawn)
    assert client.seq == 5 * AT_ONCE
    assert len(client.items) == {"support": 9, "sales": 5 * AT_ONCE - 9, "another": 0, None: 5 * AT_ONCE}[queue]
    assert not any(client.items.values())
    client.read(numbered, 0.0)
    assert client.is_as(numbered)


def test_no_wall_is_told_a_number_or_a_name_of_a_customer_or_that_somebody_listens() -> None:
    spied = next(name for name in recorded.NAMES if "supervis" in name or "listen" in name or "coach" in name)
    numbers = set[str]()
    hub = None
    for hub, _ in told(QUEUE, spied):
        numbers |= {item.number for item in hub.items.values() if isinstance(item, CallItem) and item.number}
    assert hub is not None
    assert numbers
    sent = b"".join(entry.event for entry in hub.viewers._kept) + b"".join(hub.viewers.snapshot(ALL, 0.0))
    assert sent.count(b'"call"') > 0
    for forbidden in (*numbers, "listening_to", "supervisors", "reason", "customer"):
        assert forbidden.encode() not in sent
