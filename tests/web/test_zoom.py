"""Whoever looks at a part of a call can always see less, more, or the part beside it, and never what is not there."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bridge.web.zoom import NARROWEST, WRITTEN, Window, ways, window

lengths = st.floats(1, 20_000)
written = st.tuples(st.integers(0, 20_000_000), st.integers(0, 20_000_000)).map(
    lambda ends: f"{min(ends) / 1000:.3f}-{max(ends) / 1000:.3f}"
)
NEAR = 0.002


@given(written, lengths)
def test_every_way_leads_to_a_part_of_the_call_or_to_all_of_it(asked: str, length: float) -> None:
    shown = window(asked, length)
    for way in ways(shown, length):
        if not way:
            continue
        assert re.match(WRITTEN, way)
        part = window(way, length)
        assert part is None or (part.since >= 0 and part.until <= length + NEAR and part.until > part.since)


@given(written, lengths)
def test_closer_and_then_wider_shows_as_much_as_before(asked: str, length: float) -> None:
    shown = window(asked, length)
    closer = ways(shown, length).closer
    if shown is None or closer is None:
        return
    part = window(closer, length)
    assert part is not None
    back = window(ways(part, length).wider, length)
    width = length if back is None else back.until - back.since
    assert abs(width - (shown.until - shown.since)) < max(NEAR * 4, 2 * NARROWEST)


def test_a_part_at_the_end_of_the_call_goes_no_further() -> None:
    assert ways(Window(90.0, 100.0), 100.0).later is None
    assert ways(Window(0.0, 10.0), 100.0).earlier is None
    assert ways(Window(40.0, 60.0), 100.0) == ("45-55", "30-70", "", "30-50", "50-70")
    assert ways(None, 100.0) == ("25-75", None, None, None, None)
    assert ways(Window(10.0, 90.0), 100.0).wider == ""
