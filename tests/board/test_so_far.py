"""What the board tells of a call before it is over: tags that hold already, and thresholds that it has passed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from bridge.live.hub import Hub
from bridge.live.items import CallItem
from bridge.live.so_far import AT_THE_END, passed
from bridge.pipeline.pipeline import Pipeline
from bridge.records.build import record_id
from bridge.service import so_far
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339
from tests.helpers import recorded
from tests.helpers.heard import GIVES_UP
from tests.web.served import served

RACES = {"non_dn_incoming_call", "non_dn_outgoing_call", "queue_exit"}
"""Tags that a recorded call shows for an instant, until the next event of the same moment has come."""


@pytest.mark.parametrize("name", recorded.NAMES)
def test_at_every_event_the_tags_so_far_are_some_of_those_that_the_record_will_have(name: str) -> None:
    pipeline = Pipeline(recorded.settings(), recorded.PBX)
    pipeline.watch(board=True)
    early: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    records: dict[str, Record] = {}
    now = 0.0
    for message in recorded.messages(name):
        if message.pbx != recorded.PBX:
            continue
        now = message.t
        records |= {record.record_id: record for record in pipeline.feed(message).records}
        pipeline.refresh(now)
        for kind, key in pipeline.items:
            for tag in (pipeline.tags_so_far(key, now) or ()) if kind == "call" else ():
                early[key][tag].append(now)
    records |= {record.record_id: record for record in pipeline.advance(now + 60).records}
    parts = {record_id(recorded.PBX, one) for record in records.values() for one in record.linked_ids}
    assert any(tags for key, tags in early.items() if key in records)
    for key, tags in early.items():
        assert not tags.keys() & AT_THE_END
        if key not in records:  # it became part of another call, and has that one's tags from then on
            assert key in parts
            continue
        wrong = {tag: times for tag, times in tags.items() if tag not in records[key].tags}
        assert {tag for tag, times in wrong.items() if times[-1] - times[0] > 0.05} == set()
        assert wrong.keys() <= RACES


def test_a_call_of_more_than_two_hundred_offers_has_none_while_it_lasts() -> None:
    pipeline = Pipeline(recorded.settings(), recorded.PBX)
    assert pipeline.tags_so_far("unknown", 1.0) is None


def test_a_call_passes_its_thresholds_by_the_clock_alone() -> None:
    name, shown = "an_agent_declines_with_603", list[CallItem]()
    pipeline, hub, at = Pipeline(recorded.settings(), recorded.PBX), Hub(recorded.settings(), 1.0), 0.0
    pipeline.watch(board=True)
    for message in recorded.messages(name):
        pipeline.feed(message)
        hub.take(pipeline.refresh(message.t), message.t)
        calls = [item for item in hub.items.values() if isinstance(item, CallItem)]
        if any(offer.answer_due for call in calls for offer in call.offers or ()):
            at, shown = message.t, calls
            break
    (call,) = shown
    assert call.over_threshold == []
    assert call.answer_due is not None
    limits = recorded.settings().thresholds
    hub.look({}, (), at + limits.agent_answer + 1)
    (call,) = (item for item in hub.items.values() if isinstance(item, CallItem))
    assert call.over_threshold == ["agent_answer"]
    hub.look({}, (), at + limits.customer_waiting + 1)
    (call,) = (item for item in hub.items.values() if isinstance(item, CallItem))
    assert call.over_threshold == ["customer_waiting", "agent_answer"]
    assert passed(msgspec.structs.replace(call, answer_due=rfc3339(at), offers=None), at) == []


# -- over HTTP


def waiting() -> tuple[Pipeline, Hub, str]:
    """A call that an agent has declined, as it stands when the next one's phone rings."""
    pipeline, hub = Pipeline(recorded.settings(), recorded.PBX), Hub(recorded.settings(), 1.0)
    pipeline.watch(board=True)
    for message in recorded.messages("an_agent_declines_with_603"):
        pipeline.feed(message)
        hub.take(pipeline.refresh(message.t), message.t)
        for (_, key), item in hub.items.items():
            if isinstance(item, CallItem) and "rejected" in [offer.outcome for offer in item.offers or ()]:
                return pipeline, hub, key
    raise AssertionError("nobody declined")


async def test_the_tags_so_far_are_told_while_somebody_has_the_calls_page_open_and_only_then(tmp_path: Path) -> None:
    pipeline, hub, key = waiting()

    def tags() -> list[str] | None:
        item = hub.items["call", key]
        assert isinstance(item, CallItem)
        return item.tags_so_far

    async with served(tmp_path, []) as site:
        site.desk.seen.hub = hub
        looking = asyncio.create_task(so_far.look(hub, {recorded.PBX: pipeline}))
        async with (
            httpx.AsyncClient(base_url=site.base, timeout=GIVES_UP) as client,
            client.stream(
                "GET", f"/v1/live/stream?kinds=call&call={key}", headers=site.header("supervisor")
            ) as answer,
        ):
            told = await first(answer, lambda value: value.get("tags_so_far"))
        assert {"incoming_dn_call", "agent_reject"} <= set(told["tags_so_far"]) <= BY_NAME.keys()
        async with asyncio.timeout(GIVES_UP):
            while tags() is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        async with (
            httpx.AsyncClient(base_url=site.base, timeout=GIVES_UP) as client,
            client.stream("GET", f"/v1/live/stream?call={key}", headers=site.header("viewer")) as answer,
        ):
            await first(answer, lambda value: True)
            await asyncio.sleep(2 * so_far.PASS)
            assert tags() is None, "a wall has no page of a call"
        looking.cancel()


async def first(answer: httpx.Response, wanted: Any) -> dict[str, Any]:
    """The first value of a call that is as wanted."""
    async with asyncio.timeout(GIVES_UP):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                data = msgspec.json.decode(line[6:])
                for item in (*data.get("items", ()), *data.get("set", ())):
                    if item["kind"] == "call" and wanted(item["value"]):
                        value: dict[str, Any] = item["value"]
                        return value
    raise AssertionError("it was never told")
