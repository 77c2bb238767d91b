"""Clocks that are set, and a service that stands still: a call whose times they made uncertain is not complete, and
its record says nothing false. A replay knows of it, because the messages tell."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest

from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.wire.ping import WHAT_TIME
from tests.helpers.recorded import NAMES, messages, replayed, settings
from tests.helpers.story import Story
from tests.pipeline.test_unseen import AFTERWARDS, best, of_the_same_call

EVERY = 32
"""At one in so many events of every recorded call something happens."""


def unstamped(name: str) -> list[Message]:
    """A recorded call by a PBX without timestampevents."""
    story = [message for message in messages(name) if message.src == "ami"]
    return [moved(message, 0.0, stamps=None) for message in story]


def stamped(name: str) -> list[Message]:
    return [message for message in messages(name) if message.src == "ami"]


def moved(message: Message, by: float, stamps: float | None = 0.0) -> Message:
    """By another clock of ours, and of the PBX (None: it does not stamp)."""
    event: dict[str, Any] = dict(message.event)
    if "Timestamp" in event:
        told = float(event.pop("Timestamp"))
        if stamps is not None or "Ping" in event:  # to which every PBX says its time
            event["Timestamp"] = f"{told + (stamps or 0.0):.6f}"
    if "Ping" in event:
        event["ActionID"] = f"{WHAT_TIME}{float(event['ActionID'].removeprefix(WHAT_TIME)) + by}"
    return msgspec.structs.replace(message, t=message.t + by, event=event)


def word(at: float, **event: Any) -> Message:
    return Message(at, "pbx1", "ami", event)


def our_clock_set(story: Sequence[Message], place: int, by: float) -> list[Message]:
    told = word(story[place - 1].t, feed="clock", by=by)
    return [*story[:place], told, *(moved(message, by) for message in story[place:])]


def stood_still(story: Sequence[Message], place: int, seconds: float) -> list[Message]:
    """What came in that time is read at its end."""
    since, until = story[place - 1].t, story[place - 1].t + seconds
    late = [m for m in story[place:] if m.t < until]
    if not late:
        return list(story)
    told = word(until, feed="late", since=since, until=until + 2.0)
    read = [msgspec.structs.replace(m, t=until) for m in late]
    return [*story[:place], told, *read, *story[place + len(late) :]]


def its_clock_set(story: Sequence[Message], place: int, by: float) -> list[Message]:
    """Back by at least so much that an event is stamped earlier than the one before."""
    before = story[0].t - 60.0  # since when its clock is known
    known = word(before, Event="DeviceStateChange", Device="PJSIP/1", State="INUSE", Timestamp=str(before))
    story = [known, *story]
    place += 1
    pause = story[place].t - story[place - 1].t
    by = by - pause if by < 0 else by
    return [*story[:place], *(moved(message, 0.0, stamps=by) for message in story[place:])]


def places(story: Sequence[Message]) -> Iterator[int]:
    return iter(range(1, len(story), EVERY))


HAPPENS = {
    "our clock an hour ahead": (unstamped, lambda story, place: our_clock_set(story, place, 3600.0)),
    "our clock an hour back": (unstamped, lambda story, place: our_clock_set(story, place, -3600.0)),
    "our clock a little back": (unstamped, lambda story, place: our_clock_set(story, place, -5.0)),
    "we stand still": (unstamped, lambda story, place: stood_still(story, place, 20.0)),
    "its clock an hour ahead": (stamped, lambda story, place: its_clock_set(story, place, 3600.0)),
    "its clock an hour back": (stamped, lambda story, place: its_clock_set(story, place, -3600.0)),
    "its clock a little back": (stamped, lambda story, place: its_clock_set(story, place, -5.0)),
}


def in_order(record: Record) -> None:
    spans = [(record.started_at, record.ended_at), (record.started_at, record.answered_at)]
    spans += [(o.started_at, o.ended_at) for o in record.offers] + [(q.joined_at, q.left_at) for q in record.queues]
    spans += [(p.joined_at, p.left_at) for p in record.participants] + [(record.answered_at, record.ended_at)]
    spans += [(g.from_, g.until) for g in record.gaps]
    assert all(a <= b for a, b in spans if a is not None and b is not None), spans
    assert min(lasted(record)) >= 0


def shape(record: Record) -> tuple[object, ...]:
    """What does not depend on the clock: all that happened."""
    offers = [(o.agent, o.device, o.outcome, o.reason) for o in record.offers]
    parts = [(p.party, p.role) for p in record.participants]
    return record.tags, record.ended_by, record.direction, offers, parts, len(record.transfers)


def lasted(record: Record) -> list[float]:
    """And how long it took."""
    spoken = [seconds for p in record.participants for seconds in (p.talk_seconds, p.hold_seconds)]
    whole = [record.wait_seconds, record.talk_seconds, record.hold_seconds]
    return [*whole, *(o.ring_seconds for o in record.offers), *spoken]


@pytest.mark.parametrize("what", HAPPENS)
def test_a_call_whose_times_are_uncertain_is_not_complete_and_its_record_says_nothing_false(what: str) -> None:
    tell, happen = HAPPENS[what]
    uncertain = 0
    for name in NAMES:
        story = tell(name)
        whole = best(replayed(story))
        is_set = "clock" in what
        for place in places(story):
            for record in best(replayed(happen(story, place))).values():
                told = of_the_same_call(record, whole)
                tags = {tag for each in told for tag in each.tags}
                where = f"{name} at {place}: {record.call_id} {record.tags} {record.started_at} {record.ended_at}"
                assert all(tag in tags or AFTERWARDS.get(tag) in tags for tag in record.tags), where
                assert record.complete != bool(record.gaps), where
                assert not record.complete or all(each.tags == record.tags for each in told), where
                in_order(record)
                if is_set:
                    (same,) = told
                    assert shape(record) == shape(same), where
                    assert lasted(record) == pytest.approx(lasted(same), abs=0.1), where
                uncertain += not record.complete
    assert uncertain > 100


def test_an_answer_that_took_long_does_not_say_that_a_clock_was_set() -> None:
    """As when the service starts on a busy machine: it asks again, and is answered at once."""
    story = unstamped(NAMES[0])
    start = next(m for m in story if m.event.get("Event") == "Newchannel").t
    asked = start - 14.0
    slow = word(start - 10.0, Response="Success", Ping="Pong", ActionID=f"{WHAT_TIME}{asked}", Timestamp=f"{asked}")
    soon = msgspec.structs.replace(slow, t=start + 2.0, event={
        **slow.event, "ActionID": f"{WHAT_TIME}{start + 2.0}", "Timestamp": f"{start + 2.0}",
    })  # fmt: skip
    events = [m for m in story if "Ping" not in m.event]
    told = sorted([*events, slow, soon], key=lambda m: m.t)
    assert replayed(told) == replayed(events)
    assert all(record.complete for record in replayed(told))


def test_a_service_that_stood_still_before_it_had_seen_a_stamp_has_the_next_call_in_full() -> None:
    """As when it starts on a busy machine: the lists that it asked for bear no stamps."""
    story = stamped(NAMES[0])
    call = next(place for place, m in enumerate(story) if m.event.get("Event") == "Newchannel")
    at = story[call].t
    lists = [m for m in story[:call] if "ActionID" in m.event or "feed" in m.event]
    late = word(at, feed="late", since=at - 3.0, until=at + 2.0)
    whole = replayed([*lists, *story[call:]])
    assert replayed([*lists, late, *story[call:]]) == whole
    assert all(record.complete for record in whole)


def test_a_call_that_a_busy_service_read_late_and_then_in_time_is_complete() -> None:
    """It has been late for minutes, and catches up in a pause of the call."""
    late, tried = 9.0, 0
    for name in NAMES:
        story = stamped(name)
        whole = replayed(story)
        begin = story[0].t - 120.0
        asked = word(begin, Response="Success", Ping="Pong", ActionID=f"{WHAT_TIME}{begin}", Timestamp=f"{begin}")
        busy = [
            word(at + late, Event="DeviceStateChange", Device="PJSIP/1", State="INUSE", Timestamp=f"{at}")
            for at in (begin + second for second in range(110))
        ]
        for place in range(1, len(story)):
            at = story[place].t
            if at - story[place - 1].t > 3.0:
                before = [msgspec.structs.replace(m, t=min(m.t + late, at)) for m in story[:place]]
                assert replayed([asked, *busy, *before, *story[place:]]) == whole, (name, place)
                tried += 1
    assert tried > 20


@pytest.mark.parametrize("stamp", ["0.000000", "4102444800.000000", "12"])
def test_a_stamp_outside_any_sense_does_not_move_a_call(stamp: str) -> None:
    story = stamped(NAMES[0])
    senseless = [
        msgspec.structs.replace(m, event={**m.event, "Timestamp": stamp}) if "Timestamp" in m.event else m
        for m in story
    ]
    assert [*map(shape, replayed(senseless))] == [*map(shape, replayed(unstamped(NAMES[0])))]
    assert {r.started_at[:16] for r in replayed(senseless)} == {r.started_at[:16] for r in replayed(story)}


def test_the_outages_of_a_pbx_are_told_by_its_own_clock() -> None:
    """Ours says when the feed was lost, and is an hour behind: what was not seen is not thought to be seen."""
    name = NAMES[0]
    story = stamped(name)
    ahead = [moved(message, 0.0, stamps=3600.0) for message in story]
    middle = len(story) // 2
    lost = [word(story[middle - 1].t + 0.001, feed="lost"), word(story[middle].t - 0.001, feed="connected")]
    complete = word(story[middle].t - 0.0005, Event="CoreShowChannelsComplete", ActionID="CoreShowChannels")
    cut = [[*told[:middle], *lost, complete, *told[middle:]] for told in (story, ahead)]
    right, other = ([(*shape(r), r.complete, bool(r.gaps)) for r in replayed(each)] for each in cut)
    assert other == right


def test_a_call_that_our_clock_is_set_in_is_written_when_it_is_due() -> None:
    story = stamped(NAMES[0])
    pipeline = Pipeline(settings(), "pbx1")
    for message in story:
        pipeline.feed(message)
    due = pipeline.next_deadline()
    assert due is not None
    pipeline.feed(word(story[-1].t, feed="clock", by=-3600.0))
    assert pipeline.next_deadline() == due - 3600.0


@pytest.mark.parametrize("by", [-3600.0, 3600.0])
def test_a_clock_that_is_set_in_the_middle_of_a_snapshot_says_nothing_false_of_a_call_that_it_lists(
    by: float,
) -> None:
    story = Story()
    story.feed("connected")
    story.members("support", "ringall", x1001=1, x1002=1)
    begins = len(story.messages)
    customer, agent = story.call_in(), story.channel("PJSIP/1001", "Up")
    del story.messages[begins:]
    agent["Linkedid"] = customer["Linkedid"]
    story.listed({**customer, "BridgeId": "room"}, {**agent, "BridgeId": "room"})
    ends = len(story.messages)
    story.after(20).hang_up(customer)
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.event("BridgeLeave", BridgeUniqueid="room", **agent)
    story.gone(agent, customer)
    for place in range(1, ends + 1):
        told = our_clock_set(story.messages, place, by)
        told[place] = msgspec.structs.replace(told[place], pbx="pbx")
        (record,) = replayed(told, story.given)
        assert not record.complete
        assert record.started_at <= record.ended_at
        assert record.wait_seconds < 60
        assert record.talk_seconds < 60
        assert "over_customer_waiting_threshold" not in record.tags


def test_a_call_that_a_snapshot_does_not_list_is_over_though_it_began_later_by_a_clock_that_was_set_back() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.after(600).call_in()
    story.after(-500).feed("lost")
    story.after(10).feed("connected")
    story.listed()
    pipeline = Pipeline(story.given, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    assert pipeline.open_calls == 0
