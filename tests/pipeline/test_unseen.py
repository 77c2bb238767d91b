"""Whatever of a call was not seen, its record says nothing that the call as a whole does not bear out.

Every recorded call is cut at its events: the service comes in the middle of it, hears nothing from some moment on, or
is deaf for a while; by AMI, by ARI, by both, and by either while the other goes on telling. What the record of such a
call says is held to that of the whole.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec
import pytest

from bridge.vocabulary.message import Source
from bridge.vocabulary.record import Record
from tests.helpers.blackout import deaf
from tests.helpers.recorded import NAMES, messages, replayed, settings

Cut = tuple[int, int, bool]
"""Nothing is heard from which message until before which; whether the feeds notice late that they are dead."""
FEEDS: dict[str, tuple[tuple[Source, ...], tuple[Source, ...]]] = {
    "ami": (("ami",), ("ami",)),
    "ari": (("ari",), ("ari",)),
    "both": (("ami", "ari"), ("ami", "ari")),
    "ami beside ari": (("ami", "ari"), ("ami",)),
    "ari beside ami": (("ami", "ari"), ("ari",)),
}
"""The feeds that follow a call, and those of them that are cut."""
AFTERWARDS = {"queue_exit": "virtual_queue_callback_incoming"}
"""A tag that a caller who left by a key has until a call back shows that it was asked for: if that call back is not
seen, nothing shows it of the first call, of which everything was seen."""


def middle(length: int) -> Iterator[Cut]:
    return ((0, end, False) for end in range(1, length))


def beginning(length: int) -> Iterator[Cut]:
    return ((start, length, False) for start in range(1, length + 1))


def holes(length: int, count: int) -> Iterator[Cut]:
    rng = random.Random(length)
    for i in range(count):
        start = rng.randrange(1, length)
        end = rng.randrange(start + 1, length + 1)
        yield start, min(end, start + rng.randrange(1, 12)) if i % 2 else end, rng.random() < 0.5


def best(records: Sequence[Record]) -> dict[str, Record]:
    return {record.record_id: record for record in records}


def held_to_the_whole(name: str, by: str, cuts: Iterator[Cut]) -> int:
    """How many records the cuts gave, none of which says anything false."""
    given = settings()
    follow, cut = FEEDS[by]
    if by == "ari":
        given = msgspec.structs.replace(given, pbx=[msgspec.structs.replace(pbx, ami=None) for pbx in given.pbx])
    story = [message for message in messages(name) if message.src in (*follow, "endpoint")]
    whole = best(replayed(story, given))
    count = 0
    for start, end, late in cuts:
        for record in best(replayed(deaf(story, start, end, cut, late), given)).values():
            count += 1
            place = f"deaf from {start} until {end}, {late=}: {record.call_id} {record.tags} {record.ended_by}"
            told = of_the_same_call(record, whole)
            tags = {tag for each in told for tag in each.tags}
            assert all(tag in tags or AFTERWARDS.get(tag) in tags for tag in record.tags), place
            assert record.ended_by in {"unknown", *(each.ended_by for each in told)}, place
            assert record.complete != bool(record.gaps), place
            assert not record.complete or all(each.tags == record.tags for each in told), place
    return count


def of_the_same_call(record: Record, whole: dict[str, Record]) -> list[Record]:
    """What was told of it as a whole; a part that lost its connection with the rest may be any."""
    if record.record_id in whole:
        return [whole[record.record_id]]
    ids = {record.call_id, *record.linked_ids}
    return [each for each in whole.values() if ids & {each.call_id, *each.linked_ids}] or list(whole.values())


def length(name: str, by: str) -> int:
    return sum(message.src in (*FEEDS[by][0], "endpoint") for message in messages(name))


@pytest.mark.parametrize("by", FEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_record_of_part_of_a_call_says_nothing_false(name: str, by: str) -> None:
    size = length(name, by)
    assert held_to_the_whole(name, by, islice(middle(size), 0, None, 8))
    assert held_to_the_whole(name, by, islice(beginning(size), 5, None, 8))
    assert held_to_the_whole(name, by, holes(size, 8))


@pytest.mark.full
@pytest.mark.parametrize("by", FEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_wherever_a_call_is_cut_its_record_says_nothing_false(name: str, by: str) -> None:
    size = length(name, by)
    assert held_to_the_whole(name, by, middle(size))
    assert held_to_the_whole(name, by, beginning(size))
    assert held_to_the_whole(name, by, holes(size, 150))
