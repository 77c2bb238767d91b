"""The pages Reports and their API: the figures of ``callbridge report``, for whoever may read them."""

import csv
import io
import json
import re
import tempfile
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import msgspec
import openpyxl
import pytest
from playwright.async_api import Browser

from bridge.cli import main
from bridge.reports.catalogue import REPORTS
from bridge.reports.texts import duration
from bridge.store.access import Role
from bridge.store.outcomes import INBOUND
from tests.helpers.recorded import CAPTURES
from tests.reports.test_recounted import recorded_states
from tests.web.browser import reader
from tests.web.served import Site, asked, recorded, served

WHOLE = {"since": "2026-11-01T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
"""A time that has every recorded call."""


async def told(client: httpx.AsyncClient, site: Site, role: Role, name: str, /, **keys: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/reports/{name}", params=WHOLE | keys, headers=site.header(role))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shown(client: httpx.AsyncClient, site: Site, role: Role, path: str, /, **keys: str) -> str:
    answer = await client.get(path, params=WHOLE | {"zone": "UTC", "lang": "en"} | keys, headers=site.header(role))
    assert answer.status_code == 200, answer.text
    return answer.text


def totals(html: str) -> dict[str, str]:
    """Figure to its total, of the table of all figures."""
    rows = re.findall(r'<code class="soft">([\w]+)</code></th>\s*<td[^>]*class="figure">(.*?)</td>', html, re.DOTALL)
    return {figure: re.sub(r"<[^>]*>", "", text) for figure, text in rows}


def commanded(folder: Path, capsysbinary: pytest.CaptureFixture[bytes], name: str, *more: str) -> dict[str, Any]:
    """What ``callbridge report NAME --format json`` says of the same store."""
    config = folder / "callbridge.toml"
    config.write_text((CAPTURES / "callbridge.toml").read_text().replace("callbridge.db", "calls.db"))
    capsysbinary.readouterr()
    options = ["--config", str(config), "--format", "json", "--timezone", "UTC"]
    main(["report", name, *options, "--since", WHOLE["since"], "--until", WHOLE["until"], *more])
    found: dict[str, Any] = json.loads(capsysbinary.readouterr().out)
    return found


@pytest.mark.parametrize("name", ["dn", "agents", "tags", "queues", "devices"])
async def test_the_page_and_the_api_say_what_the_command_says(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], name: str
) -> None:
    async with asked(tmp_path) as (site, client):
        site.store.write(recorded_states())
        page = totals(await shown(client, site, "supervisor", f"/reports/{name}"))
        api = await told(client, site, "supervisor", name, timezone="UTC")
    command = commanded(tmp_path, capsysbinary, name)
    assert api["rows"] == command["rows"]
    assert api["totals"] == command["totals"]
    counts = {figure: value for figure, value in command["totals"].items() if isinstance(value, int)}
    assert sum(counts.values()) > 20
    if name == "agents":
        assert command["totals"]["logged_in"] > 0
        assert page["t_talking"] == duration(round(command["totals"]["t_talking"] * 1000))
    assert {figure: page[figure].replace(",", "") for figure in counts} == {f: str(v) for f, v in counts.items()}
    rates = {figure: v["value"] for figure, v in command["totals"].items() if isinstance(v, dict) and v.get("value")}
    for figure, value in rates.items():
        assert float(page[figure].split()[0]) == pytest.approx(100 * value, abs=0.1), figure


FILTERS: list[dict[str, str]] = [
    {"pbx": "pbx1"}, {"role": "supervisor"}, {"direction": "outbound"}, {"outcome": "abandoned"},
    {"tag": "short_abandon"}, {"any_tag": "transferred"}, {"not_tag": "queued"}, {"complete": "true"},
    {"not_called_back": "true"}, {"min_wait": "5"}, {"max_wait": "5"}, {"min_talk": "2"}, {"max_talk": "2"},
    {"weekdays": "mon,sun"}, {"hours": "03:00-18:00"}, {"holidays": "2026-11-22"}, {"attribution": "start"},
    {"answered_within": "2"}, {"short_abandon": "3"}, {"service_level": "sl_answered_only"},
]  # fmt: skip


async def test_every_filter_of_the_command_is_one_of_the_api_and_of_the_page(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    options = [
        [f"--{key.replace('_', '-')}", *([] if value == "true" else [value])]
        for one in FILTERS
        for key, value in one.items()
    ]
    changed = 0
    async with asked(tmp_path) as (site, client):
        plain = await told(client, site, "supervisor", "dn", timezone="UTC")
        for keys, words in zip(FILTERS, options, strict=True):
            api = await told(client, site, "supervisor", "dn", timezone="UTC", **keys)
            command = commanded(tmp_path, capsysbinary, "dn", *words)
            assert {**api, "as_of": ""} == {**command, "as_of": ""}, keys
            changed += api["totals"] != plain["totals"]
            page = await shown(client, site, "supervisor", "/reports/dn", columns="all", **keys)
            assert page.count('<a class="chip"') == 1, keys
            if "service_level" in keys:
                assert 'data-label="Service level of answered only"' in page
            for link, number in linked(page)[:2]:
                answer = await client.get(link, headers=site.header("supervisor"))
                assert answer.status_code == 200, link
                assert len(re.findall(r'<a href="/calls/[0-9a-f]{32}">', answer.text)) == number, (keys, link)
    assert changed >= len(FILTERS) - 4


async def test_service_levels_within_other_limits_are_drawn_and_shown(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for keys, label in (
            ({"answered_within": "45"}, "Service level (45 s)"),
            ({"service_level": "sl_answered_only"}, "Service level of answered only (20 s)"),
            ({"service_level": "sl_firstline"}, "Service level as FIRST LINE"),
        ):
            page = await shown(client, site, "supervisor", "/reports/service-level", **keys)
            assert f"<h2>{label}</h2>" in page, "the chart"
            assert f'data-label="{label}"' in page, "the table"
        plain = await shown(client, site, "supervisor", "/reports/dn")
        assert 'data-label="Service level"' in plain
        assert '<a class="chip"' not in plain


async def test_an_unknown_filter_is_told_with_the_nearest(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        answer = await client.get("/v1/reports/dn", params={"directon": "inbound"}, headers=site.header("supervisor"))
        assert answer.status_code == 400
        assert 'did you mean "direction"?' in answer.text.replace("\\", "")
        answer = await client.get("/v1/reports/dn", params={"direction": "inbond"}, headers=site.header("supervisor"))
        assert answer.status_code == 400


async def test_a_report_that_does_not_exist_is_not_found_and_the_way_to_the_reports_is_shown(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for path in ("/reports/nonsense", "/reports/nonsense/rows", "/v1/reports/nonsense"):
            answer = await client.get(path, params={"dn": "8000"}, headers=site.header("supervisor"))
            assert answer.status_code == 404, path
        answer = await client.get("/reports/nonsense", headers=site.header("supervisor"))
        assert "There is no report of this name" in answer.text
        assert '<p><a href="/reports">Reports</a></p>' in answer.text


async def test_a_filter_that_cannot_be_read_is_named_as_the_form_names_it(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for path in ("/calls?since=yesterday", "/reports/agents?since=yesterday"):
            answer = await client.get(path, headers=site.header("supervisor"))
            assert answer.status_code == 400
            assert "The filter “Since” cannot have this value" in answer.text
        answer = await client.get("/calls?min_wait=long&lang=zh-TW", headers=site.header("supervisor"))
        assert "篩選條件「等候至少（秒）」不能是這個值" in answer.text


async def test_a_report_of_one_customers_calls_has_no_number_in_any_address(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        every = (await told(client, site, "supervisor", "dn"))["totals"]["arrived"]
        calls = (await client.get("/v1/records", params={"limit": "50"}, headers=site.header("supervisor"))).json()
        number = next(r["customer"]["number"] for r in calls["records"] if r["direction"] == "inbound")
        made = await client.post("/v1/searches", json={"customer": number}, headers=site.header("supervisor"))
        search = made.json()["search"]
        found = await told(client, site, "supervisor", "dn", search=search)
        page = await shown(client, site, "supervisor", "/reports/dn", columns="all", search=search)
        assert 0 < found["totals"]["arrived"] < every
        assert linked(page)
        for link, count in linked(page):
            assert number not in link
            answer = await client.get(link, headers=site.header("supervisor"))
            assert len(re.findall(r'<a href="/calls/[0-9a-f]{32}">', answer.text)) == count, link


async def test_the_page_has_a_field_for_one_customers_number_for_days_and_for_lengths(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        headers = site.header("supervisor")
        calls = (await client.get("/v1/records", params={"limit": "50"}, headers=headers)).json()
        waited = (r for r in calls["records"] if r["direction"] == "inbound" and r["wait_seconds"] > 0.25)
        number = next(r["customer"]["number"] for r in waited)
        page = await shown(client, site, "supervisor", "/reports/dn", holidays="2026-11-20", min_wait="0.25")
        (action,) = re.findall(r'<form method="post" action="(/reports/[^"]*)"', page)
        sent = await client.post(unescape(action), data={"q": number}, headers=headers)
        assert sent.status_code == 303
        goal = sent.headers["location"]
        assert number not in goal
        assert {*parse_qsl(urlsplit(goal).query)} > {("holidays", "2026-11-20"), ("min_wait", "0.25")}
        of_one = (await client.get(goal, headers=headers)).text
        every = await shown(client, site, "supervisor", "/reports/dn", holidays="2026-11-20", min_wait="0.25")
        assert 0 < int(totals(of_one)["arrived"]) < int(totals(every)["arrived"])
        form = of_one[of_one.index('<form method="get" action="/reports/dn"') :].partition("</form>")[0]
        again = parse_qsl("&".join(f"{k}={unescape(v)}" for k, v in FIELD.findall(form)))
        assert {*again} >= {("holidays", "2026-11-20"), ("min_wait", "0.25")}, "the form keeps what is asked for"
        assert {key for key, _ in FIELD.findall(form)} >= {"holidays", "min_wait", "max_wait", "min_talk", "max_talk"}
        refused = await client.post("/reports/dn/customer", data={"q": number}, headers=site.header("viewer"))
        assert refused.status_code == 403


FIELD = re.compile(r'<input[^>]*name="(\w+)"(?:[^>]*value="([^"]*)")?')


async def test_a_viewer_cannot_narrow_a_report_down_to_one_call(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for keys in FILTERS:
            answer = await client.get("/v1/reports/dn", params=WHOLE | keys, headers=site.header("viewer"))
            is_open = keys.keys() <= {"answered_within", "service_level"}
            assert answer.status_code == (200 if is_open else 403), keys


async def test_each_row_of_the_page_is_a_row_of_the_api(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        rows = (await told(client, site, "supervisor", "dn"))["rows"]
        html = await shown(client, site, "supervisor", "/reports/dn")
    table = re.search(r'<table class="report">.*?</table>', html, re.DOTALL)
    assert table is not None
    for row in rows:
        found = re.search(rf'<th scope="row" data-label="DN">(?:<a[^>]*>)?{row["dn"]}<.*?</tr>', table[0], re.DOTALL)
        assert found is not None, row["dn"]
        arrived = re.search(r'data-label="Arrived">(?:<a[^>]*>)?(\d+)', found[0])
        assert arrived is not None
        assert int(arrived[1]) == row["arrived"]


def linked(html: str) -> list[tuple[str, int]]:
    """Where each number of the table of a report leads, and the number."""
    found = re.findall(r'<td class="figure"[^>]*><a href="(/reports/[^"]*)">([\d,]+)</a>', html)
    return sorted({(link.replace("&amp;", "&"), int(number.replace(",", ""))) for link, number in found})


@pytest.mark.parametrize("name", ["dn", "agents", "queues", "tags", "devices", "supervision", "transfers"])
@pytest.mark.parametrize("interval", ["none", "hour-of-day"])
async def test_a_linked_number_leads_to_so_many_rows(tmp_path: Path, name: str, interval: str) -> None:
    async with asked(tmp_path) as (site, client):
        html = await shown(client, site, "supervisor", f"/reports/{name}", columns="all", interval=interval)
        links = linked(html)
        assert len(links) > (2 if name in ("transfers", "supervision") else 10)
        for link, number in links[:: max(1, len(links) // 12)]:
            answer = await client.get(link, headers=site.header("supervisor"))
            assert answer.status_code == 200, link
            assert len(re.findall(r'<a href="/calls/[0-9a-f]{32}">', answer.text)) == number, link
            assert "The report counted" not in answer.text, "nothing was written since"
            query = [pair for pair in parse_qsl(urlsplit(link).query) if pair[0] != "counted"]
            api = await client.get(f"/v1/reports/{name}/rows", params=query, headers=site.header("supervisor"))
            assert len(api.json()["rows"]) == number, link


async def test_the_calls_of_an_agent_are_behind_her_name_and_not_behind_the_name_of_her_pbx(tmp_path: Path) -> None:
    one = next(r for r in recorded() if r.offers and r.offers[0].outcome == "answered")
    other = msgspec.structs.replace(one, pbx="taipei", record_id="f" * 32)
    async with asked(tmp_path, [one, other]) as (site, client):
        html = await shown(client, site, "supervisor", "/reports/agents")
        lead = re.findall(r'<th scope="row"[^>]*>(?:<a href="([^"]*)">)?([^<]+)<', html)
        links = {text: link for link, text in lead}
        assert links["taipei"] == ""
        assert links[one.offers[0].agent or ""].startswith("/calls?pbx=")


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "By 2001 · Role supervisor · Of 1001"), ("zh-TW", "督導者 2001 · 角色 督導 · 對象 1001")],
)
async def test_a_list_of_listening_says_who_listened_to_whom(tmp_path: Path, lang: str, said: str) -> None:
    keys = [("figure", "monitored"), *(("key", part) for part in ("pbx1", "2001", "supervisor", "1001"))]
    async with asked(tmp_path) as (site, client):
        html = await client.get(
            f"/reports/supervision/rows?{urlencode([*keys, *WHOLE.items(), ('lang', lang)])}",
            headers=site.header("supervisor"),
        )
        assert f"PBX pbx1 · {said}" in html.text


async def test_a_list_says_where_a_record_was_written_since_the_report(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        link, number = linked(await shown(client, site, "supervisor", "/reports/dn", columns="all"))[0]
        later = link.replace(f"counted={number}", f"counted={number + 1}")
        answer = await client.get(later, headers=site.header("supervisor"))
        assert f"The report counted {number + 1}: since then a record was written" in answer.text


async def test_the_rows_behind_a_number_are_a_file_too(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        keys = WHOLE | {"figure": "offered", "format": "csv", "lang": "en"}
        path = "/reports/agents/rows/export"
        got = await client.get(path, params=keys, headers=site.header("supervisor"))
        table = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))
        totals_told = (await told(client, site, "supervisor", "agents"))["totals"]
        assert len(table) - 1 == totals_told["offered"]
        assert table[0][:2] == ["Agent", "Device"]
        assert (await client.get(path, params=keys, headers=site.header("viewer"))).status_code == 403


async def test_no_address_of_a_list_holds_a_customers_number(tmp_path: Path) -> None:
    numbers = {r.customer.number for r in recorded() if r.customer and r.customer.number}
    numbers |= {t.to for r in recorded() for t in r.transfers if t.target_type == "external" and t.to}
    async with asked(tmp_path) as (site, client):
        for name in REPORTS:
            html = await shown(client, site, "supervisor", f"/reports/{name}", columns="all")
            addresses = " ".join(re.findall(r'href="([^"]*)"', html))
            assert not [number for number in numbers if number in addresses], name


@pytest.mark.parametrize(
    ("keys", "what"),
    [({"figure": "answer_rate"}, "counts no rows of its own"), ({"figure": "rejcted"}, "has no figure"),
     ({"figure": "rejected", "key": "pbx1"}, "key has other parts")],
)  # fmt: skip
async def test_what_has_no_rows_is_told_in_one_line(tmp_path: Path, keys: dict[str, str], what: str) -> None:
    async with asked(tmp_path, []) as (site, client):
        answer = await client.get("/v1/reports/agents/rows", params=keys, headers=site.header("supervisor"))
        assert answer.status_code == 404
        assert what in answer.json()["error"]["what"]


async def test_a_viewer_reads_totals_of_dns_queues_and_service_levels_and_nothing_else(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        header = site.header("viewer")
        names = [report["name"] for report in (await client.get("/v1/reports", headers=header)).json()["reports"]]
        assert names == ["dn", "queues", "service-level"]
        for name in REPORTS:
            for path in (f"/reports/{name}", f"/v1/reports/{name}"):
                answer = await client.get(path, headers=header)
                assert answer.status_code == (200 if name in names else 403), path
        for keys in ("agent=1001", "interval=15"):
            assert (await client.get(f"/v1/reports/dn?{keys}", headers=header)).status_code == 403
        assert (await client.get("/reports/dn/export?format=csv", headers=header)).status_code == 403
        assert (await told(client, site, "viewer", "dn"))["rows"] == []
        everything = await told(client, site, "supervisor", "dn")
        of_viewer = (await told(client, site, "viewer", "dn"))["totals"]
        assert "record_id" not in str(of_viewer)  # by which a single call could be asked for
        for figure in everything["totals"].values():
            if isinstance(figure, dict):
                figure.pop("longest_record_id", None)
        assert of_viewer == everything["totals"]
        html = await shown(client, site, "viewer", "/reports/dn")
        assert "/calls" not in html
        assert totals(html)["arrived"] == str(everything["totals"]["arrived"])


async def test_the_files_hold_all_rows_of_the_page(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        rows = (await told(client, site, "supervisor", "agents"))["rows"]
        path = "/reports/agents/export"
        got = {
            kind: await client.get(
                path, params=WHOLE | {"format": kind, "lang": "zh-TW"}, headers=site.header("supervisor")
            )
            for kind in ("csv", "xlsx", "json")
        }
        assert {answer.status_code for answer in got.values()} == {200}
        table = list(csv.reader(io.StringIO(got["csv"].content.decode("utf-8-sig"))))
        assert len(table) == len(rows) + 1
        assert "接聽數" in table[0]
        assert got["json"].json()["rows"] == rows
        assert got["xlsx"].content[:2] == b"PK"


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"since": "2026-11-29T00:00:00Z", "until": "2026-11-28T00:00:00Z"}, "until is not after since"),
        ({"since": "1990-01-01T00:00:00Z"}, "longer than"),
        ({"by": "queue"}, "by goes with"),
        ({"timezone": "Asia/Nowhere"}, "time zone"),
    ],
)
async def test_what_cannot_be_asked_is_told_in_one_line(tmp_path: Path, keys: dict[str, str], what: str) -> None:
    async with asked(tmp_path, []) as (site, client):
        answer = await client.get("/v1/reports/agents", params=keys, headers=site.header("supervisor"))
        assert answer.status_code == 404
        error = answer.json()["error"]
        assert what in error["what"]
        assert error["mend"]


async def test_a_day_by_the_hour_is_drawn_with_every_hour(tmp_path: Path) -> None:
    day = min(record.started_at for record in recorded())[:10]  # one that is over
    keys = {"since": f"{day}T00:00:00Z", "until": f"{day}T23:59:59Z", "interval": "60"}
    async with asked(tmp_path) as (site, client):
        html = await shown(client, site, "supervisor", "/reports/dn", **keys)
    chart = re.search(r'<svg[^>]*class="chart".*?</svg>', html, re.DOTALL)
    assert chart is not None
    assert {f">{hour:02d}:00<" for hour in range(0, 24, 6)} <= set(re.findall(r">\d\d:\d\d<", chart[0]))


@pytest.mark.full
async def test_the_pages_open_in_chromium_without_a_complaint(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        for width in (1366, 360):
            async with reader(browser, site, "supervisor", width=width) as one:
                for name in ("", *(f"/{name}" for name in REPORTS)):
                    assert await one.open(f"/reports{name}?first=2026-11-01" if name else "/reports") == 200
                    assert await one.page.evaluate("document.documentElement.scrollWidth") <= width, name
                assert await one.open("/reports/agents/rows?figure=offered&since=2026-11-01T00:00:00Z") == 200
                assert await one.page.evaluate("document.documentElement.scrollWidth") <= width, "rows"
                assert one.complaints == []


async def test_a_file_is_made_by_another_process_and_nothing_of_it_stays_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's own memory and its readers do not feel a file of 100,000 rows."""
    half_made = tmp_path / "half made"
    half_made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(half_made))
    async with asked(tmp_path) as (site, client):
        got = await client.get(
            "/reports/dn/export", params=WHOLE | {"format": "xlsx"}, headers=site.header("supervisor")
        )
        assert got.status_code == 200
        assert got.headers["content-disposition"].startswith('attachment; filename="dn-')
        wrong = await client.get(
            "/reports/dn/export", params={"since": "1990-01-01T00:00:00Z", "format": "csv"},
            headers=site.header("supervisor"),
        )  # fmt: skip
        assert wrong.status_code == 404
    assert [*half_made.iterdir()] == []
    assert openpyxl.load_workbook(io.BytesIO(got.content)).sheetnames[0] == "dn"


async def test_what_is_below_a_report_has_headings_and_words(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        html = await shown(client, site, "supervisor", "/reports/devices")
        chinese = await shown(client, site, "supervisor", "/reports/devices", lang="zh-TW")
        both = await shown(client, site, "supervisor", "/reports/tags", by="none", lang="zh-TW")
        noted = await shown(client, site, "supervisor", "/reports/queues")
        [note, *_] = (await told(client, site, "supervisor", "queues", timezone="UTC"))["notes"]
    assert re.search(r'>Reason</th><th scope="col" class="figure">Count<', html)
    assert "it was not reachable" in html
    assert "no_response" not in re.sub("<[^>]*>", "", html)
    assert "話機無法連線" in chinese
    assert "專員拒絕回應 + 進線" in both or "進線 + 專員拒絕回應" in both
    assert note["en"] in noted


async def test_who_supervised_whom_stands_apart_from_the_calls_of_all_agents(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        rows = (await told(client, site, "supervisor", "supervision"))["rows"]
        html = await shown(client, site, "supervisor", "/reports/supervision")
    pairs, agents = re.findall(r'<table class="report">(.*?)</table>', html, re.DOTALL)
    assert pairs.count("<tr>") - 2 == sum(row["by"] != "–" for row in rows) > 0
    assert agents.count("<tr>") - 2 == sum(row["by"] == "–" for row in rows) > 0
    assert "Whispered to" in pairs
    assert "Calls handled" not in pairs
    assert "Whispered to" not in agents
    assert "All calls of each agent" in html


async def test_weekdays_are_picked_and_shown_in_the_readers_words(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        page = await shown(client, site, "supervisor", "/reports/dn", weekdays="mon,wed", lang="zh-TW")
    assert ">週一、週二、週三、週四、週五</option>" in page
    assert "星期</b> 週一、週三" in page
    assert ">mon" not in page


async def test_the_rows_behind_a_number_are_told_in_the_readers_words(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        html = await shown(client, site, "supervisor", "/reports/agents/rows", figure="rejected", lang="zh-TW")
    assert ">拒接<" in html
    assert ">應答<" in html
    assert ">rejected<" not in html
    assert ">answered<" not in html


async def test_the_rows_behind_a_number_are_as_low_as_lines_and_in_the_readers_zone(
    browser: Browser, tmp_path: Path
) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        await made.open("/reports/agents/rows?figure=offered&since=2026-11-01T00:00:00Z&zone=Asia/Taipei")
        highest = "Math.max(...[...document.querySelectorAll('.rows tbody tr')].map(row => row.offsetHeight))"
        assert await made.page.evaluate(highest) < 110
        assert "Asia/Taipei" in await made.page.inner_text(".about")


async def test_every_outcome_that_is_not_zero_is_shown_so_that_the_parts_add_up(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        page = await shown(client, site, "supervisor", "/reports/dn")
        total = page[page.index("<tfoot>") : page.index("</tfoot>")]
        cells = re.findall(r'data-label="([^"]*)">(.*?)</td>', total)
        of = {name: re.sub(r"<[^>]*>", "", text) for name, text in cells}
        outcomes = [figure.en for figure in REPORTS["dn"].figures if figure.id in INBOUND]
        parts = [int(of[name]) for name in outcomes if name in of]
        assert sum(parts) == int(of["Concluded"]), of
        assert len(parts) > 4
        assert min(int(of[name]) for name in outcomes if name in of and name not in ("Answered", "Abandoned")) > 0
