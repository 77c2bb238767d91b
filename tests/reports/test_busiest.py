"""The most at once, counted by one pass, is what counting at every begin gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.reports.busiest import busiest
from bridge.reports.periods import Grain

STRETCHES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda s: (s[0], s[0] + s[1])), max_size=25
)


def at_once(stretches: list[tuple[int, int]], since: int, until: int) -> int:
    instants = {max(begin, since) for begin, _ in stretches if begin < until} | {since}
    return max(sum(begin <= at < end for begin, end in stretches) for at in instants)


@given(STRETCHES)
def test_the_most_at_once_of_all(stretches: list[tuple[int, int]]) -> None:
    begins, ends = [begin for begin, _ in stretches], [end for _, end in stretches]
    assert dict(busiest(begins, ends, None)) == {0: max((at_once(stretches, b, 99) for b in begins), default=0)}


@given(STRETCHES, st.sampled_from((3, 10, 100)), st.sampled_from((0, 2, -5)))
def test_the_most_at_once_in_each_part(stretches: list[tuple[int, int]], size: int, shift: int) -> None:
    begins, ends = [begin for begin, _ in stretches], [end for _, end in stretches]
    right = {}
    for part in range(-30, 60):
        since, until = part * size - shift, (part + 1) * size - shift
        inside = [(begin, end) for begin, end in stretches if begin < until and end > since]
        if inside:
            right[part] = at_once(inside, since, until)
    assert dict(busiest(begins, ends, Grain(size, shift))) == right
