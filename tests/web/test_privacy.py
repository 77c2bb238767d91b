"""Customers' numbers: a wall screen never gets one, and for nobody do they stand in an address or a title."""

import re
from pathlib import Path
from typing import Any

import msgspec
from structlog.testing import capture_logs

from bridge.api.streams import Streams
from bridge.vocabulary.record import Customer, Record
from bridge.web.app import api_routes, page_routes
from tests.helpers.samples import ANSWERED
from tests.web.served import asked, recorded
from tests.web.test_access import filled, signed_in

CANARY = "0977123123"


def with_canaries(record: Record) -> Record:
    """The number in every text that could hold one."""
    return msgspec.convert(_sown(msgspec.to_builtins(record), record), Record)


KEPT = {"version", "record_id", "tags", "labels", "direction", "ended_by", "mode", "role", "kind", "exit", "outcome",
        "target_type", "abandoned_in", "overflow_reason", "queue_exit_reason"}  # fmt: skip


def _sown(value: Any, record: Record, key: str = "") -> Any:
    if key in KEPT or (re.fullmatch(r".*_at|at|from|until", key) and isinstance(value, str) and value[4:5] == "-"):
        return value
    if isinstance(value, dict):
        return {name: _sown(each, record, "" if key == "evidence" else name) for name, each in value.items()}
    if isinstance(value, list):
        return [_sown(each, record, key) for each in value]
    return f"{CANARY}-{value}" if isinstance(value, str) else value


def sown() -> list[Record]:
    return [with_canaries(record) for record in recorded()]


def test_the_canaries_are_everywhere() -> None:
    text = msgspec.json.encode(sown()[0]).decode()
    assert text.count(CANARY) > 10


async def test_a_wall_screen_gets_no_number_by_any_route_error_or_log(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with asked(tmp_path, sown()) as (site, client):
            await signed_in(client, site, "viewer")
            streams = Streams(site.desk)
            routes = (*api_routes(streams), *page_routes(streams))
            said = ""
            for route in routes:
                for path in (filled(route.path), route.path, filled(route.path) + f"?agent={CANARY}&q={CANARY}"):
                    endless = route.media == "text/event-stream" and "viewer" in (route.roles or ())
                    if route.path == "/sign-out" or endless:  # what the live stream says is /v1/live's
                        continue
                    answer = await client.request(route.method, path, headers=site.header("viewer"))
                    asked_for = CANARY in path
                    head = {k: v for k, v in answer.headers.items() if not (asked_for and k == "location")}
                    body = answer.text.replace(f"agent={CANARY}", "").replace(f"agent%3D{CANARY}", "")
                    said += f"{head} {body}" if not asked_for else str(answer.status_code)
            for path in ("/v1/openapi.json", "/nowhere", "/v1/nowhere", "/system?lang=zh-TW", "/?lang=zh-TW"):
                said += (await client.get(path)).text
    assert CANARY not in said
    assert CANARY not in repr(logs)


async def test_no_number_stands_in_an_address_or_a_title_for_anybody(tmp_path: Path) -> None:
    number = "0977123123"
    called = msgspec.structs.replace(ANSWERED, customer=Customer(number=number, name=number))
    async with asked(tmp_path, [called]) as (site, client):
        await signed_in(client, site, "administrator")
        led = await client.post("/search", data={"q": number})
        assert led.status_code == 303
        assert number not in led.headers["location"]
        for path in ("/calls", led.headers["location"], f"/calls/{called.record_id}", "/system", "/"):
            html = (await client.get(path)).text
            addresses = re.findall(r'(?:href|src|action|value)="([^"]*)"', html)
            assert addresses
            assert not [address for address in addresses if number in address], path
            title = re.search(r"<title>(.*)</title>", html)
            assert title is not None
            assert number not in title[1]
        assert number in (await client.get(led.headers["location"])).text


async def test_the_settings_are_shown_without_their_secrets(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        await signed_in(client, site, "administrator")
        html = (await client.get("/system")).text
        assert "127.0.22.1" in html
        assert "bridge-secret" not in html
        answer = await client.get("/system", headers=site.header("supervisor"))
        assert "127.0.22.1" not in answer.text  # settings are for administrators
