"""A client of the live stream over HTTP that is cut off again and again while calls go on: docs/live.md."""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.board.adding import adds_up
from tests.board.test_in_chromium import busy
from tests.helpers.heard import GIVES_UP
from tests.web.served import Site

Items = dict[tuple[str, str], Any]
REMEMBERED = 200
"""Changes of which the client remembers how all stood after them."""


def by_key(items: list[dict[str, Any]]) -> Items:
    return {(item["kind"], item["key"]): item["value"] for item in items}


class Screen:
    """What a screen does with the stream."""

    def __init__(self, client: httpx.AsyncClient, site: Site) -> None:
        self._client, self._header = client, site.header("supervisor")
        self.items: Items = {}
        self.seq, self.last = -1, ""
        self.stood: OrderedDict[int, Items] = OrderedDict()
        """All items after each change."""
        self.snapshots = 0

    async def read(self) -> None:
        """Until it is cut off."""
        header = self._header | ({"Last-Event-ID": self.last} if self.last else {})
        async with self._client.stream("GET", "/v1/live/stream", headers=header) as answer:
            event: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                else:
                    self._take(event)
                    event = {}

    def _take(self, event: dict[str, str]) -> None:
        data = msgspec.json.decode(event["data"])
        if event["event"] == "snapshot":
            self.snapshots += 1
            self.items = by_key(data["items"])
        elif event["event"] == "change":
            assert data["seq"] == self.seq + 1, "a number is missing, or came twice"
            self.items = {**self.items, **by_key(data["set"])}
            for gone in data["gone"]:
                self.items.pop(tuple(gone), None)
        else:
            return
        self.seq, self.last = data["seq"], event["id"]
        adds_up(self.items)
        self.stood[self.seq] = self.items
        if len(self.stood) > REMEMBERED:
            self.stood.popitem(last=False)

    async def is_as_the_snapshot(self) -> float:
        """Seconds until it is."""
        began = time.monotonic()
        snapshot: dict[str, Any] = {"seq": -1}
        async with asyncio.timeout(GIVES_UP):
            while snapshot["seq"] not in self.stood:  # asked again where the stream began only after it
                snapshot = (await self._client.get("/v1/live", headers=self._header)).json()
                while self.seq < snapshot["seq"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        assert self.stood[snapshot["seq"]] == by_key(snapshot["items"])
        return time.monotonic() - began


@pytest.mark.parametrize("cuts", [15, pytest.param(100, marks=pytest.mark.full)])
async def test_cut_at_random_while_calls_go_on_a_client_is_each_time_what_the_snapshot_says(
    tmp_path: Path, cuts: int
) -> None:
    chance, slowest = random.Random(9), 0.0
    async with busy(tmp_path) as site, httpx.AsyncClient(base_url=site.base, timeout=GIVES_UP) as client:
        site.desk.requests._rate = 1e6  # asked far more often than any screen asks
        screen = Screen(client, site)
        for _ in range(cuts):
            reading = asyncio.create_task(screen.read())
            slowest = max(slowest, await screen.is_as_the_snapshot())
            await asyncio.sleep(chance.random() / 3)
            reading.cancel()
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await reading
            await asyncio.sleep(chance.random() / 5)
        assert screen.snapshots == 1, "who comes back soon is told what it missed, and no more"
    print(f"{cuts} cuts, {screen.seq} changes; the slowest was right again after {slowest:.2f} s")
