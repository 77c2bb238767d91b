"""What people complain of elsewhere about agents' times, and what it is here."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.reports.request import Request
from bridge.reports.result import Lengths, Rate
from tests.helpers.story import BEGAN
from tests.reports.asking import opened, stored, told
from tests.states.centre import Centre, stretches
from tests.states.test_outages import away


def figures(story: Centre, folder: Path, agent: str = "1001") -> dict[str, Any]:
    """The report of agents over the story's stretches that ended."""
    request = Request(since=round(BEGAN * 1000), until=round((BEGAN + story.now) * 1000), zone=ZoneInfo("UTC"))
    with opened(stored(folder / "s.db", stretches(story))) as database:
        result = told("agents", request, database)
    for line in result.lines:
        if line.key == ("pbx", agent):
            return {f.id: value for f, value in zip(result.figures, line.values, strict=True)}
    return {}


def test_06_the_agent_is_not_busy_after_the_transfer_until_the_customer_hangs_up(tmp_path: Path) -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(120).event("BridgeLeave", BridgeUniqueid=story.bridge_of(agent), **agent)
    story.gone(agent)
    story.after(3600).gone(customer)
    story.pause("1001")
    found = figures(story, tmp_path)
    assert found["t_talking"] == 120_000
    assert found["t_ready"] == 10_000 + 3_590_000
    assert found["t_wrap_up"] == 10_000


def test_28_each_pause_counts_from_its_own_beginning(tmp_path: Path) -> None:
    story = Centre().opened()
    for _ in range(3):
        story.pause("1001", "lunch")
        story.after(60).unpause("1001")
        story.after(600)
    assert figures(story, tmp_path)["t_paused"] == 180_000


def test_29_unpausing_does_not_lose_the_reason() -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    story.after(60).member("QueueMemberPause", "1001", PausedReason="")
    assert [one.reason for one in stretches(story, "1001") if one.state == "paused"] == ["lunch"]


def test_30_a_member_who_is_added_paused_is_never_ready() -> None:
    story = Centre().opened(members=())
    story.member("QueueMemberAdded", "1001", Paused="1")
    story.after(60).unpause("1001")
    assert [one.state for one in stretches(story, "1001")] == ["paused"]


def test_31_after_call_work_has_the_seconds_that_really_passed(tmp_path: Path) -> None:
    story = Centre().opened()
    story.over(*story.queue_call())
    story.after(4).queue_call()
    found = figures(story, tmp_path)
    assert found["wrap_up"] == Lengths(1, 4000, 4000)


def test_32_idle_time_is_what_is_left_of_the_shift(tmp_path: Path) -> None:
    story = Centre().opened()
    for _ in range(3):
        customer, agent = story.queue_call(rings=10.0)
        story.after(600).over(customer, agent)
        story.after(3000)
    story.event("QueueMemberRemoved", Queue="support", Interface="PJSIP/1001")
    found = figures(story, tmp_path)
    assert found["logged_in"] == round(story.now * 1000)
    assert found["t_ready"] == found["logged_in"] - 3 * (600_000 + 10_000 + 10_000)
    assert found["occupancy"] == Rate(3 * 610_000, found["logged_in"])


def test_38_time_that_nobody_saw_is_in_no_rate(tmp_path: Path) -> None:
    story = Centre().opened()
    away(story, 5000)
    customer, agent = story.queue_call(rings=0.0)
    story.after(100).over(customer, agent)
    story.pause("1001")
    found = figures(story, tmp_path)
    assert found["t_unknown"] == 5_000_000
    assert found["occupancy"] == Rate(100_000, 110_000)
    assert found["logged_in"] == 110_000
