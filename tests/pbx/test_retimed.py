"""Whatever has a time is put on the new clock, when the clock is set."""

import pytest

from bridge.pbx.retimed import TIMES


@pytest.mark.parametrize("kind", TIMES, ids=lambda kind: kind.__name__)
def test_every_time_that_is_kept_moves_with_the_clock(kind: type) -> None:
    kept = {name for name in kind.__slots__ if name == "at" or name.endswith("_at")}  # type: ignore[attr-defined]
    assert kept == set(TIMES[kind])
