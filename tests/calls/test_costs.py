"""A call of twice the size costs twice as much: counted in lines that run, so that it holds on any machine."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bridge.pipeline.pipeline import Pipeline
from tests.bench.curves import CURVES
from tests.helpers.story import BEGAN, SETTINGS, Story

Trace = Callable[[FrameType, str, Any], Any]
MOST = 2.4
"""Of a cost that is linear, or n log n."""
SIZE = {"people in one conference": 150, "channels in a snapshot": 400, "blind transfers": 100}


def lines_run(story: Story) -> int:
    """From the last event of a call to its record."""
    pipeline = Pipeline(SETTINGS, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    count = 0

    def ran(frame: FrameType, event: str, what: Any) -> "Trace":
        nonlocal count
        count += event == "line"
        return ran

    before = sys.gettrace()
    sys.settrace(ran)
    try:
        pipeline.advance(BEGAN + story.now + 60)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", CURVES)
def test_the_record_of_a_call_twice_as_large_takes_twice_the_work(name: str) -> None:
    call, size = CURVES[name][1], SIZE.get(name, 150)
    once, twice = lines_run(call(size)), lines_run(call(2 * size))
    assert twice / once < MOST, f"{once:,} lines, then {twice:,}"
