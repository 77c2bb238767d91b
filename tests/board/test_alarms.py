"""When the board raises an alarm, and when it takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import pytest

from bridge.config import Dn, Queue, Settings
from bridge.live.alarms import BEGINS, ENDS, Subject
from bridge.live.day import Figures
from bridge.live.hub import Clock, Hub
from bridge.live.items import (
    AlarmItem,
    CallItem,
    Change,
    Item,
    Kind,
    OfferSoFar,
    PbxItem,
    QueueItem,
    TodayItem,
)
from bridge.live.numbered import ALL
from bridge.vocabulary.times import rfc3339

T = 1_795_900_000.0
UP = PbxItem("up", rfc3339(T), {"ami": "up"})
NOTHING = TodayItem(0, 0, 0, 0, 0, 0, None, "sl_offered", 20.0, None, 0, None, None, None, None)
SETTINGS = Settings(
    queue=[Queue("support", customer_waiting_threshold=30, target="80/20", alarm_waiting=2)],
    dn=[Dn("_0277001XXX", target="90/20")],
)


def queue(waiting: int = 1, since: float = T, **members: int) -> QueueItem:
    counts = {"ready": 0, "busy": 0, "ringing_agents": 0, "wrap_up": 0, "paused": 0, "unreachable": 0} | members
    return QueueItem(waiting, 0, 0, rfc3339(since) if waiting else None, [], logged_in=sum(counts.values()), **counts)


class Board:
    """A hub on which time passes second by second."""

    def __init__(self) -> None:
        self.hub, self.now = Hub(SETTINGS, T), T
        self.clocks: Mapping[str, Clock] = {}
        self.besides: Iterable[Subject] = ()
        self.put("pbx", "pbx1", UP)

    def put(self, kind: Kind, key: str, item: Item | None) -> None:
        self.hub.take([Change(kind, key, None, item)], self.now)

    def today(self, failures: Mapping[str, list[str]] | None = None, **items: TodayItem) -> None:
        figures = Figures(rfc3339(T - 3600), NOTHING, items, {}, failures or {}, frozenset())
        self.hub.figures(figures, self.now)

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 1
            self.hub.look(self.clocks, self.besides, self.now)

    @property
    def alarms(self) -> set[str]:
        return {key for (_, key), item in self.hub.items.items() if isinstance(item, AlarmItem)}


def test_an_alarm_begins_after_three_seconds_and_ends_after_ten_so_that_none_flickers() -> None:
    board = Board()
    board.put("queue", "pbx1/support", queue(paused=2))
    board.wait(BEGINS - 1)
    assert not board.alarms
    board.put("queue", "pbx1/support", queue(waiting=0, paused=2))
    board.wait(1)
    board.put("queue", "pbx1/support", queue(paused=2))
    board.wait(BEGINS)
    assert not board.alarms, "it was right for a second, and wrong for less than three since"
    board.wait(1)
    assert board.alarms == {"no_agent:queue:pbx1/support"}
    board.put("queue", "pbx1/support", queue(waiting=0, paused=2))
    board.wait(ENDS)
    assert board.alarms
    board.wait(1)
    assert not board.alarms


@pytest.mark.parametrize("here", ["ready", "busy", "ringing_agents", "wrap_up"])
def test_that_all_are_busy_is_no_alarm(here: str) -> None:
    board = Board()
    board.put("queue", "pbx1/support", queue(paused=3, **{here: 1}))
    board.wait(20)
    assert not board.alarms


def test_somebody_waits_longer_than_the_queues_threshold() -> None:
    board = Board()
    board.put("queue", "pbx1/support", queue(busy=1))
    board.wait(30)
    assert not board.alarms
    board.wait(BEGINS + 1)
    assert board.alarms == {"waiting_long:queue:pbx1/support"}


def test_more_wait_than_the_settings_allow() -> None:
    board = Board()
    board.put("queue", "pbx1/support", queue(waiting=2, busy=1))
    board.wait(10)
    assert not board.alarms
    board.put("queue", "pbx1/support", queue(waiting=3, busy=1, since=board.now))
    board.wait(BEGINS + 1)
    assert board.alarms == {"waiting_many:queue:pbx1/support"}


def test_the_service_level_of_half_an_hour_is_under_its_target_from_ten_calls_on() -> None:
    board = Board()
    few = msgspec.structs.replace(NOTHING, sl_30=0.5, sl_30_of=9)
    board.today(**{"queue:support": few, "queue:sales": msgspec.structs.replace(few, sl_30_of=50)})
    board.wait(10)
    assert not board.alarms, "nine calls say little, and sales has no target"
    good = msgspec.structs.replace(few, sl_30=0.8, sl_30_of=10)
    board.today(**{"queue:support": good, "dn:0277001234": msgspec.structs.replace(good, sl_30=0.9)})
    board.wait(10)
    assert not board.alarms, "the target is reached"
    board.today(**{"queue:support": msgspec.structs.replace(good, sl_30=0.79), "dn:0277001234": good})
    board.wait(BEGINS + 1)
    assert board.alarms == {"service_level:today:queue:support", "service_level:today:dn:0277001234"}


def offered(device: str, at: float) -> CallItem:
    offer = OfferSoFar("1001", device, None, rfc3339(at), None, rfc3339(at), "cpe_rejected", "unreachable")
    return CallItem("pbx1", "inbound", None, None, None, rfc3339(at), None, True, "menu", rfc3339(at), offers=[offer])


def test_a_phone_fails_three_times_in_an_hour_whether_the_calls_are_over_or_not() -> None:
    board = Board()
    device = "pbx1/PJSIP/1001"
    board.today({device: [rfc3339(T - 3590), rfc3339(T - 60)]})
    board.put("call", "c1", offered("PJSIP/1001", T))
    board.wait(BEGINS + 1)
    assert board.alarms == {f"device_failures:device:{device}"}
    board.wait(30)  # the first of them is an hour ago
    assert not board.alarms
    assert b"device_failures" not in b"".join(board.hub.viewers.snapshot(ALL, board.now)), "no wall is told"


def test_the_pbx_is_away_its_clock_is_wrong_or_its_events_come_late() -> None:
    board = Board()
    board.clocks = {"pbx1": Clock(5.1, -2.1)}
    board.wait(BEGINS + 1)
    assert board.alarms == {"behind:pbx:pbx1", "clock:pbx:pbx1"}
    item = board.hub.items["pbx", "pbx1"]
    assert isinstance(item, PbxItem)
    assert (item.behind_seconds, item.clock_offset) == (5.1, -2.1)
    board.clocks = {"pbx1": Clock(None, None)}
    board.put("pbx", "pbx1", PbxItem("away", rfc3339(T), {"ami": "away"}))
    board.put("queue", "pbx1/support", queue(paused=1))
    board.wait(ENDS + 2)
    assert board.alarms == {"pbx_away:pbx:pbx1"}, "whether they still wait, nobody knows"


def test_records_are_not_written_or_do_not_reach_a_sink() -> None:
    board = Board()
    board.besides = [("store", "service", "sqlite calls.db"), ("sink", "service", "nats")]
    board.wait(BEGINS + 1)
    assert board.alarms == {"store:service:sqlite calls.db", "sink:service:nats"}


def test_the_settings_that_are_read_again_say_how_many_may_wait() -> None:
    board = Board()
    board.put("queue", "pbx1/support", queue(waiting=3, busy=1, since=board.now))
    board.hub.reload(Settings(queue=[Queue("support", alarm_waiting=3)]))
    board.wait(10)
    assert not board.alarms
