"""What is remembered of the steps that a channel takes in the dialplan, and how much memory that takes."""

import sys

import pytest

from bridge.pbx import steps
from bridge.pbx.channel import Channel, Group
from bridge.pbx.history import Step
from bridge.pbx.whole import Pbx


def walked(*path: tuple[str, str, str]) -> Channel:
    """A channel that has taken steps: extension, application, arguments."""
    pbx = Pbx("ami")
    channel = pbx.state.new("1.1", "PJSIP/trunk-00000001", 1.0)
    for i, (exten, application, data) in enumerate(path):
        steps.run(pbx, channel, Step(1.0 + i, "here", exten, application, data))
    return channel


def applications(channel: Channel) -> list[str]:
    return [s.application for s in channel.steps]


NOTHING = [("s", "NoOp", f"{i}") for i in range(60)]


@pytest.mark.parametrize("application", ["Dial", "Queue"])
def test_what_a_busy_pbx_is_slow_to_begin_is_one_step_and_what_it_runs_again_another(application: str) -> None:
    """ARI tells a step again when the application clears its first variables."""
    pbx = Pbx("ari")
    channel = pbx.state.new("1.1", "PJSIP/trunk-00000001", 1.0)
    for at in (1.0, 1.2):
        steps.run(pbx, channel, Step(at, "here", "8000", application, "support"))
    assert applications(channel) == [application]
    channel.steps[-1].status = "CHANUNAVAIL"
    steps.run(pbx, channel, Step(1.4, "here", "8000", application, "support"))
    assert applications(channel) == [application, application]


def test_a_count_and_the_menu_after_it_are_both_remembered_however_long_the_way_between() -> None:
    channel = walked(("8000", "Set", "GROUP()=OUT_1"), *NOTHING, ("s", "Read", "WANTED"), *NOTHING)
    assert applications(channel)[:2] == ["Set", "Read"]
    assert not channel.steps_forgotten


def test_every_number_to_which_a_call_comes_is_remembered_and_not_each_step_there() -> None:
    channel = walked(("main", "Goto", "a,8000,1"), ("8000", "NoOp", ""), *NOTHING, ("8000", "Goto", "b,4103,1"),
                     ("4103", "NoOp", ""), ("4103", "Set", "A=1"))  # fmt: skip
    assert [s.exten for s in channel.steps] == ["main", "8000", "4103"]


def test_what_ends_a_queue_or_a_dial_is_remembered_whatever_it_is() -> None:
    channel = walked(("8000", "Queue", "support"), ("8000", "NoOp", "next"), ("8000", "Dial", "PJSIP/1001"),
                     ("8000", "Set", "A=1"), ("8000", "Set", "B=1"))  # fmt: skip
    assert applications(channel) == ["Queue", "NoOp", "Dial", "Set"]


def test_a_check_after_a_count_is_remembered_if_it_may_be_the_caps() -> None:
    elsewhere = [("routine", "GotoIf", f"0?{i}") for i in range(60)]
    channel = walked(("8000", "Set", "GROUP()=OUT_1"), *elsewhere, ("8000", "GotoIf", "1?full"),
                     ("full", "Playback", "sorry"), ("8001", "GotoIf", "0?on"))  # fmt: skip
    assert [(s.exten, s.application) for s in channel.steps] == [
        ("8000", "Set"), ("routine", "GotoIf"), ("8000", "GotoIf"), ("full", "Playback"), ("8001", "GotoIf"),
    ]  # fmt: skip


def test_the_way_through_routines_is_forgotten_before_numbers_and_those_before_what_a_rule_reads() -> None:
    routines = [(f"routine{'x' * i}", "NoOp", "x" * 300) for i in range(20)]
    channel = walked(("8000", "NoOp", ""), *routines, ("8001", "Dial", "PJSIP/1001"), *routines, ("8002", "NoOp", ""),
                     *routines, ("s", "VoiceMail", "1001"))  # fmt: skip
    assert "Dial" in applications(channel)
    assert {"8000", "8001", "8002"} <= {s.exten for s in channel.steps}
    assert not channel.steps_forgotten


def test_the_key_by_which_a_caller_left_a_queue_is_remembered_however_long_the_way_after_it() -> None:
    routines = [(f"routine{i}", ("ClearHash", "NoOp")[i % 2], "x" * 200) for i in range(40)]
    channel = walked(("8000", "NoOp", ""), ("8000", "Queue", "support"), ("2", "Set", "A=1"), ("6001", "Goto", ""),
                     *routines)  # fmt: skip
    assert "2" in {s.exten for s in channel.steps[:4]}


def test_the_beginning_and_the_end_of_a_dialplan_that_loops_for_hours_are_remembered() -> None:
    channel = walked(("8000", "Answer", ""), *(("s", "Dial", f"PJSIP/{i}," + "x" * 300) for i in range(3_000)))
    assert channel.steps[0].exten == "8000"
    assert channel.steps[-1].data.startswith("PJSIP/2999")
    assert channel.steps_forgotten


