"""Who may see what, and how they prove who they are."""

import asyncio
import re
import threading
from pathlib import Path
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from bridge.api.desk import THREADS
from bridge.api.limits import Limit
from bridge.api.streams import Streams
from bridge.config import Web
from bridge.store.access import ROLES, Access, Role
from bridge.web.app import api_routes, page_routes
from tests.helpers.heard import GIVES_UP
from tests.web.served import Site, asked, recorded

STAFF_ONLY = {
    "/v1/records", "/v1/records/stream", "/v1/records/{record_id}", "/v1/records/{record_id}/explanation",
    "/v1/records/{record_id}/picture.svg", "/v1/searches", "/v1/devices", "/v1/states", "/calls", "/calls/export",
    "/calls/{record_id}", "/search", "/reports/{name}/export", "/reports/{name}/customer", "/agents",
    "/reports/{name}/rows", "/reports/{name}/rows/export", "/v1/reports/{name}/rows",
}  # fmt: skip
"""What shows single calls."""
OPEN = {"/sign-in", "/sign-out"}


def filled(path: str) -> str:
    return path.replace("{record_id}", recorded()[0].record_id).replace("{name}", "dn")


async def signed_in(client: httpx.AsyncClient, site: Site, role: Role) -> httpx.Response:
    return await client.post("/sign-in", data={"token": site.tokens[role], "next": "/calls?dn=80100"})


