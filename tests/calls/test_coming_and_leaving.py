"""Who comes into a conversation and who leaves it, which long conferences are followed by."""

from collections.abc import Sequence
from typing import Any

import pytest

from bridge.calls.analyse import Analyst
from bridge.calls.call import Call, Moment
from bridge.pbx.channel import Channel
from tests.bench.curves import into_room, leaves, moves, visits
from tests.helpers.recorded import NAMES, messages, replayed
from tests.helpers.story import Story


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """All that is analysed."""
    found: list[Call] = []
    analyse = Analyst.analyse

    def kept(self: Analyst, *given: Any) -> Call:
        found.append(analyse(self, *given))
        return found[-1]

    monkeypatch.setattr(Analyst, "analyse", kept)
    return found


def at(line: Sequence[Moment], *, ending: float | None = None, beginning: float | None = None) -> set[Channel]:
    """Who is in a conversation that ends, or begins, at a time."""
    return {c for m in line if ending in (None, m.until) and beginning in (None, m.start) for c in m.channels}


def holds(call: Call) -> bool:
    line = call.moments
    return all(
        set(m.came) == set(m.channels) - at(line, ending=m.start)
        and set(m.left) == set(m.channels) - at(line, beginning=m.until)
        for m in line
    )


@pytest.mark.parametrize("name", NAMES[::3])
def test_in_every_recorded_call_who_comes_was_in_no_conversation_and_who_leaves_is_in_none(
    name: str, calls: list[Call]
) -> None:
    replayed(messages(name))
    assert calls
    assert all(holds(call) for call in calls)


def test_the_same_holds_for_rooms_that_fill_and_empty_and_for_calls_that_are_moved(calls: list[Call]) -> None:
    story = Story()
    everybody = [into_room(story.after(0.5), story.channel(f"PJSIP/10{i:02}", "Ring")) for i in range(20)]
    for each in everybody[::2] + everybody[1::2]:
        leaves(story.after(0.5), each)
    for told in (story, visits(10), moves(10)):
        replayed(told.messages, told.given)
    assert max(len(call.moments) for call in calls) > 30
    assert all(holds(call) for call in calls)
