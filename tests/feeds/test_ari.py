"""The ARI feed against an ARI that fails in ways a real PBX does not fail on demand."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bridge.config import Ari
from bridge.feeds import ari, feed, pulse
from bridge.feeds.ari import SNAPSHOT, AriFeed
from bridge.feeds.feed import Emit
from bridge.wire.ari import ROLL_CALL, read
from tests.helpers.heard import Heard, until
from tests.helpers.stasis import SECRET, Stasis, stasis

CONNECTED = {"feed": "connected"}


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(pulse, "EVERY", 0.1)


@asynccontextmanager
async def following(pbx: Stasis, emit: Emit, secret: str = SECRET, **options: Any) -> AsyncIterator[None]:
    settings = Ari(url=f"http://127.0.0.1:{pbx.port}", username="bridge", secret=secret)
    task = asyncio.create_task(AriFeed("pbx1", settings, emit, **options).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_new_connection_says_so_and_asks_for_all_that_is_going_on() -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        pbx.channels = [{"id": "1.1", "name": "PJSIP/1001-00000001"}]
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
    assert heard.events[0] == CONNECTED
    assert [event["request"] for event in heard.events[1:]] == [f"GET {path}" for path in SNAPSHOT]
    assert heard.events[2]["reply"] == [{"id": "1.1", "name": "PJSIP/1001-00000001"}]
    assert pbx.requests[0].startswith("/ari/events?")
    assert "subscribeAll=true" in pbx.requests[0]
    assert {message.src for message in heard.messages} == {"ari"}


async def test_the_pbx_is_asked_from_time_to_time_which_calls_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "ROLL_CALL_SECONDS", 0.05)
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        pbx.channels = [{"id": "1.1"}]
        await heard.until(lambda events: {"request": ROLL_CALL, "reply": [{"id": "1.1"}]} in events)


async def test_a_call_that_ends_while_the_snapshot_is_made_ends_after_it() -> None:
    heard = Heard()
    async with stasis() as pbx:
        pbx.before_channels.clear()
        async with following(pbx, heard.take):
            await until(lambda: "/ari/channels" in pbx.requests)
            await pbx.say({"type": "ChannelDestroyed", "channel": {"id": "1.1"}})
            pbx.before_channels.set()
            await heard.until(lambda events: events[-1].get("type") == "ChannelDestroyed")
    assert heard.events[-2] == {"request": "GET /endpoints", "reply": []}


async def test_a_lost_connection_is_told_and_made_again_with_a_fresh_snapshot(logs: list[EventDict]) -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        for socket in list(pbx.sockets):
            socket.transport.abort()
        await heard.until(lambda events: sum("request" in event for event in events) == 2 * len(SNAPSHOT))
    words = [event for event in heard.events if "feed" in event]
    assert words == [CONNECTED, {"feed": "lost", "why": "the PBX closed the connection"}, CONNECTED]
    assert [line["event"] for line in logs] == ["feed_connected", "feed_lost", "feed_connected"]


async def test_a_link_that_went_dead_without_a_word_is_noticed_within_seconds() -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        pbx.sockets[0].transport.pause_reading()  # type: ignore[attr-defined]
        await heard.until(lambda events: any(event.get("feed") == "lost" for event in events))
    assert {"feed": "lost", "why": "no sign of life for 0.5 s"} in heard.events


async def test_a_pbx_that_keeps_the_connection_and_tells_nothing_on_it_is_noticed_and_asked_anew(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ari, "FIRST_LOOK", 0.05)
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await until(lambda: pbx.requests.count("/ari/applications") > 2)
        assert [event for event in heard.events if "feed" in event] == [CONNECTED]
        pbx.topics = []
        await heard.until(lambda events: any(event.get("feed") == "lost" for event in events))
        pbx.topics = ["all"]
        await heard.until(lambda events: events[-1].get("request") == f"GET {SNAPSHOT[-1]}")
    why = 'the PBX tells the ARI application "callbridge" nothing more'
    assert [event for event in heard.events if "feed" in event][:2] == [CONNECTED, {"feed": "lost", "why": why}]
    assert [line["why"] for line in logs if line["event"] == "feed_lost"] == [why]


async def test_a_pbx_too_busy_telling_of_calls_to_answer_is_not_taken_for_dead() -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        pbx.sockets[0].transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(4 * pulse.DEAD):
            await pbx.say({"type": "ChannelVarset"})
            await asyncio.sleep(pulse.EVERY / 2)
    assert [event for event in heard.events if "feed" in event] == [CONNECTED]


async def test_what_no_rule_reads_is_passed_over_and_a_taken_over_application_is_not(logs: list[EventDict]) -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take, read=read):
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        for event in (
            {"type": "ChannelVarset", "variable": "RTPAUDIOQOS", "value": "0"},
            {"variable": "RTPAUDIOQOS", "value": "0", "type": "ChannelVarset"},
            '{"variable":"RTPAUDIOQOS","value":"0","type":"ChannelVarset"}',
            '{"variable":"__DIALSTATUS","value":"","type":"ChannelVarset"}',
            {"type": "ChannelConnectedLine", "channel": {"id": "1.1"}},
            {"type": None, "variable": 1},
            {"type": "ChannelVarset", "variable": "_QUEUESTATUS", "value": "FULL"},
            {"type": "ChannelDestroyed", "channel": {"id": "1.1"}},
            {"type": "ApplicationReplaced", "application": "callbridge"},
        ):
            await pbx.say(event)
        await until(lambda: any(line["event"] == "feed_refused" for line in logs))
    told = [event["type"] for event in heard.events if "type" in event]
    assert told == ["ChannelVarset", "ChannelVarset", "ChannelDestroyed", "ApplicationReplaced"]


async def test_an_ari_that_is_not_loaded_yet_is_waited_for(logs: list[EventDict]) -> None:
    heard = Heard()
    async with stasis() as pbx:
        pbx.is_loaded = False
        async with following(pbx, heard.take):
            await until(lambda: len(pbx.requests) >= 3)
            pbx.is_loaded = True
            await heard.until(lambda events: len(events) > len(SNAPSHOT))
    assert [line["event"] for line in logs] == ["feed_lost", "feed_connected"]
    assert "answers 503: ARI is not loaded (yet), or url is wrong" in logs[0]["why"]


async def test_a_wrong_password_is_told_once_and_never_shown(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    growing = feed._pause

    def note(failures: int, refused: bool) -> float:
        pauses.append(growing(failures, refused))
        return 0.0

    monkeypatch.setattr(feed, "_pause", note)
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take, secret="wrong-guess"):
        await until(lambda: len(pauses) >= 6)
    assert heard.events == []
    assert pauses[5] > pauses[0] >= 7.5
    assert [line["why"] for line in logs] == ['login as "bridge" refused; see username, the secret, and ari.conf']
    assert "wrong-guess" not in str(logs) + str(pbx.requests)


async def test_another_client_with_our_application_name_is_told_and_not_fought_over(logs: list[EventDict]) -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        await pbx.say({"type": "ApplicationReplaced", "application": "callbridge"})
        await heard.until(lambda events: events[-1].get("feed") == "lost")
        await until(lambda: any(line["event"] == "feed_refused" for line in logs))
    assert "give each its own app" in logs[-1]["why"]


async def test_rubbish_on_the_socket_is_told_and_the_calls_go_on(logs: list[EventDict]) -> None:
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: len(events) > len(SNAPSHOT))
        for rubbish in ("{", "[]", "null", '{"type": "\\ud800"}', "[" * 100_000):
            await pbx.say(rubbish)
        await pbx.say({"type": "ChannelVarset", "value": "x" * 1_500_000})
        await pbx.say({"type": "ChannelDestroyed"})
        await heard.until(lambda events: events[-1].get("type") == "ChannelDestroyed")
    assert [event for event in heard.events if "feed" in event] == [CONNECTED]
    assert len([line for line in logs if line["event"] == "unreadable"]) == 1


async def test_a_list_without_an_end_is_told_and_asked_for_again(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ari, "LARGEST_LIST", 10_000)
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: any(event.get("request") == "GET /endpoints" for event in events))
        pbx.channels = [{"id": f"{number}.1", "name": "PJSIP/trunk-00000001"} for number in range(1_000)]
        for socket in [*pbx.sockets]:
            await socket.close()
        await until(lambda: any("larger than" in line.get("why", "") for line in logs))
        pbx.channels = []
        await heard.until(lambda events: sum(event.get("request") == "GET /endpoints" for event in events) == 2)


async def test_a_list_that_does_not_come_is_not_waited_for_for_ever_nor_is_the_pbx_taken_for_dead_meanwhile(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ari, "LIST_SECONDS", 2.0)
    heard = Heard()
    async with stasis() as pbx:
        pbx.before_channels.clear()
        async with following(pbx, heard.take):
            await until(lambda: any("no whole reply" in line.get("why", "") for line in logs))
            assert not any("no sign of life" in line.get("why", "") for line in logs)
            pbx.before_channels.set()
            await heard.until(lambda events: any(event.get("request") == "GET /endpoints" for event in events))


async def test_a_pbx_that_is_lost_again_and_again_is_told_a_few_times_and_again_once_it_stays(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LONGEST_PAUSE", 0.05)
    heard = Heard()
    async with stasis() as pbx, following(pbx, heard.take):
        for times in range(1, 9):
            await heard.until(lambda events, times=times: events.count(CONNECTED) == times)  # type: ignore[misc]
            await until(lambda: pbx.sockets)
            for socket in [*pbx.sockets]:
                await socket.close()
        await heard.until(lambda events: sum(event.get("feed") == "lost" for event in events) == 8)
        monkeypatch.setattr(feed, "STEADY_SECONDS", 0.5)  # from the ninth connection on
        why = [line["why"] for line in logs if line["event"] == "feed_lost"]
        assert why == ["the PBX closed the connection"] * 3
        assert [line["event"] for line in logs].count("feed_connected") == 3
        await until(lambda: [line["event"] for line in logs].count("feed_connected") == 4)
