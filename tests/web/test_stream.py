"""The durable stream of records, as a program that must not miss one reads it."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bridge.api import listeners
from bridge.vocabulary.record import Record
from tests.helpers.heard import GIVES_UP
from tests.helpers.samples import ANSWERED
from tests.web.served import Site, recorded, served

Event = tuple[str, dict[str, Any]]


@asynccontextmanager
async def listening(site: Site, after: int | None = 0, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    params = {} if after is None else {"after": after}
    async with (
        httpx.AsyncClient(base_url=site.base, timeout=GIVES_UP) as client,
        client.stream(
            "GET", "/v1/records/stream", params=params, headers=site.header("supervisor") | headers
        ) as answer,
    ):
        assert answer.status_code == 200
        yield events(answer)


async def events(answer: httpx.Response) -> AsyncIterator[Event]:
    kind = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            yield kind, msgspec.json.decode(line[6:])


async def next_of(told: AsyncIterator[Event], *kinds: str) -> Event:
    async with asyncio.timeout(GIVES_UP):
        async for event in told:
            if event[0] in kinds:
                return event
    raise AssertionError(f"the stream ended before any {kinds}")


def numbered(count: int, revision: int = 1) -> list[Record]:
    return [
        msgspec.structs.replace(
            ANSWERED, record_id=f"r{n:04}", call_id=f"c{n}", linked_ids=[f"c{n}"], revision=revision
        )
        for n in range(count)
    ]


async def test_a_client_that_was_cut_off_a_hundred_times_has_every_record_once_and_in_order(tmp_path: Path) -> None:
    chance = random.Random(13)
    async with served(tmp_path, []) as site:
        written = numbered(120)

        async def write() -> None:
            for record in written:
                await asyncio.to_thread(site.store.write, [record])
                if chance.random() < 0.3:  # more has been seen of it
                    again = msgspec.structs.replace(record, revision=2)
                    await asyncio.to_thread(site.store.write, [again])

        writing = asyncio.create_task(write())
        last, got = 0, list[dict[str, Any]]()
        cuts = 0
        while cuts < 100 or len({each["record_id"] for each in got}) < len(written):
            async with listening(site, last) as told:
                for _ in range(chance.randrange(4)):
                    if len({each["record_id"] for each in got}) == len(written):
                        break
                    _, data = await next_of(told, "record")
                    got.append(data)
                    last = data["seq"]
            cuts += 1
        await writing
        async with listening(site, last) as told:  # and what came last
            while True:
                kind, data = await next_of(told, "record", "beat")
                if kind == "beat" and data["seq"] == last:
                    break
                if kind == "record":
                    got.append(data)
                    last = data["seq"]
        numbers = [each["seq"] for each in got]
        assert numbers == sorted(set(numbers))
        newest = {each["record_id"]: each["revision"] for each in got}
        with site.desk.reading() as db:
            assert newest == dict(db.execute("SELECT record_id, revision FROM records"))


async def test_a_new_record_is_told_at_once_and_is_the_record(tmp_path: Path) -> None:
    async with served(tmp_path, []) as site, listening(site, None) as told:
        await next_of(told, "beat")
        site.store.write([recorded()[0]])
        _, data = await next_of(told, "record")
        assert msgspec.convert(data["record"], Record) == recorded()[0]
        assert data["revision"] == 1


async def test_a_browser_that_connects_again_goes_on_where_it_was(tmp_path: Path) -> None:
    async with served(tmp_path, numbered(3)) as site, listening(site, None, **{"Last-Event-ID": "2"}) as told:
        assert (await next_of(told, "record"))[1]["record_id"] == "r0002"


async def test_a_record_that_became_part_of_another_is_told_to_be_gone(tmp_path: Path) -> None:
    part = msgspec.structs.replace(
        ANSWERED, record_id="part", call_id="2.1", linked_ids=["2.1"], complete=False, revision=1
    )
    whole = msgspec.structs.replace(
        ANSWERED, record_id="whole", call_id="1.1", linked_ids=["1.1", "2.1"], complete=True, revision=1
    )
    async with served(tmp_path, [part]) as site:
        site.store.write([whole])
        async with listening(site, 0) as told:
            seen = [await next_of(told, "record", "gone") for _ in range(2)]
        assert [(kind, data["record_id"]) for kind, data in seen] == [("record", "whole"), ("gone", "part")]


async def test_a_stopping_service_says_good_bye(tmp_path: Path) -> None:
    async with served(tmp_path, []) as site, listening(site, 0) as told:
        await next_of(told, "beat")
        site.desk.stopping.set()
        _, data = await next_of(told, "bye")
        assert data == {"why": "stopping", "retry_seconds": 3}


async def test_the_stream_of_a_token_taken_back_ends(tmp_path: Path) -> None:
    async with served(tmp_path, []) as site, listening(site, 0) as told:
        await next_of(told, "beat")
        site.desk.access.remove("the supervisor")
        async with asyncio.timeout(GIVES_UP):
            assert {kind async for kind, _ in told} <= {"beat"}, "until somebody looked whether it still may"


async def test_one_reader_cannot_take_all_streams(tmp_path: Path) -> None:
    async with served(tmp_path, []) as site, AsyncExitStack() as opened:
        told = [await opened.enter_async_context(listening(site, 0)) for _ in range(listeners.MOST_EACH)]
        for each in told:
            await next_of(each, "beat")
        async with httpx.AsyncClient(base_url=site.base, timeout=GIVES_UP) as client:
            answer = await client.get("/v1/records/stream", headers=site.header("supervisor"))
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"


async def test_a_service_that_has_stopped_serving_leaves_nothing_running(tmp_path: Path) -> None:
    already = asyncio.all_tasks()
    async with served(tmp_path, []) as site, listening(site) as told:
        await next_of(told, "beat")
    assert asyncio.all_tasks() == already