async def test_each_role_by_each_route_gets_in_or_is_told_why_not(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        streams = Streams(site.desk)
        for route in (*api_routes(streams), *page_routes(streams)):
            for role in (None, *ROLES):
                if route.media == "text/event-stream" and role in (route.roles or ()):
                    continue  # it has no end; test_stream
                headers = site.header(role) if role is not None else {}
                body = (
                    {"json": {"customer": "0287654321"}} if route.path.startswith("/v1/") else {"data": {"q": "1011"}}
                )
                if route.path in OPEN:
                    body = {"data": {}}
                keys = {"figure": "arrived"} if "/rows" in route.path else {}
                keys |= {"format": "csv"} if route.path.endswith("export") else {}
                keys |= {"agent": "1011"} if route.path == "/agents" else {}
                url = f"{filled(route.path)}?{urlencode(keys)}"
                answer = await client.request(route.method, url, headers=headers, **(body if route.body else {}))  # type: ignore[arg-type]
                what = (route.method, route.path, role, answer.status_code)
                if route.path in OPEN:
                    assert answer.status_code in (200, 303, 401), what
                elif role is None:
                    led = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=%2F")
                    assert answer.status_code in (401, 403) or led, what
                elif role == "viewer" and route.path in STAFF_ONLY:
                    assert answer.status_code == 403, what
                else:
                    assert answer.status_code in (200, 303), what


async def test_a_token_opens_the_page_that_was_asked_for(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        led = await client.get("/calls?dn=80100")
        assert led.headers["location"] == "/sign-in?next=%2Fcalls%3Fdn%3D80100"
        form = await client.get(led.headers["location"])
        assert 'name="next" value="/calls?dn=80100"' in form.text
        answer = await signed_in(client, site, "supervisor")
        assert (answer.status_code, answer.headers["location"]) == (303, "/calls?dn=80100")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert (await client.get("/calls")).status_code == 200


async def test_the_cookie_is_for_tls_alone_where_there_is_tls(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        client.base_url = httpx.URL("https://calls.example.com")
        answer = await signed_in(client, site, "supervisor")
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", ""]
)
async def test_nobody_is_led_to_another_site(tmp_path: Path, elsewhere: str) -> None:
    async with asked(tmp_path) as (site, client):
        answer = await client.post("/sign-in", data={"token": site.tokens["viewer"], "next": elsewhere})
        assert answer.headers["location"] == "/"


async def test_a_form_of_another_site_changes_nothing(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        await signed_in(client, site, "supervisor")
        answer = await client.post("/sign-out", headers={"Origin": "https://evil.example"}, data={})
        assert answer.status_code == 403
        assert (await client.get("/calls")).status_code == 200
        here = await client.post("/sign-out", headers={"Origin": "http://127.0.0.1"}, data={})
        assert here.headers["location"] == "/sign-in"
        assert (await client.get("/calls")).status_code == 303


async def test_who_guesses_tokens_is_stopped(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, client):
        answers = [await client.post("/sign-in", data={"token": f"guess {n}"}) for n in range(15)]
        assert [answer.status_code for answer in answers[:10]] == [401] * 10
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) > 0


async def test_who_asks_without_end_is_told_to_wait(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        site.desk.requests = Limit(0.001, 5)
        answers = [await client.get("/v1/schema", headers=site.header("viewer")) for _ in range(8)]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert msgspec.json.decode(answers[-1].content)["error"]["mend"].startswith("try again in")


async def test_a_token_taken_back_signs_its_people_out(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        await signed_in(client, site, "supervisor")
        site.desk.access.remove("the supervisor")
        assert (await client.get("/calls")).status_code == 303
        answer = await client.get("/v1/records", headers=site.header("supervisor"))
        assert answer.status_code == 401


def test_neither_tokens_nor_sessions_can_be_read_from_the_file(tmp_path: Path) -> None:
    access = Access(str(tmp_path / "a"))
    token = access.add("wall", "viewer", 30)
    assert token is not None
    made = access.sign_in(token)
    assert made is not None
    session, seconds = made
    assert seconds == pytest.approx(30 * 86400, abs=5)
    access.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in kept
    assert session.encode() not in kept


def test_a_token_is_over_with_its_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(str(tmp_path / "a"))
    token = access.add("guest", "supervisor", 1) or ""
    session = (access.sign_in(token) or ("", 0))[0]
    assert access.by_session(session) == access.by_session(session)
    later = access.tokens()[0].made + 86401
    monkeypatch.setattr("bridge.store.access.time.time", lambda: later)
    assert access.by_token(token) is None
    assert access.by_session(session) is None
    access.close()


def test_a_customer_who_is_erased_is_no_search_any_more(tmp_path: Path) -> None:
    access = Access(str(tmp_path / "a"))
    one, other = access.search("02-8765 4321"), access.search("0911000001")
    assert access.forget("+886287654321") == 1
    assert access.searched(one) is None
    assert access.searched(other) == "0911000001"
    access.close()


async def test_each_reading_of_customers_numbers_is_put_down_without_the_number(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        record = next(r for r in recorded() if r.customer is not None and r.customer.number)
        headers = site.header("supervisor")
        await client.get("/v1/records", headers=headers)
        await client.get(f"/v1/records/{record.record_id}", headers=headers)
        await client.get(f"/calls/{record.record_id}", headers=headers)
        await client.get("/calls/export?format=csv", headers=headers)
        await client.get("/system", headers=headers)
        entries = site.desk.access.audit(100)
        told = [(e.token, e.role, e.what, e.record_id, e.address) for e in reversed(entries)]
        who = ("the supervisor", "supervisor")
        assert told == [
            (*who, "list", None, "127.0.0.1"),
            (*who, "record", record.record_id, "127.0.0.1"),
            (*who, "record", record.record_id, "127.0.0.1"),
            (*who, "export csv", None, "127.0.0.1"),
        ]
        assert record.customer is not None
        assert record.customer.number not in repr(entries)


async def test_every_answer_forbids_foreign_and_inline_code(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        await signed_in(client, site, "administrator")
        for path in (
            "/",
            "/calls",
            "/reports",
            "/reports/dn",
            "/system",
            "/sign-in",
            "/nowhere",
            "/v1/records",
            "/v1/nowhere",
        ):
            answer = await client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert not re.search(
                r"<(script|style)(?![^>]*(?:src=|type=\"application/json\"))[^>]*>|\sstyle=|\son[a-z]+=", answer.text
            ), path


async def test_behind_a_proxy_nobody_comes_around_it(tmp_path: Path) -> None:
    async with asked(tmp_path, web=Web(host="10.0.0.9", proxy="10.0.0.5")) as (_, client):
        assert (await client.get("/sign-in")).status_code == 403
        client.base_url = httpx.URL("https://calls.example.com")
        assert (await client.get("/sign-in")).status_code == 200


async def test_nobody_who_signs_in_or_reads_a_list_waits_for_reports(tmp_path: Path) -> None:
    async with asked(tmp_path, []) as (site, client):
        is_over = threading.Event()
        reports = [asyncio.create_task(site.desk.report(is_over.wait)) for _ in range(THREADS + 2)]
        try:
            async with asyncio.timeout(GIVES_UP):
                assert (await client.get("/v1/records", headers=site.header("supervisor"))).status_code == 200
        finally:
            is_over.set()
            await asyncio.gather(*reports)
