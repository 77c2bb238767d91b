"""The service's clock: what passes, and that it stood still or was set, which it says once and to every PBX."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from bridge.config import Settings
from bridge.feeds import clock as module
from bridge.feeds.clock import Clock
from bridge.service.metrics import Metrics
from bridge.vocabulary.message import Message
from tests.helpers.heard import until


class Hands:
    """Of a machine's clocks."""

    def __init__(self) -> None:
        self.passed, self.wall = 100.0, 5000.0
        self.told: list[Message] = []
        self.clock = Clock(lambda: self.passed, lambda: self.wall)
        self.clock.tell(self.told.append, [("pbx1", "ami"), ("pbx2", "ari")])

    def go(self, passed: float, wall: float | None = None) -> float:
        """So many seconds pass; by the clock on the wall as many, unless told otherwise."""
        self.passed += passed
        self.wall += passed if wall is None else wall
        return self.clock.now()


def test_time_passes_as_on_the_wall_and_a_small_step_back_holds_it_still() -> None:
    hands = Hands()
    assert hands.go(1.0) == 5001.0
    assert hands.go(0.5, -0.5) == 5001.0
    assert hands.go(1.0) == 5001.5
    assert hands.told == []


@pytest.mark.parametrize("by", [3600.0, -3600.0])
def test_a_clock_that_was_set_is_told_to_every_pbx_before_what_comes_next(by: float) -> None:
    hands = Hands()
    with capture_logs() as logs:
        assert hands.go(1.0, 1.0 + by) == 5001.0 + by
        assert hands.go(1.0) == 5002.0 + by
    told = [("pbx1", "ami"), ("pbx2", "ari")]
    assert hands.told == [Message(5000.0, *each, {"feed": "clock", "by": by}) for each in told]  # type: ignore[arg-type]
    assert [(line["event"], line["seconds"]) for line in logs] == [("clock_was_set", by)]
    assert b"callbridge_clock_jumps_total 1.0" in Metrics(Settings(), {}, [], (), hands.clock).text(())


async def test_a_service_that_stood_still_says_so_before_it_reads_what_has_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    monkeypatch.setattr(module, "LATE", 0.2)
    told: list[Message] = []
    clock = Clock()
    clock.tell(told.append, [("pbx1", "ami")])
    task = asyncio.create_task(clock.run())
    await until(lambda: clock._ticked is not None)
    with capture_logs() as logs:
        before = time.time()
        time.sleep(0.5)  # noqa: ASYNC251 (that is the stall)
        now = clock.now()
    task.cancel()
    (late,) = told
    assert late.t == now
    assert late.event["feed"] == "late"
    assert late.event["since"] == pytest.approx(before, abs=0.2)
    assert late.event["until"] > now
    assert [line["event"] for line in logs] == ["stood_still"]
    assert b"callbridge_stood_still_seconds_total 0." in Metrics(Settings(), {}, [], (), clock).text(())
