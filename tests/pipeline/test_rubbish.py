"""Whatever a feed says under a name that is read: it is heard, nothing raises, and what is written is a record."""

import random
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from bridge.wire import ami, ari, cel, endpoint, queue_log
from tests.fuzz import Target, left
from tests.helpers.hostile import EVENTS, rubbish
from tests.helpers.recorded import PBX

SPOKEN: list[tuple[Source, ...]] = [("ami",), ("ari",), ("ami", "ari", "endpoint"), ("cel", "queue_log")]
"""Feeds that are heard together: a service follows a call, or reads of it in the logs."""
TRIES = 1000
"""Messages of a feed under one name, of which at least one must be heard."""


def only(fact: Fact | None) -> list[Fact]:
    return [] if fact is None else [fact]


DECODED: dict[Source, Callable[[dict[str, Any], float], Iterable[Fact]]] = {
    "ami": lambda event, at: only(ami.decode(event, at)),
    "ari": ari.decode,
    "endpoint": lambda event, at: only(endpoint.decode(event, at)),
    "queue_log": queue_log.decode,
}


def names() -> list[tuple[Source, str]]:
    return [(src, name) for src, (names, _) in EVENTS.items() for name in names]


@pytest.mark.parametrize(("src", "name"), names())
def test_a_decoder_listens_to_the_rubbish_of_its_name(src: Source, name: str) -> None:
    rng = random.Random(f"{src} {name}")
    decode = DECODED.get(src)
    if decode is None:  # what a row of CEL says depends on those before it
        decoder = cel.Decoder()
        decode = decoder.decode
        others = EVENTS[src][0]
    else:
        others = []
    event = EVENTS[src][1]
    for number in range(TRIES):
        for other in others:
            list(decode(event(other, rng), float(number)))
        if list(decode(event(name, rng), float(number))):
            return
    pytest.fail(f"none of {TRIES} messages named {name} was heard")


@given(st.sampled_from(SPOKEN), st.integers(1, 300), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_feed_says_is_survived_and_forgotten(spoken: tuple[Source, ...], count: int, seed: int) -> None:
    target = Target()
    for message in rubbish(spoken, PBX, count, random.Random(seed)):
        target.now = message.t
        target.hear(message)
    target.end()
    for record in target.records:
        msgspec.json.decode(msgspec.json.encode(record), type=Record)
        assert set(record.tags) == set(record.evidence)
        assert record.started_at <= record.ended_at
    assert not left(target.pipeline)


def test_nobody_stays_behind_in_a_room_when_a_snapshot_lists_nobody() -> None:
    customer, agent = "1795366000.1", "1795366000.2"
    told: list[dict[str, Any]] = [
        {"Event": "Newchannel", "Uniqueid": customer, "Channel": "PJSIP/trunk01-00000001", "Linkedid": customer},
        {"Event": "Newchannel", "Uniqueid": agent, "Channel": "PJSIP/1012-00000002", "Linkedid": customer},
        {"Event": "Newexten", "Uniqueid": agent, "Application": "ConfBridge", "AppData": "1"},
        {"Event": "BridgeEnter", "BridgeUniqueid": "b", "Uniqueid": agent, "Channel": "PJSIP/1012-00000002"},
    ]
    target = Target()
    for number, event in enumerate(told):
        target.now = 1_800_000_000.0 + number
        target.hear(Message(target.now, PBX, "ami", event))
    target.end()
    assert not left(target.pipeline)


@given(st.sampled_from(["ami", "ari", "queue_log", "endpoint"]), st.text(max_size=20), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_an_event_of_a_name_that_nobody_reads_makes_no_record(src: Source, name: str, seed: int) -> None:
    known, event = EVENTS[src]
    told = event(random.Random(seed).choice(known), random.Random(seed))
    told = {key: name if value in known else value for key, value in told.items()} if name not in known else {}
    target = Target()
    target.hear(Message(1.0, PBX, src, told))
    target.end()
    assert target.records == []
