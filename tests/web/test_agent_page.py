"""An agent's day: what she did all day, the day's figures, and her calls, as the store has them."""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from bridge.vocabulary.agent_state import AgentStateRecord, State, Why, state_id
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339, seconds
from bridge.web.day import EDGE, WIDTH, Stretch, lane
from tests.web.browser import follow, reader
from tests.web.reading import parsed
from tests.web.served import recorded, served

DAY = "2026-11-22"
MIDNIGHT = datetime.fromisoformat(f"{DAY}T00:00:00Z").timestamp()
HOUR = 3600.0


def busiest_agent() -> str:
    offers = Counter(o.agent for r in recorded() for o in r.offers if r.started_at.startswith(DAY))
    return offers.most_common(1)[0][0]


def calls_of(agent: str) -> list[Record]:
    return [r for r in recorded() if agent in (*(o.agent for o in r.offers), *(p.party for p in r.participants))]


def shift(agent: str, record_id: str) -> list[AgentStateRecord]:
    """Eight hours' work, an hour's lunch, and a call that has its record."""
    plan: list[tuple[State, float, float | None, str | None]] = [
        ("ready", 8, 12, None), ("paused", 12, 13, "lunch"), ("ready", 13, 13.8, None), ("talking", 13.8, 14, None),
        ("logged_out", 14, None, None),
    ]  # fmt: skip
    made = []
    for n, (state, since, until, reason) in enumerate(plan):
        began, ended = MIDNIGHT + since * HOUR, MIDNIGHT + until * HOUR if until is not None else None
        made.append(AgentStateRecord(
            state_id=state_id("pbx1", "agent", agent, round(began * 1000)), revision=int(until is not None),
            complete=True, gaps=[], pbx="pbx1", agent=agent, device=f"PJSIP/{agent}", role="agent", state=state,
            reason=reason, next=plan[n + 1][0] if until is not None else None, from_=rfc3339(began),
            until=rfc3339(ended) if ended is not None else None,
            seconds=ended - began if ended is not None else 0.0, queues=["support"], paused_in=[],
            record_id=record_id if state == "talking" else None, direction=None, computed=False,
            evidence=Why(None, None),
        ))  # fmt: skip
    return made


async def test_an_agents_day_shows_her_states_her_figures_and_her_calls(browser: Browser, tmp_path: Path) -> None:
    agent = busiest_agent()
    hers = [r for r in calls_of(agent) if r.started_at.startswith(DAY)]
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        page = made.page
        site.store.write(shift(agent, hers[0].record_id))
        await made.open(f"/agents?agent={agent}&day={DAY}")
        await page.click("details.counted summary")
        rows = [" ".join(row.split()) for row in await page.locator("details tbody tr").all_inner_texts()]
        assert [row.split(f" {DAY}")[0] for row in rows] == ["Ready", "Not ready", "Ready", "Talking", "Logged out"]
        assert f"{DAY} 12:00:00 {DAY} 13:00:00 1:00:00 lunch" in rows[1]
        figures = {
            await box.locator("dt").inner_text(): await box.locator("dd").inner_text()
            for box in await page.locator("dl.facts > div").all()
        }
        offers = [o for r in hers for o in r.offers if o.agent == agent]
        assert figures["Offered"] == str(len(offers))
        assert figures["Answered"] == str(sum(o.outcome == "answered" for o in offers))
        shown = await page.locator("#rows td.when a").evaluate_all("links => links.map(link => link.pathname)")
        assert sorted(shown) == sorted(f"/calls/{r.record_id}" for r in hers)
        await follow(page, ".picture a[href^='/calls/']")
        assert page.url.endswith(hers[0].record_id)
        assert made.complaints == []


async def test_on_a_telephone_her_day_is_shown_where_it_ends_so_far(browser: Browser, tmp_path: Path) -> None:
    agent = busiest_agent()
    async with served(tmp_path) as site, reader(browser, site, "supervisor", width=360) as made:
        site.store.write(shift(agent, calls_of(agent)[0].record_id))
        await made.open(f"/agents?agent={agent}&day={DAY}")
        last = "[...document.querySelectorAll('.picture.day svg title')].pop().parentElement"
        assert 0 < await made.page.evaluate(f"{last}.getBoundingClientRect().right") <= 360


async def test_her_card_on_the_board_leads_to_her_day_and_the_day_to_the_one_before(
    browser: Browser, tmp_path: Path
) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        await made.open(f"/agents?agent=nobody&day={DAY}")
        assert "No state of this agent" in await made.page.inner_text("main")
        await follow(made.page, "a[rel=prev]")
        assert "day=2026-11-21" in made.page.url
        await follow(made.page, "a[rel=next]")
        assert f"day={DAY}" in made.page.url
        await made.open("/")
        assert '<a data-f="name">' in await made.page.inner_html("template#agent")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24)])
def test_a_day_of_23_or_25_hours_fills_the_lane(day: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    end = begin + timedelta(days=1)
    first, last = begin.timestamp(), end.timestamp()
    assert last - first == hours * HOUR
    half = (first + last) / 2
    stretches = [Stretch("ready", first, half, "Ready"), Stretch("paused", half, last, "Not ready")]
    drawn = lane("a day", stretches, begin, end, "en", "light").decode()
    bars = [
        (float(x), float(x) + float(w))
        for x, w in re.findall(r'<g><rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn)
    ]
    assert bars == [(EDGE, WIDTH / 2), (WIDTH / 2, WIDTH - EDGE)]
    assert re.findall(r">(\d\d:\d\d)<", drawn)[:2] == ["00:00", "02:00"]


def test_the_same_day_gives_the_same_bytes_in_both_languages() -> None:
    begin = datetime.fromisoformat(f"{DAY}T00:00:00Z")
    made = [
        Stretch(one.state, seconds(one.from_), seconds(one.until or f"{DAY}T23:00:00.000Z"), one.state)
        for one in shift("1011", "a")
    ]
    for language in ("en", "zh-TW"):
        drawn = [lane("<a> & b", made, begin, begin + timedelta(days=1), language, "dark") for _ in range(2)]  # type: ignore[arg-type]
        assert drawn[0] == drawn[1]
        parsed(drawn[0])
