"""What a live view has to look at again after a fact."""

from typing import Any

import pytest

from bridge.pbx import changes
from bridge.pbx.changes import Changed
from bridge.pbx.mirror import Mirror
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary import facts as f
from tests.helpers import recorded

CUSTOMER, AGENT = "1.1", "1.2"


def created(channel: str, name: str, state: str = "Ring", linkedid: str | None = None) -> f.ChannelCreated:
    return f.ChannelCreated(1.0, "ami", channel, name, state, linkedid or channel, None, None, "", "")


def mirror(*facts: f.Fact) -> Mirror:
    """One that is watched, and has been told these facts."""
    one = Mirror("ami")
    one.watch()
    for fact in (created(CUSTOMER, "PJSIP/trunk-1"), *facts):
        one.apply(fact)
    return one


def changed(one: Mirror, *facts: f.Fact) -> Changed:
    one.changed()
    for fact in facts:
        one.apply(fact)
    return one.changed()


def test_the_first_look_of_a_watcher_finds_everything() -> None:
    assert mirror().changed().everything


def test_a_phone_that_begins_to_ring_changes_its_channel_its_device_and_its_call() -> None:
    one = mirror(created(AGENT, "PJSIP/1011-2", "Down"))
    seen = changed(one, f.ChannelStateChanged(2.0, "ami", AGENT, "PJSIP/1011-2", "Ringing", None, None))
    assert seen.channels == {AGENT}
    assert seen.devices == {"PJSIP/1011"}
    assert seen.calls == {one.channels[AGENT].group}


def test_what_was_seen_is_not_told_again() -> None:
    one = mirror()
    assert changed(one, f.Held(2.0, "ami", CUSTOMER)).channels == {CUSTOMER}
    assert changed(one) == Changed(set(), set(), set(), set(), visibility=False, everything=False)


def test_two_calls_that_become_one_are_both_named() -> None:
    one = mirror(created(AGENT, "PJSIP/1011-2", "Down"))
    before = {one.channels[CUSTOMER].group, one.channels[AGENT].group}
    seen = changed(one, f.DialBegan(2.0, "ami", CUSTOMER, AGENT, "PJSIP/1011-2", "1011", None))
    assert seen.calls == before
    assert seen.channels == {CUSTOMER, AGENT}


def test_everything_that_a_board_shows_is_told() -> None:
    """Each fact, with what must be named after it."""
    one = mirror(
        created(AGENT, "PJSIP/1011-2", "Down"),
        f.BridgeCreated(1.5, "ami", "b"),
        f.BridgeEntered(1.5, "ami", "b", "simple", AGENT, "PJSIP/1011-2", None),
    )
    steps: list[tuple[f.Fact, dict[str, Any]]] = [
        (f.DialBegan(2.0, "ami", CUSTOMER, AGENT, "PJSIP/1011-2", "", None), {"channels": {CUSTOMER, AGENT}}),
        (f.DialEnded(3.0, "ami", CUSTOMER, AGENT, "ANSWER", None), {"channels": {CUSTOMER, AGENT}}),
        (f.BridgeEntered(3.0, "ami", "b", "simple", CUSTOMER, "PJSIP/trunk-1", None), {"channels": {CUSTOMER}}),
        (f.Held(4.0, "ami", AGENT), {"channels": {AGENT}}),
        (f.Unheld(5.0, "ami", AGENT), {"channels": {AGENT}}),
        (f.ConferenceMuted(5.0, "ami", AGENT, muted=True), {"channels": {AGENT}}),
        (f.BridgeLeft(6.0, "ami", "b", CUSTOMER), {"channels": {CUSTOMER}}),
        (f.BridgeDestroyed(6.0, "ami", "b"), {"channels": {AGENT}}),
        (f.QueueJoined(7.0, "ami", CUSTOMER, "sales", 1), {"channels": {CUSTOMER}, "queues": {"sales"}}),
        (f.MemberChanged(7.0, "ami", "sales", "PJSIP/1", "PJSIP/1", "A", 1, paused=False), {"devices": {"PJSIP/1"}}),
        (f.MemberRemoved(8.0, "ami", "sales", "PJSIP/1"), {"queues": {"sales"}, "devices": {"PJSIP/1"}}),
        (f.QueueLeft(8.0, "ami", CUSTOMER, "sales"), {"queues": {"sales"}}),
        (f.ContactChanged(9.0, "ami", "PJSIP/1011", "sip:a", reachable=True), {"devices": {"PJSIP/1011"}}),
        (f.DeviceStateChanged(9.0, "ami", "PJSIP/1012", "INUSE"), {"devices": {"PJSIP/1012"}}),
        (created("1.3", "PJSIP/2001-3"), {"channels": {"1.3"}}),
        (f.SpyStarted(9.0, "ami", "1.3", "PJSIP/2001-3", AGENT, ""), {"channels": {"1.3", AGENT}}),
        (f.SpyStopped(9.5, "ami", "1.3", AGENT), {"channels": {"1.3", AGENT}}),
        (f.BlindTransferred(9.6, "ami", AGENT, "", CUSTOMER, "1012"), {"channels": {AGENT}}),
        (f.ChannelGone(10.0, "ami", AGENT, "", "Up", 16, None), {"channels": {AGENT}, "devices": {"PJSIP/1011"}}),
        (f.FeedLost(11.0, "ami", "", 10.5), {"visibility": True}),
        (f.FeedConnected(12.0, "ami"), {"visibility": True}),
        (f.SnapshotEnded(13.0, "ami"), {"visibility": True}),
    ]
    for fact, named in steps:
        seen = changed(one, fact)
        for what, names in named.items():
            found = getattr(seen, what)
            assert found >= names if isinstance(names, set) else found == names, (fact, seen)


