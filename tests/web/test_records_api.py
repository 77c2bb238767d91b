"""Records over HTTP, as a program asks for them."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import openpyxl
import pytest

from bridge.store.facets import facets
from bridge.vocabulary.record import Customer, Record
from tests.helpers.samples import ABANDONED, ANSWERED
from tests.web.served import Site, asked, recorded

FILTERS: tuple[tuple[dict[str, Any], Callable[[Record], bool]], ...] = (
    ({}, lambda r: True),
    ({"tag": "cpe_reject"}, lambda r: "cpe_reject" in r.tags),
    ({"tag": ["reassign", "agent_reject"]}, lambda r: {"reassign", "agent_reject"} <= set(r.tags)),
    ({"direction": "internal"}, lambda r: r.direction == "internal"),
    ({"dn": "80111", "direction": "inbound"}, lambda r: r.dn == "80111" and r.direction == "inbound"),
    ({"queue": "q01-strict"}, lambda r: any(stay.name == "q01-strict" for stay in r.queues)),
    ({"agent": "1012"}, lambda r: ("agent", "1012") in facets(r)),
    ({"kind": "incomplete"}, lambda r: not r.complete),
    ({"kind": "unanswered"}, lambda r: ("kind", "unanswered") in facets(r)),
    ({"since": "2026-11-22T13:50:00Z"}, lambda r: r.started_at >= "2026-11-22T13:50:00"),
    ({"since": "2026-11-22T21:50:00+08:00", "until": "2026-11-22T13:52:00Z", "agent": "1011"},
     lambda r: "2026-11-22T13:50" <= r.started_at < "2026-11-22T13:52" and ("agent", "1011") in facets(r)),
    ({"pbx": "nowhere"}, lambda r: False),
)  # fmt: skip


async def read(client: httpx.AsyncClient, site: Site, **keys: Any) -> list[Record]:
    """The whole list, page by page."""
    found: list[Record] = []
    after: str | None = None
    while True:
        params = keys | ({"after": after} if after is not None else {})
        answer = await client.get("/v1/records", params=params, headers=site.header("supervisor"))
        assert answer.status_code == 200, answer.text
        page = msgspec.json.decode(answer.content)
        found += msgspec.convert(page["records"], list[Record])
        after = page["next"]
        if after is None:
            return found


def newest_first(records: list[Record]) -> list[str]:
    return [r.record_id for r in sorted(records, key=lambda r: (r.started_at, r.record_id), reverse=True)]


async def test_each_filter_finds_just_the_calls_it_says(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for keys, wanted in FILTERS:
            found = await read(client, site, **keys)
            assert [r.record_id for r in found] == newest_first([r for r in recorded() if wanted(r)]), keys
            assert await read(client, site, limit=2, **keys) == found, keys


async def test_a_record_is_the_one_that_was_written(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for record in recorded():
            answer = await client.get(f"/v1/records/{record.record_id}", headers=site.header("supervisor"))
            assert msgspec.json.decode(answer.content, type=Record) == record


async def test_a_number_is_found_however_it_is_written_and_stands_in_no_address(tmp_path: Path) -> None:
    abroad = msgspec.structs.replace(ABANDONED, customer=Customer(number="+886287654321"))
    async with asked(tmp_path, [ANSWERED, abroad]) as (site, client):  # 0287654321 and +886287654321
        made = await client.post("/v1/searches", json={"customer": "02-8765 4321"}, headers=site.header("supervisor"))
        search = msgspec.json.decode(made.content)["search"]
        assert "87654321" not in search
        assert len(await read(client, site, search=search)) == 2
        unknown = await client.get(f"/v1/records?search={'x' * 22}", headers=site.header("supervisor"))
        assert unknown.status_code == 404


async def test_a_missed_call_counts_as_called_back_once_somebody_has_spoken_with_the_customer(tmp_path: Path) -> None:
    missed = msgspec.structs.replace(ABANDONED, customer=Customer(number="0911000001"))
    other = msgspec.structs.replace(missed, record_id="0002", customer=Customer(number="0911000002"))
    back = msgspec.structs.replace(
        ANSWERED, record_id="0003", direction="outbound", customer=Customer(number="0911000002"),
        started_at="2026-03-02T10:00:00.000Z",
    )  # fmt: skip
    async with asked(tmp_path, [missed, other, back]) as (site, client):
        assert {r.record_id for r in await read(client, site, kind="missed")} == {missed.record_id, "0002"}
        assert [r.record_id for r in await read(client, site, not_called_back=True)] == [missed.record_id]


@pytest.mark.parametrize(
    ("query", "where", "said"),
    [
        ("tag=nonsense", "query: tag[0]", "none of the values"),
        ("tga=cpe_reject", "query: tga", "not known"),
        ("limit=0", "query: limit", "`int` >= 1"),
        ("limit=many", "query: limit", "Expected `int`"),
        ("since=yesterday", "query: since", "RFC3339"),
        ("dn=1&dn=2", "query: dn", "more than once"),
        ("after=garbage", "query: after", "matching regex"),
    ],
)
async def test_a_mistake_is_told_with_its_place_and_the_mend(
    tmp_path: Path, query: str, where: str, said: str
) -> None:
    async with asked(tmp_path) as (site, client):
        answer = await client.get(f"/v1/records?{query}", headers=site.header("supervisor"))
        error = msgspec.json.decode(answer.content)["error"]
        assert answer.status_code == error["status"] == 400
        assert error["where"] == where
        assert said in error["what"]
        assert error["mend"]


async def test_a_day_in_place_of_a_time_and_json_in_place_of_a_form_are_told_with_what_to_write(
    tmp_path: Path,
) -> None:
    async with asked(tmp_path) as (site, client):
        headers = site.header("supervisor")
        answer = await client.get("/v1/records?since=2026-12-01", headers=headers)
        assert "2026-12-01T00:00:00Z" in answer.json()["error"]["mend"]
        headers["Content-Type"] = "application/x-www-form-urlencoded"  # as curl -d sends it
        answer = await client.post("/v1/searches", headers=headers, content=b'{"customer": "0912345678"}')
        assert answer.status_code == 415
        assert answer.json()["error"]["mend"] == "send Content-Type: application/json"


async def test_a_mistake_never_says_again_what_was_typed(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        for query in ("since=0912345678", "0912345678=1", "tag=0912345678", "after=0912345678", "limit=0912345678"):
            for path in ("/v1/records", "/calls"):
                answer = await client.get(f"{path}?{query}", headers=site.header("supervisor"))
                assert answer.status_code == 400
                assert "0912345678" not in answer.text, (path, query)


async def test_an_export_holds_every_call_of_the_list(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        wanted = [r for r in recorded() if "cpe_reject" in r.tags]
        headers = site.header("supervisor")
        lines = await client.get("/calls/export?format=jsonl&tag=cpe_reject", headers=headers)
        found = [msgspec.json.decode(line, type=Record) for line in lines.content.splitlines()]
        assert [r.record_id for r in found] == newest_first(wanted)
        table = await client.get("/calls/export?format=csv&tag=cpe_reject", headers=headers)
        rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert [row["Record"] for row in rows] == newest_first(wanted)
        assert {row["Customer"] for row in rows} == {r.customer.number for r in wanted if r.customer}
        assert all("CPE Reject Call" in row["Tags"] for row in rows), "in words, as the page has them"
        chinese = await client.get("/calls/export?format=csv&tag=cpe_reject&lang=zh-TW", headers=headers)
        told = list(csv.DictReader(io.StringIO(chinese.content.decode("utf-8-sig"))))
        assert {row["方向"] for row in told} <= {"進線", "外撥", "內線"}
        assert {row["結束者"] for row in told} <= {"客戶", "專員", "督導", "系統", "不明"}
        assert "attachment" in table.headers["content-disposition"]


async def test_a_list_of_calls_opens_in_excel_with_numbers_that_keep_their_zero(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        wanted = [r for r in recorded() if "cpe_reject" in r.tags]
        path = "/calls/export?format=xlsx&tag=cpe_reject&lang=zh-TW&zone=Asia/Taipei"
        answer = await client.get(path, headers=site.header("supervisor"))
        assert "calls-" in answer.headers["content-disposition"]
        book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
        head, *rows = book.worksheets[0].iter_rows(values_only=True)
        told = [dict(zip(head, row, strict=True)) for row in rows]
        assert [row["紀錄識別碼"] for row in told] == newest_first(wanted)
        by_id = {r.record_id: r for r in wanted}
        for row in told:
            record = by_id[str(row["紀錄識別碼"])]
            assert row["客戶號碼"] == (record.customer.number if record.customer else None)
            in_taipei = datetime.fromisoformat(record.started_at) + timedelta(hours=8)
            assert row["開始"] == in_taipei.replace(tzinfo=None)
        assert {row["方向"] for row in told} <= {"進線", "外撥", "內線"}
        about = {line[0]: line[1] for line in book.worksheets[-1].iter_rows(values_only=True)}
        assert about["tag"] == '["cpe_reject"]'
        assert about["timezone"] == "Asia/Taipei"


async def test_a_name_that_begins_like_a_formula_stays_text_in_a_spreadsheet(tmp_path: Path) -> None:
    evil = msgspec.structs.replace(ANSWERED, customer=Customer(number="+886287654321", name="=cmd|'/C calc'!A0"))
    async with asked(tmp_path, [evil]) as (site, client):
        table = await client.get("/calls/export?format=csv", headers=site.header("supervisor"))
        (row,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
        assert row["Customer name"].startswith("'=")
        assert row["Customer"] == "+886287654321"
        book = await client.get("/calls/export?format=xlsx", headers=site.header("supervisor"))
        sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
        (name,) = (cell for cell in sheet[2] if cell.value == "=cmd|'/C calc'!A0")
        assert name.data_type == "s"


async def test_the_explanation_and_the_devices_are_what_the_commands_show(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        headers = site.header("supervisor")
        record = recorded()[0]
        told = await client.get(f"/v1/records/{record.record_id}/explanation", headers=headers)
        assert f"Call {record.call_id}" in msgspec.json.decode(told.content)["text"]
        assert msgspec.json.decode((await client.get("/v1/devices", headers=headers)).content) == []
