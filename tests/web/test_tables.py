"""Tables of reports and of the rows behind a number: sorted by a click, readable, each number with a way to its
calls, and a DN with its name wherever it stands."""

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
import pytest
from playwright.async_api import Browser, expect

from bridge.api import reports as api
from bridge.config import Dn
from bridge.reports.catalogue import REPORTS
from bridge.reports.texts import duration
from bridge.vocabulary.language import Count, counted
from bridge.web.now_texts import PAGE, SCRIPT
from bridge.web.page_texts import TEXTS
from bridge.web.pages import report_rows
from bridge.web.texts import TEXTS as OF_PICTURES
from tests.reports.test_recounted import recorded_states
from tests.web.browser import reader
from tests.web.served import Site, asked, recorded, served
from tests.web.test_reports_page import WHOLE, commanded, shown, told

HEAD = re.compile(r'<th scope="col"([^>]*)>(?:<a href="([^"]*)">)?(.*?)</th>', re.DOTALL)


def heads(html: str) -> list[tuple[str, str, str]]:
    """Of the table of a report: name, how it is sorted, and where a click leads."""
    table = html[html.index('<table class="report') :].partition("</thead>")[0]
    found = []
    for attributes, link, inner in HEAD.findall(table):
        way = re.search(r'aria-sort="(\w+)"', attributes)
        found.append((re.sub("<[^>]*>", "", inner).strip(" ▲▼"), way[1] if way else "", unescape(link)))
    return found


def lines(html: str) -> list[str]:
    """What each row of the first table is of."""
    body = html[html.index('<table class="report') :].partition("</tbody>")[0].partition("<tbody>")[2]
    rows = (
        re.findall(r'<th scope="row" data-label="[^"]*">(.*?)</th>', row, re.DOTALL) for row in body.split("</tr>")
    )
    return [" ".join(re.sub("<[^>]*>|\\s", "", cell) for cell in row) for row in rows if row]


