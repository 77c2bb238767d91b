"""How many calls are in progress, and since when: kept as calls come and go, not counted whenever somebody asks."""

import pytest

from bridge.pipeline.pipeline import Pipeline
from tests.bench.curves import listed
from tests.calls.test_costs import counted
from tests.helpers.recorded import PBX, messages, settings
from tests.helpers.story import SETTINGS

NAMES = [
    "an_agent_consults_by_keys_and_comes_back", "an_agent_transfers_blind_to_a_queue", "an_agent_declines_with_603",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_at_every_moment_as_many_calls_are_in_progress_as_have_a_channel_that_has_not_ended(name: str) -> None:
    pipeline, most = Pipeline(settings(), PBX), 0
    mirror = pipeline._mirror
    for message in messages(name):
        pipeline.feed(message)
        of_calls = {c.group for c in mirror.channels.values() if c.group is not None and c.group.live}
        in_them = [c for group in of_calls for c in group.channels]
        assert pipeline.open_calls == len(of_calls)
        assert pipeline.open_since == min((c.created_at for c in in_them), default=None)
        most = max(most, len(of_calls))
    assert most


def test_counting_the_calls_in_progress_costs_the_same_however_many_there_are() -> None:
    costs = []
    for count in (50, 100):
        story = listed(count)
        pipeline = Pipeline(SETTINGS, "pbx")
        for message in story.messages[:-3]:
            pipeline.feed(message)
        costs.append(counted(lambda pipeline=pipeline: (pipeline.open_calls, pipeline.open_since)))
        assert pipeline.open_calls == count
    assert costs[0] == costs[1]
