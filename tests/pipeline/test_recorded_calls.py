"""Recorded calls of real phones, replayed: the tags that a manager expects, whatever the feeds do."""

import random
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers.recorded import NAMES, PBX, expected, messages, replayed, told

NOT_BY_ARI_ALONE = {
    "a_customer_waits_where_the_only_phone_is_unreachable",
    "a_routine_refuses_for_a_member_before_she_is_called",
    "an_agent_declines_to_a_bot_by_a_key_and_the_next_one_takes_the_call",
}
"""ARI has no queue members: one that the queue skips without calling it cannot be seen. Nor does it tell for whom an
application rings a phone, or a leg was made that is never called."""


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_call_gets_exactly_the_tags_it_deserves(name: str) -> None:
    assert told(replayed(messages(name))) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_ami_alone_gives_the_same_record_but_for_sip_call_ids(name: str) -> None:
    alone = replayed(m for m in messages(name) if m.src != "ari")
    assert told(alone) == expected(name)
    # Calls that end in one moment may end in another order by each feed, and none is promised.
    assert sorted(r.record_id for r in alone) == sorted(r.record_id for r in replayed(messages(name)))


@pytest.mark.parametrize("name", sorted(set(NAMES) - NOT_BY_ARI_ALONE))
def test_ari_alone_gives_the_same_tags(name: str) -> None:
    assert told(replayed(m for m in messages(name) if m.src != "ami")) == expected(name)


BROWSERS = [name for name in NAMES if any(m.src == "endpoint" for m in messages(name))]
ONLY_THE_PHONE_KNOWS = {"a_browser_may_not_use_the_microphone": ("rejected", "agent_reject")}
"""What the PBX alone makes of a first offer that the phone itself knows better."""


@pytest.mark.parametrize("only", [("ami", "ari"), ("ami",), ("ari",)])
@pytest.mark.parametrize("name", BROWSERS)
def test_a_browser_that_reports_nothing_is_a_phone_like_any_other(name: str, only: tuple[str, ...]) -> None:
    (record,) = replayed(m for m in messages(name) if m.src in only)
    (best,) = replayed(messages(name))
    if name in ONLY_THE_PHONE_KNOWS:
        outcome, tag = ONLY_THE_PHONE_KNOWS[name]
        assert record.offers[0].outcome == outcome
        assert set(record.tags) ^ set(best.tags) == {tag, "cpe_reject"}
    else:
        assert told([record]) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_tag_names_the_facts_that_made_it_true(name: str) -> None:
    for record in replayed(messages(name)):
        assert list(record.evidence) == record.tags
        for proofs in record.evidence.values():
            assert proofs
            assert all(proof.event and proof.at for proof in proofs)


@pytest.mark.parametrize("name", NAMES)
def test_feeding_every_message_twice_changes_nothing(name: str) -> None:
    twice = [m for m in messages(name) for _ in range(2)]
    assert replayed(twice) == replayed(messages(name))


def moved(name: str, pbx: str, start: float) -> list[Message]:
    """A recorded call as if it had happened on another PBX at another time."""
    story = messages(name)
    shift = start - story[0].t
    return [msgspec.structs.replace(m, t=m.t + shift, pbx=pbx) for m in story]


@given(st.data())
@hypothesis_settings(max_examples=25, deadline=None)
def test_calls_at_the_same_time_get_the_records_they_get_one_by_one(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    stories = [moved(n, f"pbx{i}", 1_800_000_000 + data.draw(st.floats(0, 10))) for i, n in enumerate(names)]
    one_by_one = [r for story in stories for r in replayed(story)]
    together = replayed(sorted((m for story in stories for m in story), key=lambda m: m.t))
    assert sorted(together, key=by_id) == sorted(one_by_one, key=by_id)


def by_id(record: Record) -> tuple[str, int]:
    return record.record_id, record.revision


@dataclass(frozen=True)
class Rubbish:
    """Messages that no PBX should send."""

    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=5,
    )

    def damaged(self, message: Message, rng: random.Random, value: object) -> Message:
        event = dict(message.event)
        key = rng.choice(list(event))
        if value is None:
            del event[key]
        else:
            event[key] = value
        return msgspec.structs.replace(message, event=event)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), Rubbish.values)
@hypothesis_settings(max_examples=60, deadline=None)
def test_damaged_events_are_survived(name: str, rng: random.Random, value: object) -> None:
    story = [Rubbish().damaged(m, rng, value) if rng.random() < 0.3 and m.event else m for m in messages(name)]
    replayed(story)


@pytest.mark.parametrize("name", sorted(set(NAMES) - NOT_BY_ARI_ALONE))
def test_when_ami_is_lost_in_a_call_ari_carries_it_to_its_end(name: str) -> None:
    """AMI falls silent at any moment, which shows a few seconds later. No tag is lost; the record admits the gap."""
    story = messages(name)
    first = next(i for i, m in enumerate(story) if m.event.get("Event") == "Newchannel")
    for silent_from in range(first + 1, len(story), 11):
        lost_at = story[silent_from].t + 4.0
        told_still = [m for i, m in enumerate(story) if m.src != "ami" or i < silent_from]
        lost = Message(lost_at, PBX, "ami", {"feed": "lost", "why": "no answer"})
        seen = replayed(sorted([*told_still, lost], key=lambda m: m.t))
        best = {r.record_id: r for r in seen}
        assert told(best.values()) == expected(name)
