"""A service that stood still, or whose clock was set, says so."""

import asyncio
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.config import Settings
from bridge.service import stalls
from bridge.service.metrics import Metrics
from bridge.service.stalls import Stalls
from tests.helpers.heard import until


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([(0, 1000), (1, 1001), (2.5, 1002.5)], []),
        ([(0, 1000), (21, 1021), (22, 1022)], [("stood_still", 20.0)]),
        ([(0, 1000), (1, 4601), (2, 4602)], [("clock_was_set", 3600.0)]),
        ([(0, 5000), (1, 1401)], [("clock_was_set", -3600.0)]),
    ],
    ids=["nothing", "a stall", "an hour ahead", "an hour back"],
)
def test_a_stall_and_a_clock_that_was_set_are_told_once_each(
    looks: list[tuple[float, float]], told: list[tuple[str, float]]
) -> None:
    noticed = Stalls()
    with capture_logs() as logs:
        for passed, wall in looks:
            noticed.look(passed, wall)
    assert [(line["event"], line["seconds"]) for line in logs] == told
    metrics = Metrics(Settings(), {}, [])
    metrics.stalls = noticed
    text = metrics.text(())
    assert b"callbridge_stood_still_seconds_total %.1f" % sum(s for e, s in told if e == "stood_still") in text
    assert b"callbridge_clock_jumps_total %.1f" % sum(e == "clock_was_set" for e, _ in told) in text


async def test_an_event_loop_that_is_held_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stalls, "EVERY", 0.01)
    monkeypatch.setattr(stalls, "LATE", 0.2)
    noticed: Any = Stalls()
    task = asyncio.create_task(noticed.run())
    await until(lambda: noticed._before is not None)
    with capture_logs():
        time.sleep(0.5)  # noqa: ASYNC251 (that is the stall)
        await until(lambda: noticed.stood_still > 0.2)
    task.cancel()
