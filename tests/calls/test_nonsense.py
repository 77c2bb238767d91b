"""What no PBX says costs no more than its events, and does nothing to the call beside it."""

import pytest

from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.record import Record
from tests.attack.nonsense import SHAPES, beside
from tests.calls.test_costs import MOST, counted
from tests.helpers.story import BEGAN, SETTINGS, Story

COUNT = 80


def told(story: Story) -> list[Record]:
    pipeline = Pipeline(SETTINGS, "pbx", keeps=True)
    pipeline.watch(board=True)
    records: list[Record] = []
    for number, message in enumerate(story.messages):
        step = pipeline.feed(message)
        records += step.records
        assert not step.unjudged
        if number % (len(story.messages) // 10) == 0:  # the board looks at a whole call each time
            pipeline.refresh(message.t)
    step = pipeline.advance(BEGAN + story.now + 60)
    assert not step.unjudged
    return [*records, *step.records]


def beside_a_call(name: str, count: int) -> tuple[Story, str]:
    story = Story()
    story.feed("connected")
    story.listed()
    return story, beside(story, SHAPES[name], count)


@pytest.mark.parametrize("name", SHAPES)
def test_beside_nonsense_a_call_is_recorded_as_it_was(name: str) -> None:
    story, call = beside_a_call(name, COUNT)
    (record,) = (record for record in told(story) if record.call_id == call)
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
    assert record.complete
    assert [offer.outcome for offer in record.offers] == ["answered"]


@pytest.mark.parametrize("name", SHAPES)
def test_twice_as_much_nonsense_takes_twice_the_work(name: str) -> None:
    once, twice = (beside_a_call(name, count)[0] for count in (COUNT, 2 * COUNT))
    costs = counted(lambda: told(once)), counted(lambda: told(twice))
    assert costs[1] / costs[0] < MOST, f"{costs[0]:,} lines, then {costs[1]:,}"
