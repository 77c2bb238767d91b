"""Where a moment lies in the picture."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.web.scale import FOLD, Scale

LEFT, RIGHT = 200.0, 1200.0


def test_a_minute_in_which_nothing_happens_is_folded_and_all_else_is_to_one_scale() -> None:
    scale = Scale(0, 100, LEFT, RIGHT, [0, 10, 90, 100])
    (fold,) = scale.folds
    assert (fold.since, fold.until) == (14, 86)
    assert scale.x(fold.until) - scale.x(fold.since) == pytest.approx(FOLD)
    for since, until in ((0, 10), (10, 14), (86, 100)):
        assert scale.x(until) - scale.x(since) == pytest.approx((until - since) * scale.per_second)


def test_half_a_minute_in_which_nothing_happens_is_drawn_as_it_is() -> None:
    assert Scale(0, 40, LEFT, RIGHT, [0, 10, 40]).folds == []


def test_unfolded_it_is_to_scale_from_edge_to_edge() -> None:
    scale = Scale(0, 3600, LEFT, RIGHT, None)
    assert scale.folds == []
    assert scale.x(900) == pytest.approx(LEFT + 250)


@given(st.floats(0.05, 40_000))
def test_there_are_six_to_twelve_ticks_after_the_start_whatever_the_length(seconds: float) -> None:
    ticks = list(Scale(1e9, 1e9 + seconds, LEFT, RIGHT, None).ticks(1e9))
    assert 6 <= len(ticks) <= 13  # the start's own included
    assert len({round(after - before, 6) for before, after in pairwise(ticks)}) == 1


@given(st.lists(st.integers(0, 20_000_000), min_size=2, max_size=60, unique=True))
def test_time_runs_right_whatever_is_folded(milliseconds: list[int]) -> None:
    moments = [time / 1000 for time in milliseconds]
    scale = Scale(min(moments), max(moments), LEFT, RIGHT, moments)
    places = [scale.x(time) for time in sorted(moments)]
    assert places == sorted(places)
    assert places[0] == pytest.approx(LEFT)
    assert places[-1] == pytest.approx(RIGHT)
    assert all(scale.x(fold.until) - scale.x(fold.since) == pytest.approx(FOLD) for fold in scale.folds)
    assert scale.per_second > 0
