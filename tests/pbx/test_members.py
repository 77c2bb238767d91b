"""Members who come and go without end fill no memory, and those who are there are never forgotten."""

import pytest

from bridge.pbx import members
from bridge.pipeline.pipeline import Pipeline
from tests.helpers.story import SETTINGS, Story

MOST = 50


def come_and_go(story: Story, count: int) -> None:
    """So many numbers become a member of a queue, and are none at once."""
    for number in range(count):
        interface = f"Local/09{number:08}@callback/n"
        told = {"Queue": "callbacks", "Interface": interface, "StateInterface": f"PJSIP/09{number:08}"}
        story.event("QueueMemberAdded", **told, MemberName=f"Customer {number}", Status="1", Paused="0")
        story.event("QueueMemberRemoved", **told)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setattr(members, "MOST", MOST)
    pipeline = Pipeline(SETTINGS, "pbx")
    pipeline.track()
    return pipeline


def heard(pipeline: Pipeline, story: Story) -> None:
    for message in story.messages:
        pipeline.feed(message)
    story.messages.clear()


def test_numbers_that_were_a_member_once_are_forgotten_when_there_are_too_many(pipeline: Pipeline) -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.members("support", "ringall", **{f"1{number:03}": 1 for number in range(3 * MOST)})
    heard(pipeline, story)
    before = pipeline._mirror.members.count
    come_and_go(story, 20 * MOST)
    heard(pipeline, story)
    there = pipeline._mirror.members
    assert there.count == before + MOST
    assert len(pipeline._tracker.agents) <= before + MOST
    assert all(f"PJSIP/1{number:03}" in there for number in range(3 * MOST))


def test_who_has_left_the_queues_is_an_agent_for_as_long_as_fifty_others_have_not_left_later(
    pipeline: Pipeline,
) -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.members("support", "ringall", **{"1001": 1, "1002": 1})
    story.event("QueueMemberRemoved", Queue="support", Interface="PJSIP/1001")
    come_and_go(story, MOST // 2 - 1)
    heard(pipeline, story)
    there = pipeline._mirror.members
    assert "PJSIP/1001" in there
    come_and_go(story, MOST)
    heard(pipeline, story)
    assert "PJSIP/1001" not in there
    assert "PJSIP/1002" in there


def test_a_member_of_two_queues_who_leaves_one_is_still_there(pipeline: Pipeline) -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    for queue in ("support", "sales"):
        story.members(queue, "ringall", **{"1001": 1})
    story.event("QueueMemberRemoved", Queue="sales", Interface="PJSIP/1001")
    come_and_go(story, 3 * MOST)
    heard(pipeline, story)
    assert "PJSIP/1001" in pipeline._mirror.members