@pytest.mark.parametrize(("name", "leading"), [("dn", ["dn"]), ("queues", ["queue"]), ("transfers", ["from", "to"])])
async def test_each_head_sorts_the_page_as_the_api_the_command_and_the_file(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], name: str, leading: list[str]
) -> None:
    async with asked(tmp_path) as (site, client):
        plain = await shown(client, site, "supervisor", f"/reports/{name}", columns="all")
        every = heads(plain)
        assert not [way for _, way, _ in every if way]
        assert all(link for _, _, link in every)
        tried = every[:2] + every[2 :: max(1, len(every) // 3)]
        for label, _, link in tried:
            ways = []
            for reverse in (False, True):
                html = (await client.get(f"/reports/{name}{link}", headers=site.header("supervisor"))).text
                column = dict(parse_qsl(urlsplit(link).query))["sort"]
                ((found, way, link),) = [head for head in heads(html) if head[1]]
                assert found == label, "one column at a time"
                ways.append(way)
                order = {"sort": column} | ({"reverse": "true"} if reverse else {})
                rows = (await told(client, site, "supervisor", name, timezone="UTC", **order))["rows"]
                of = [" ".join(re.sub(r"\s", "", str(row[key])) for key in leading) for row in rows]
                assert [" ".join(line.split()[: len(leading)]) for line in lines(html)] == of, (label, order)
            assert {*ways} == {"ascending", "descending"}, "a second click turns it round"
        assert commanded(tmp_path, capsysbinary, name, "--sort", column, "--reverse")["rows"] == rows
        keys = WHOLE | {"format": "json", "sort": column, "reverse": "true", "timezone": "UTC"}
        file = await client.get(f"/reports/{name}/export", params=keys, headers=site.header("supervisor"))
        assert file.json()["rows"] == rows


@pytest.mark.parametrize("figure", ["offered", "talk", "t_talking"])
async def test_each_head_sorts_the_rows_behind_a_number_as_the_api(tmp_path: Path, figure: str) -> None:
    async with asked(tmp_path) as (site, client):
        site.store.write(recorded_states())
        headers = site.header("supervisor")
        plain = await shown(client, site, "supervisor", "/reports/agents/rows", figure=figure)
        assert {label for label, _, link in heads(plain) if not link} <= {"Call", "Agents", "Tags"}, (
            "lists do not sort"
        )
        for link in [link for _, _, link in heads(plain) if link][::3]:
            for turned in ("", "&reverse=true"):
                html = (await client.get(f"/reports/agents/rows{link}{turned}", headers=headers)).text
                query = parse_qsl(urlsplit(f"{link}{turned}").query)
                kept = [pair for pair in query if pair[0] not in ("zone", "lang")]
                rows = (await client.get("/v1/reports/agents/rows", params=kept, headers=headers)).json()["rows"]
                told_of = re.findall(r'<th scope="row"[^>]*>(?:<a href="/calls/(\w+)">)?\d+', html)
                assert told_of == [row["record_id"] or "" for row in rows], (link, turned)


async def test_a_click_on_a_head_keeps_the_rest_of_the_address_and_the_forms_keep_the_order(tmp_path: Path) -> None:
    keys = {"interval": "day", "columns": "all", "figure": "rejected", "agent": "1011", "zone": "Asia/Taipei",
            "lang": "zh-TW", "not_tag": "queued"}  # fmt: skip
    async with asked(tmp_path) as (site, client):
        html = await shown(client, site, "supervisor", "/reports/agents", **keys)
        link = next(link for label, _, link in heads(html) if label == "拒接數")
        assert {*parse_qsl(urlsplit(link).query)} == {*(WHOLE | keys | {"sort": "rejected"}).items()}
        sorted_by = (await client.get(f"/reports/agents{link}", headers=site.header("supervisor"))).text
        assert re.search(r'<input type="hidden" name="sort" value="rejected">', sorted_by)
        exports = [unescape(each) for each in re.findall(r'href="(/reports/agents/export[^"]*)"', sorted_by)]
        assert len(exports) == 3
        assert all(("sort", "rejected") in parse_qsl(urlsplit(each).query) for each in exports)


async def test_a_column_that_the_report_no_longer_has_is_let_go_and_one_that_is_none_is_named(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        headers = site.header("supervisor")
        html = await shown(client, site, "supervisor", "/reports/dn", sort="interval")
        assert not [way for _, way, _ in heads(html) if way]
        assert "sort=interval" not in "".join(re.findall(r'href="/reports/dn/export[^"]*"', html))
        for path, column, nearest in (("", "arived", "arrived"), ("/rows", "waitt", "wait")):
            keys = WHOLE | {"sort": column} | ({"figure": "arrived"} if path else {})
            answer = await client.get(f"/v1/reports/dn{path}", params=keys, headers=headers)
            assert answer.status_code == 400
            assert answer.json()["error"]["mend"] == f'did you mean "{nearest}"?'


async def test_a_list_too_long_to_be_sorted_is_shown_in_its_own_order_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_rows, "MOST_ROWS", 20)
    monkeypatch.setattr(api, "MOST_ROWS", 20)
    async with asked(tmp_path) as (site, client):
        plain = await shown(client, site, "supervisor", "/reports/agents/rows", figure="offered")
        html = await shown(client, site, "supervisor", "/reports/agents/rows", figure="offered", sort="row_ring_ms")
        assert "20 rows or more are too many to sort" in html
        assert not [link for _, _, link in heads(plain) + heads(html) if link]
        calls = r'<a href="/calls/(\w+)">\d+'
        assert re.findall(calls, html) == re.findall(calls, plain)
        keys = WHOLE | {"figure": "offered", "sort": "row_ring_ms"}
        answer = await client.get("/v1/reports/agents/rows", params=keys, headers=site.header("supervisor"))
        assert answer.status_code == 400
        assert "more than 20 rows" in answer.text


@pytest.mark.parametrize("width", [1366, 390])
async def test_without_script_and_mouse_enter_on_a_head_sorts_and_enter_again_turns_it_round(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor", width=width, scripted=False) as one:
        await one.open("/reports/agents?first=2026-11-01")
        head = one.page.locator(".report thead th", has_text="Declined").first
        cells = one.page.locator(".report tbody td[data-label=Declined]")
        for way, arrow in (("descending", "▼"), ("ascending", "▲"), ("descending", "▼")):
            await head.locator("a").focus()
            await expect(head).to_be_in_viewport()
            async with one.page.expect_navigation():
                await one.page.keyboard.press("Enter")
            await expect(head).to_have_attribute("aria-sort", way)
            await expect(head).to_contain_text(arrow)
            await expect(head).to_be_visible()
            numbers = [int(text) for text in await cells.all_text_contents()]
            assert numbers == sorted(numbers, reverse=way == "descending")
            assert len({*numbers}) > 2


async def test_at_1366_px_a_wide_list_scrolls_in_its_box_with_call_and_agent_in_sight_and_prints_whole(
    browser: Browser, tmp_path: Path
) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as one:
        await one.open("/reports/agents/rows?figure=offered&since=2026-11-01T00:00:00Z")
        page = one.page
        assert await page.evaluate("document.documentElement.scrollWidth") <= 1366
        box = page.locator(".wide")
        assert await box.evaluate("e => e.scrollWidth") < 1.25 * 1366
        assert "local, scroll" in await box.evaluate("e => getComputedStyle(e).backgroundAttachment"), "the shadow"
        before = await page.locator(".rows tbody tr").first.locator("th, td:nth-child(2)").evaluate_all(LEFT)
        await box.evaluate("e => e.scrollLeft = e.scrollWidth")
        row = page.locator(".rows tbody tr").first
        assert await row.locator("th, td:nth-child(2)").evaluate_all(LEFT) == before
        for cell in (row.locator("td").first, row.locator("td").last):
            await expect(cell).to_be_in_viewport(ratio=0.9)
        await page.emulate_media(media="print")
        sheet = 1016  # px across an A4 sheet on its side, without its margins; a browser shrinks to half of it
        assert await page.locator(".wide").evaluate("e => getComputedStyle(e).overflowX") == "visible"
        assert await page.locator(".rows").evaluate("e => e.scrollWidth") < 1.5 * sheet


LEFT = "all => all.map(one => Math.round(one.getBoundingClientRect().left))"


async def test_columns_of_which_nothing_is_known_and_direction_tags_take_no_room_in_a_list(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        site.store.write(recorded_states())
        html = await shown(client, site, "supervisor", "/reports/agents/rows", figure="t_ready")
        offers = await shown(client, site, "supervisor", "/reports/agents/rows", figure="offered")
    assert "Customer" not in [label for label, _, _ in heads(html)]
    assert "Customer" in [label for label, _, _ in heads(offers)]
    assert '<span class="tag">Agent Reject call</span>' in offers
    assert '<span class="tag">incoming DN call</span>' not in offers


async def test_a_dn_has_its_name_in_table_chart_and_list_also_by_a_pattern(tmp_path: Path) -> None:
    first, other = sorted({record.dn for record in recorded() if record.dn})[:2]
    async with asked(tmp_path) as (site, client):
        names = [Dn(number=first, name="Harbour"), Dn(number=f"_{other[:-1]}X", name="Inland")]
        site.desk.seen.hub.reload(msgspec.structs.replace(site.desk.settings, dn=names))
        for interval in ("none", "day"):
            html = await shown(client, site, "supervisor", "/reports/dn", interval=interval)
            assert f'{first}</a> <span class="soft">Harbour</span>' in html
            chart = html[html.index('class="chart"') :].partition("</svg>")[0]
            if interval == "none":
                assert f"<title>{first} Harbour · Arrived" in chart
                assert f"<title>{other} Inland · Arrived" in chart
            else:
                assert re.search(r">\d+ (Harbour|Inland)<", chart)
        link = next(unescape(each) for each in re.findall(r'href="(/reports/dn/rows[^"]*)"', html) if first in each)
        rows = (await client.get(f"{link}&lang=en", headers=site.header("supervisor"))).text
        assert f"DN {first} Harbour" in rows
        assert f"<span>{first}</span> <span>Harbour</span>" in rows
        calls = (await client.get("/calls", headers=site.header("supervisor"))).text
        assert "Inland" in calls


BROKEN = re.compile(r'<td data-label="(?:Count|For)" class="figure">(?:<a href="([^"]*)">)?([^<]*)<')


@pytest.mark.parametrize("keys", [{}, {"hours": "13:00-14:00"}])
@pytest.mark.parametrize("name", ["devices", "transfers", "tags", "agents"])
async def test_a_number_of_a_breakdown_leads_to_its_rows(tmp_path: Path, name: str, keys: dict[str, str]) -> None:
    async with asked(tmp_path) as (site, client):
        site.store.write(recorded_states())
        by = {"by": "none"} if name == "tags" else {}
        html = await shown(client, site, "supervisor", f"/reports/{name}", **by, **keys)
        found = [(unescape(link), text) for link, text in BROKEN.findall(html)]
        linked = [pair for pair in found if pair[0]]
        outside = {t.to for r in recorded() for t in r.transfers if t.target_type == "external"}
        assert len(found) - len(linked) <= (len(outside) if name == "transfers" else 0)
        assert linked or keys
        for link, text in linked[:: max(1, len(linked) // 8)]:
            answer = await client.get(link, headers=site.header("supervisor"))
            assert answer.status_code == 200, link
            assert "The report counted" not in answer.text
            file = await client.get(
                f"{link.replace('/rows?', '/rows/export?')}&format=json", headers=site.header("supervisor")
            )
            rows = file.json()["rows"]
            if name == "agents":
                assert duration(round(1000 * sum(row["row_counted"] for row in rows))) == text
                assert {row["row_state"] for row in rows} == {"paused"}
            else:
                assert len(rows) == int(text), link
                assert len(re.findall(r'<a href="/calls/[0-9a-f]{32}">', answer.text)) == int(text), link


@pytest.mark.parametrize(
    ("keys", "what"),
    [({"breakdown": "reason"}, "of breakdown and part one is missing"),
     ({"breakdown": "reson", "part": "busy"}, "is not broken down by"),
     ({"breakdown": "reason", "part": "busy", "key": "1"}, "key has other parts")],
)  # fmt: skip
async def test_a_breakdown_that_there_is_not_is_told_in_one_line(
    tmp_path: Path, keys: dict[str, str], what: str
) -> None:
    async with asked(tmp_path, []) as (site, client):
        found = WHOLE | {"figure": "device_failed"} | keys
        answer = await client.get("/v1/reports/devices/rows", params=found, headers=site.header("supervisor"))
        assert answer.status_code == 404
        assert what in answer.json()["error"]["what"]


async def counted_rows(client: httpx.AsyncClient, site: Site, lang: str, rows: int) -> str:
    keys: dict[str, Any] = {"figure": "offered", "lang": lang}
    html = await shown(client, site, "supervisor", "/reports/agents/rows", **keys)
    (said,) = re.findall(r"<p><b>([^<]*)</b></p>", html)
    assert len(re.findall(r"<a href=\"/calls/\w+\">\d+</a>", html)) == rows
    return str(said)


async def test_one_row_is_not_called_rows(tmp_path: Path) -> None:
    one = next(record for record in recorded() if len(record.offers) == 1)
    async with asked(tmp_path, [one]) as (site, client):
        assert await counted_rows(client, site, "en", 1) == "1 row"
        assert await counted_rows(client, site, "zh-TW", 1) == "1 列"
        assert "1 call.</p>" in await shown(client, site, "supervisor", "/calls")
    other = tmp_path / "two"
    other.mkdir()
    async with asked(other, [next(record for record in recorded() if len(record.offers) == 2)]) as (site, client):
        assert await counted_rows(client, site, "en", 2) == "2 rows"


COUNTS = "(?:count|n|calls|numbers|all|less|rest|shown)"


def test_no_text_says_a_plural_of_a_number_that_may_be_one() -> None:
    texts = [en for key, (en, _) in TEXTS.items() if not key.startswith("doubt_")]  # those are told from five on
    texts += [en for en, _ in (*PAGE.values(), *SCRIPT.values())]
    texts += [text.en for text in OF_PICTURES.values()]
    texts += [bridge.en for report in REPORTS.values() for bridge in report.bridges]
    for text in texts:
        assert not re.search(rf"\{{{COUNTS}\}} (?!of )(?:\w+ )?[A-Za-z]{{2,}}s\b", text), text


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 row is"), (0, "0 rows are"), (2, "2 rows are"), (1234, "1,234 rows are")]
)
def test_the_word_goes_with_the_number(count: int, said: str) -> None:
    assert "{n} {n:row is|rows are}".format(n=Count(count)) == said
    assert counted(count, "row") == said.rpartition(" ")[0]