@pytest.mark.parametrize("length", [0, 80, 1_500, 100_000])
def test_the_steps_of_a_channel_take_no_more_memory_than_the_bound(length: int) -> None:
    path = [(f"{i}", ("Dial", "Read", "AGI", "NoOp")[i % 4], f"{i}{'x' * length}") for i in range(200)]
    channel = walked(*path)
    parts = [part for s in channel.steps for part in (s, s.data, s.context, s.exten, s.application, s.at)]
    assert sum(map(sys.getsizeof, parts)) <= steps.STEPS_BYTES
    assert channel.steps[-1].data[:3] == path[-1][2][:3]


def test_a_step_inside_another_is_a_step_and_the_outer_one_does_not_count() -> None:
    channel = walked(("8000", "ExecIf", "1?Dial(PJSIP/1001,15)"), ("8000", "ExecIf", "0?Dial(PJSIP/1002,15)"))
    assert [s.data for s in channel.steps if s.application == "Dial"] == ["PJSIP/1001,15"]


def test_an_agent_who_logs_in_inside_another_application_is_logged_in() -> None:
    assert walked(("8000", "ExecIf", "1?AgentLogin(1001)")).is_login


def test_a_counted_channel_is_forgotten_with_its_call() -> None:
    pbx = Pbx("ami")
    channel = pbx.state.new("1.1", "PJSIP/trunk-00000001", 1.0)
    for i in range(100):
        steps.run(pbx, channel, Step(1.0 + i, "here", "8000", "Set", f"GROUP(call)={i}"))
    assert len(pbx.state.counts) == 1
    assert channel.group is not None
    pbx.state.forget(channel.group)
    assert len(pbx.state.counts) == 0


@pytest.mark.parametrize("again", [("ExecIf", "1?Dial(PJSIP/1001,15)"), ("Dial", "PJSIP/1001,15")])
def test_a_dial_inside_another_application_is_one_however_the_other_feed_tells_it(
    again: tuple[str, str],
) -> None:
    pbx = Pbx("ami")
    channel = pbx.state.new("1.1", "PJSIP/trunk-00000001", 1.0)
    for at, told in ((1.0, ("ExecIf", "1?Dial(PJSIP/1001,15)")), (1.1, ("ExecIf", "1?Congestion(2)")), (1.12, again)):
        steps.run(pbx, channel, Step(at, "here", "8000", *told))
    assert applications(channel).count("Dial") == 1


@pytest.mark.parametrize(("exten", "is_news"), [("8000", False), ("8001", True)])
def test_a_late_step_counts_if_it_is_at_another_number(exten: str, is_news: bool) -> None:
    pbx = Pbx("ami")
    channel = pbx.state.new("1.1", "PJSIP/trunk-00000001", 1.0)
    steps.run(pbx, channel, Step(1.0, "here", "8000", "Goto", "inner"))
    steps.run(pbx, channel, Step(1.4, "here", "s", "Set", "A=1"))
    steps.run(pbx, channel, Step(1.2, "here", exten, "NoOp", ""))
    assert ("NoOp" in applications(channel)) is is_news


def test_a_late_step_of_a_call_that_is_forgotten_is_counted_in_no_group() -> None:
    pbx = Pbx("ami")
    forgotten = Channel("1.1", "PJSIP/trunk-00000001", 1.0, 0)
    Group(forgotten)
    steps.run(pbx, forgotten, Step(2.0, "here", "8000", "Set", "GROUP()=OUT_1"))
    assert len(pbx.state.counts) == 0
    known = pbx.state.new("1.2", "PJSIP/trunk-00000002", 1.0)
    steps.run(pbx, known, Step(2.0, "here", "8000", "Set", "GROUP()=OUT_1"))
    assert len(pbx.state.counts) == 1


def moved_twice(second: tuple[str, str]) -> tuple[Pbx, Channel]:
    """A caller of a queue is moved to the number 6002, where another queue takes her, and then to 6003, where the
    channel tells ``second``."""
    pbx = Pbx("ami")
    channel = pbx.state.new("1.1", "PJSIP/trunk-00000001", 1.0)
    steps.run(pbx, channel, Step(1.0, "here", "8000", "Queue", "first,tk"))
    steps.run(pbx, channel, Step(2.0, "here", "6002", "Queue", "first,tk"))
    steps.wait(pbx, channel, "second", 2.1).told = True
    steps.run(pbx, channel, Step(3.0, "here", "6003", *second))
    return pbx, channel


def test_a_channel_that_is_moved_again_tells_the_queue_of_its_place_before() -> None:
    _, channel = moved_twice(("Queue", "second,tk"))
    assert [s.queue.name for s in channel.queue_stays] == ["first", "second"]
    last = steps.untold(channel)
    assert last is not None
    assert last.exten == "6003"


def test_a_queue_that_follows_where_nothing_was_told_is_a_queue_of_its_own() -> None:
    _, channel = moved_twice(("Queue", "third,tk"))
    assert [s.queue.name for s in channel.queue_stays] == ["first", "second", "third"]
