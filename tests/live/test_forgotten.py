"""A real PBX may forget that it is to tell an ARI application everything, and still answer each ping."""

import asyncio
from contextlib import suppress

import httpx
import pytest
from structlog.testing import capture_logs

from bridge.config import Ari
from bridge.feeds import ari
from bridge.feeds.ari import SNAPSHOT, AriFeed
from tests.helpers.heard import Heard
from tests.live.lab import Lab

APP = "callbridge-forgotten"
TOPICS = ("channel:__AST_CHANNEL_ALL_TOPIC", "bridge:__AST_BRIDGE_ALL_TOPIC", "endpoint:__AST_ENDPOINT_ALL_TOPIC")
LAST = f"GET {SNAPSHOT[-1]}"


async def test_a_pbx_that_forgot_whom_to_tell_is_asked_again_and_tells_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ari, "FIRST_LOOK", 0.1)
    heard = Heard()
    login = Ari(url=lab.ari_url, app=APP, username=lab.bridge_username, secret=lab.bridge_secret)
    with capture_logs() as logs:
        task = asyncio.create_task(AriFeed(lab.name, login, heard.take).run())
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        async with httpx.AsyncClient(base_url=lab.ari_url, auth=(lab.username, lab.secret)) as pbx:
            answer = await pbx.delete(
                f"/ari/applications/{APP}/subscription", params={"eventSource": ",".join(TOPICS)}
            )
            assert answer.is_success, answer.text
            await heard.until(lambda events: [event.get("request") for event in events].count(LAST) == 2)
            (await pbx.post(f"/ari/bridges/{APP}")).raise_for_status()
            (await pbx.delete(f"/ari/bridges/{APP}")).raise_for_status()
            await heard.until(lambda events: any(event.get("type") == "BridgeDestroyed" for event in events))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert [line["event"] for line in logs] == ["feed_connected", "feed_lost", "feed_connected"]
    assert logs[1]["why"] == f'the PBX tells the ARI application "{APP}" nothing more'
