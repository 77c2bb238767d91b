"""Channels of which the PBX forgot to tell that they are gone."""

from bridge.pipeline.pipeline import Pipeline
from tests.helpers.story import SETTINGS, Story


def roll_call(story: Story, *channels: dict[str, str]) -> None:
    for c in channels:
        story.event("CoreShowChannel", ActionID="RollCall", **c, ChannelState="6")
    story.event("CoreShowChannelsComplete", ActionID="RollCall")


def talking() -> tuple[Story, dict[str, str], dict[str, str]]:
    story = Story()
    story.feed("connected")
    story.listed()
    customer, agent = story.after(1).connected()
    return story, customer, agent


def test_a_call_whose_end_was_never_told_is_closed_when_the_pbx_no_longer_has_it() -> None:
    story, customer, agent = talking()
    roll_call(story.after(300), customer, agent)
    roll_call(story.after(300))
    roll_call(story.after(300))
    record = story.only()
    assert not record.complete
    assert record.ended_by == "unknown"
    assert [(g.from_, g.until) for g in record.gaps] == [("2027-01-15T08:05:02.100Z", "2027-01-15T08:10:02.100Z")]
    assert record.ended_at == record.gaps[0].until
    assert not {"agent_disconnect", "customer_disconnect", "system_disconnect"} & set(record.tags)


def test_a_call_that_goes_on_is_told_whole() -> None:
    story, customer, agent = talking()
    for _ in range(4):
        roll_call(story.after(300), customer, agent)
    story.after(10).hang_up(customer)
    story.gone(agent, customer)
    assert story.only().complete


def test_a_call_whose_end_comes_just_after_the_roll_call_is_told_whole() -> None:
    """The PBX lists at once, and tells what happened before in its turn."""
    story, customer, agent = talking()
    roll_call(story.after(300))
    story.hang_up(customer)
    story.gone(agent, customer)
    roll_call(story.after(300))
    assert story.only().complete


def test_a_call_that_began_after_the_roll_call_is_told_whole() -> None:
    story, customer, agent = talking()
    roll_call(story.after(300), customer, agent)
    later, other = story.connected()
    roll_call(story.after(300), customer, agent, later, other)
    for c in (customer, later):
        story.hang_up(c)
    story.gone(agent, customer, other, later)
    assert [record.complete for record in story.told()] == [True]


def test_nothing_of_a_call_whose_end_was_never_told_stays_in_memory() -> None:
    story, *_ = talking()
    roll_call(story.after(300))
    roll_call(story.after(300))
    pipeline = Pipeline(SETTINGS, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    assert list(pipeline.open_channels)
    while (deadline := pipeline.next_deadline()) is not None:
        pipeline.advance(deadline)
    assert not list(pipeline.open_channels)
