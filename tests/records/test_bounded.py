"""A record that would be too large leaves out what is in the middle of its longest lists, and says how much."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.records.bounded import LARGEST, bounded
from bridge.vocabulary.record import Conference, Evidence, Record
from tests.helpers.samples import ANSWERED, at

COUNTS = st.integers(0, 3000)


def grown(offers: int, people: int, visits: int, evidence: int) -> Record:
    return msgspec.structs.replace(
        ANSWERED,
        offers=[msgspec.structs.replace(ANSWERED.offers[0], agent=str(number)) for number in range(offers)],
        conferences=[
            Conference(from_=at(1), until=at(2), speakers=[f"02{person:08}" for person in range(people // 5)])
            for _ in range(people // 5)
        ],
        linked_ids=[f"1772442000.{number}" for number in range(visits)],
        evidence={"agent_reject": [Evidence(at=at(1), event="Hangup", party=str(n)) for n in range(evidence)]},
    )


@settings(max_examples=30, deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_whatever_a_call_is_made_of_its_record_stays_below_256_kb_and_counts_what_it_leaves_out(
    offers: int, people: int, visits: int, evidence: int
) -> None:
    whole = grown(offers, people, visits, evidence)
    record = bounded(whole, {})
    assert len(msgspec.json.encode(record)) <= LARGEST + 200
    for name in ("offers", "conferences", "linked_ids"):
        kept, all_of_it = getattr(record, name), getattr(whole, name)
        assert len(kept) + record.left_out.get(name, 0) == len(all_of_it)
        if kept:
            assert (kept[0], kept[-1]) == (all_of_it[0], all_of_it[-1]) or len(kept) == 1
    assert len(record.evidence["agent_reject"]) + record.left_out.get("evidence.agent_reject", 0) == evidence
    if len(msgspec.json.encode(whole)) <= LARGEST:
        assert record == whole


def test_a_queue_that_rang_a_phone_twenty_thousand_times_keeps_the_first_and_the_last_offers() -> None:
    record = bounded(grown(20_000, 0, 1, 0), {})
    assert record.offers[0].agent == "0"
    assert record.offers[-1].agent == "19999"
    assert record.left_out == {"offers": 20_000 - len(record.offers)}
    assert 100_000 < len(msgspec.json.encode(record)) <= LARGEST + 200