def test_nothing_is_noted_while_nobody_watches() -> None:
    one = Mirror("ami")
    for fact in (created(CUSTOMER, "PJSIP/trunk-1"), f.QueueJoined(2.0, "ami", CUSTOMER, "sales", 1)):
        one.apply(fact)
    assert not any(one.changed()[:4])


def test_a_watcher_who_never_looks_costs_bounded_memory(monkeypatch: Any) -> None:
    monkeypatch.setattr(changes, "MOST", 5)
    one = mirror()
    one.changed()
    for number in range(100):
        one.apply(created(f"2.{number}", f"PJSIP/trunk-{number}"))
        one.apply(f.DeviceStateChanged(2.0, "ami", f"PJSIP/{number}", "INUSE"))
        one.apply(f.QueueListed(2.0, "ami", f"queue {number}", "ringall"))
    seen = one.changed()
    assert seen.everything
    assert max(len(marks) for marks in seen[:4]) <= 5


def pictures(one: Mirror) -> dict[tuple[str, str], object]:
    """What a live board could show of each channel, queue and device."""
    found: dict[tuple[str, str], object] = {}
    for id_, c in one.channels.items():
        found["channels", id_] = (
            c.name, c.state, c.ringing_at, c.up_at, c.gone_at, c.bridge_now, tuple(c.holds), tuple(c.muted),
            c.caller_number, c.shown_number, c.picked_up, len(c.transfers), len(c.parked),
            id(c.group), tuple((d.dest.id, d.status) for d in c.dials),
            tuple((s.queue.name, s.joined_at, s.left_at) for s in c.queue_stays),
            tuple((s.spyee.id, s.stopped_at, tuple(s.modes)) for s in c.spies),
        )  # fmt: skip
    for name, queue in one.queues.items():
        members = tuple((m.interface, m.status, m.paused) for m in queue.members.values())
        found["queues", name] = (members, queue.strategy)
    for name, device in one.devices.items():
        found["devices", name] = (device.reachable, device.state)
    return found


@pytest.mark.parametrize("name", recorded.NAMES)
def test_whatever_looks_different_after_a_message_is_named(name: str) -> None:
    pipeline = Pipeline(recorded.settings(), recorded.PBX)
    one = pipeline._mirror
    one.watch()
    before: dict[tuple[str, str], object] = {}
    one.changed()
    for message in recorded.messages(name):
        calls = {id_: channel.group for id_, channel in one.channels.items()}
        pipeline.feed(message)
        seen, now = one.changed(), pictures(one)
        for (what, key), picture in now.items():
            if before.get((what, key)) != picture:
                is_call = what == "channels" and {calls.get(key), one.channels[key].group} & seen.calls
                assert is_call or key in getattr(seen, what), (
                    what,
                    key,
                    before.get((what, key)),
                    picture,
                    message.event,
                )
        before = now
