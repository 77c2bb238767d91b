"""A damaged log costs the lines that are damaged, and no memory."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.feeds.logs import read_cel, read_queue_log

LOGS = Path(__file__).parent.parent / "logs"
HUGE = 20_000_000


@pytest.mark.parametrize(
    ("read", "name", "separator"), [(read_queue_log, "queue_log", "|"), (read_cel, "cel.csv", ",")]
)
def test_a_line_of_megabytes_in_a_log_is_left_out_and_told_and_the_others_are_read(
    read: Callable[..., object], name: str, separator: str, tmp_path: Path
) -> None:
    good = (LOGS / name).read_text().splitlines(keepends=True)
    damaged = tmp_path / name
    damaged.write_text("".join([*good[:3], separator * HUGE + "\n", *good[3:]]))
    told: list[str] = []
    tracemalloc.start()
    found = list(read(str(damaged), "pbx", 0.0, told.append))  # type: ignore[call-overload]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == list(read(str(LOGS / name), "pbx", 0.0, told.append))  # type: ignore[call-overload]
    assert len(told) == 1
    assert "1 line(s) that cannot be read" in told[0]
    assert most < HUGE
