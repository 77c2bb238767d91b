"""The AMI feed against a manager interface that fails in ways a real PBX does not fail on demand."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bridge.config import Ami
from bridge.feeds import ami, feed, pulse
from bridge.feeds.ami import SNAPSHOT, AmiFeed
from bridge.feeds.feed import Emit
from bridge.vocabulary.message import Message
from bridge.wire.ping import clock_offset
from tests.helpers.heard import Heard, until
from tests.helpers.manager import SECRET, Manager, manager

CONNECTED = {"feed": "connected"}


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses, shorter, so that the tests wait for events and not for time."""
    monkeypatch.setattr(ami, "BOOT_SECONDS", 0.1)
    monkeypatch.setattr(pulse, "EVERY", 0.1)
    monkeypatch.setattr(feed, "FIRST_PAUSE", 0.05)


@asynccontextmanager
async def following(pbx: Manager, emit: Emit, secret: str = SECRET, **options: Any) -> AsyncIterator[None]:
    settings = Ami(host="127.0.0.1", port=pbx.port, username="bridge", secret=secret, **options)
    task = asyncio.create_task(AmiFeed("pbx1", settings, emit).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def count(word: dict[str, Any]) -> Any:
    return lambda events: [event for event in events if event == word]


async def test_a_new_connection_says_so_and_asks_for_all_that_is_going_on(logs: list[EventDict]) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: any(event.get("ActionID") == "BridgeInfo/b-1" for event in events))
        await heard.until(lambda events: any(event.get("ActionID") == "PJSIPShowContacts" for event in events))
    assert heard.events[0] == CONNECTED
    assert heard.events[1]["Message"] == "Authentication accepted"
    answered = [event["ActionID"] for event in heard.events if event.get("Response") and "Ping" not in event]
    assert answered == ["Login", *SNAPSHOT, "BridgeInfo/b-1"]
    assert {message.src for message in heard.messages} == {"ami"}
    assert [line["why"] for line in logs if line["log_level"] == "warning"] == [
        '"bridge" may not DeviceStateList; add write = reporting in manager.conf'
    ]


async def test_the_pbx_is_asked_for_its_clock() -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        pbx.clock_ahead = 7.0
        await heard.until(lambda events: any("Ping" in event for event in events))
    offset = clock_offset(next(message for message in heard.messages if "Ping" in message.event))
    assert offset is not None
    assert round(offset) == 7


async def test_the_pbx_is_asked_from_time_to_time_which_calls_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "ROLL_CALL_SECONDS", 0.05)
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await until(lambda: pbx.actions.count("RollCall") > 1)


async def test_events_that_come_during_the_snapshot_keep_their_place() -> None:
    heard = Heard()
    async with manager() as pbx:
        pbx.booted = False
        async with following(pbx, heard.take):
            await heard.until(count(CONNECTED))
            pbx.say("Event: Newchannel\nUniqueid: 1.1")
            pbx.say("Event: FullyBooted")
            await heard.until(lambda events: any(event.get("ActionID") == "CoreSettings" for event in events))
            pbx.say("Event: Hangup\nUniqueid: 1.1")
            await heard.until(lambda events: any(event.get("Event") == "Hangup" for event in events))
    names = [event.get("Event") or event.get("ActionID") for event in heard.events]
    assert (
        names.index("Newchannel") < names.index("FullyBooted") < names.index("CoreSettings") < names.index("Hangup")
    )


async def test_a_pbx_that_is_still_loading_is_asked_again_once_it_is_up() -> None:
    heard = Heard()
    async with manager() as pbx:
        pbx.booted = False
        async with following(pbx, heard.take):
            await heard.until(lambda events: any(event.get("ActionID") == "QueueStatus" for event in events))
            pbx.say("Event: FullyBooted")
            await heard.until(lambda events: sum(event.get("ActionID") == "QueueStatus" for event in events) == 2)
    assert pbx.logins == 1


async def test_a_lost_connection_is_told_and_made_again_with_a_fresh_snapshot(logs: list[EventDict]) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: any(event.get("ActionID") == "PJSIPShowContacts" for event in events))
        pbx.hang_up()
        await heard.until(lambda events: events.count(CONNECTED) == 2)
        await heard.until(lambda events: sum(event.get("ActionID") == "PJSIPShowContacts" for event in events) == 2)
    lost = [event for event in heard.events if event.get("feed") == "lost"]
    assert lost == [{"feed": "lost", "why": "the PBX closed the connection"}]
    assert heard.events.index(lost[0]) < len(heard.events) - 1 - heard.events[::-1].index(CONNECTED)
    assert [line["event"] for line in logs if line["event"] in ("feed_connected", "feed_lost")] == [
        "feed_connected",
        "feed_lost",
        "feed_connected",
    ]


async def test_an_event_cut_off_by_the_loss_of_the_connection_is_never_delivered_in_part() -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: any(event.get("ActionID") == "PJSIPShowContacts" for event in events))
        pbx.send(b"Event: Hangup\r\nUniqueid: 1.1\r\nCau")
        pbx.hang_up()
        await heard.until(lambda events: events.count(CONNECTED) == 2)
        pbx.say("Event: Newchannel\nUniqueid: 2.1")
        await heard.until(lambda events: any(event.get("Event") == "Newchannel" for event in events))
    assert not any(event.get("Event") == "Hangup" for event in heard.events)


async def test_a_link_that_went_dead_without_a_word_is_noticed_within_seconds() -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: any(event.get("ActionID") == "PJSIPShowContacts" for event in events))
        pbx.is_silent = True
        await heard.until(lambda events: any(event.get("feed") == "lost" for event in events))
    assert heard.events[-1] == {"feed": "lost", "why": "no sign of life for 0.5 s"}
    assert pbx.actions[-1] == "Ping"


async def test_what_came_while_our_own_machine_kept_us_waiting_is_a_sign_of_life() -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await heard.until(lambda events: any(event.get("ActionID") == "PJSIPShowContacts" for event in events))
        pbx.is_silent = True
        await until(lambda: pbx.actions[-1] == "Ping")
        pbx.say("Event: Hangup\nUniqueid: 1.1")
        time.sleep(2 * pulse.DEAD * pulse.EVERY)  # noqa: ASYNC251
        pbx.is_silent = False
        await heard.until(lambda events: events[-1].get("Event") == "Hangup")
    assert [event for event in heard.events if "feed" in event] == [CONNECTED]


async def test_a_pbx_that_tells_faster_than_we_take_it_is_not_kept_waiting() -> None:
    heard = Heard()

    def take_slowly(message: Message) -> None:
        heard.take(message)
        if message.event.get("Event") == "VarSet":
            time.sleep(0.002)

    async with manager() as pbx, following(pbx, take_slowly):
        await heard.until(lambda events: any(event.get("ActionID") == "PJSIPShowContacts" for event in events))
        (to_us,) = pbx.writers
        to_us.transport.set_write_buffer_limits(0)
        pbx.send(300 * (b"Event: VarSet\r\nValue: " + 80_000 * b"x" + b"\r\n\r\n"))
        await to_us.drain()
        assert sum(event.get("Event") == "VarSet" for event in heard.events) < 150
        await heard.until(lambda events: sum(event.get("Event") == "VarSet" for event in events) == 300)


async def test_a_quiet_night_is_no_lost_connection() -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await until(lambda: pbx.actions.count("Ping") >= 4)
    assert [event for event in heard.events if "feed" in event] == [CONNECTED]
    assert not any(event.get("ActionID") == "Ping" for event in heard.events)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the feed would make; it makes none."""
    noted: list[float] = []
    growing = feed._pause

    def note(failures: int, refused: bool) -> float:
        noted.append(growing(failures, refused))
        return 0.0

    monkeypatch.setattr(feed, "_pause", note)
    return noted


async def test_a_wrong_password_is_told_once_and_tried_ever_more_rarely(
    pauses: list[float], logs: list[EventDict]
) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take, secret="wrong-guess"):
        await until(lambda: len(pauses) >= 8)
    assert heard.events == []
    assert pauses[0] >= 7.5
    assert pauses[6] >= 225
    errors = [line for line in logs if line["log_level"] == "error"]
    assert [line["why"] for line in errors] == [
        'login as "bridge" refused; see username, the secret, and permit in manager.conf'
    ]
    assert "wrong-guess" not in str(logs)


async def test_a_connection_that_never_holds_is_made_ever_more_rarely(pauses: list[float]) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        for time in range(1, 7):
            await heard.until(lambda events, time=time: events.count(CONNECTED) == time)
            pbx.hang_up()
        await until(lambda: len(pauses) >= 6)
    assert pauses[5] >= 16 * pauses[0]


async def test_a_pbx_that_is_down_is_told_once_and_joined_when_it_comes_up(logs: list[EventDict]) -> None:
    async with manager() as gone:
        port = gone.port
    heard = Heard()
    async with following(gone, heard.take):
        await until(lambda: logs)
        async with manager(port):
            await heard.until(count(CONNECTED))
    assert [line["why"] for line in logs if line["event"] == "feed_lost"][:1] == [
        f"127.0.0.1:{port}: Connection refused; see host and port, and manager.conf"
    ]
    assert [line["event"] for line in logs[:2]] == ["feed_lost", "feed_connected"]


async def test_a_port_where_something_else_answers_is_told(logs: list[EventDict]) -> None:
    async def web_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(web_server, "127.0.0.1", 0)
    pbx = Manager()
    pbx.port = server.sockets[0].getsockname()[1]
    async with following(pbx, Heard().take):
        await until(lambda: logs)
    server.close()
    assert logs[0]["event"] == "feed_lost"
    assert logs[0]["why"] == f"127.0.0.1:{pbx.port} is not a manager interface; see port"


async def test_rubbish_in_the_stream_is_told_once_and_the_calls_go_on(logs: list[EventDict]) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await heard.until(count(CONNECTED))
        for _ in range(100):
            pbx.send(b"\x00\xff rubbish\r\n\r\n")
        pbx.send(b"Event: VarSet\r\nValue: " + b"x" * 1_000_000 + b"\r\n\r\n")
        pbx.say("Event: Hangup\nUniqueid: 1.1")
        await heard.until(lambda events: any(event.get("Event") == "Hangup" for event in events))
    assert [event for event in heard.events if "feed" in event] == [CONNECTED]
    assert len([line for line in logs if line["event"] == "unreadable"]) == 1


@pytest.mark.parametrize("line_break", [b"\n", b"\r"])
async def test_a_name_with_a_line_break_is_never_sent_back_as_an_action(
    line_break: bytes, logs: list[EventDict]
) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await until(lambda: "BridgeInfo/b-1" in pbx.actions)
        smuggled = line_break.join([b"b-9", b"", b"Action: Originate", b"ActionID: smuggled", b"X: "])
        pbx.send(b"Event: BridgeListItem\r\nBridgeUniqueid: " + smuggled + b"\r\n\r\n")
        pbx.send(b"Event: ChanSpyStart\r\nSpyerChannel: " + smuggled + b"\r\n\r\n")
        pbx.say("Event: BridgeListItem\nBridgeUniqueid: b-2")
        await until(lambda: "BridgeInfo/b-2" in pbx.actions)
    assert "smuggled" not in pbx.actions
    assert [action for action in pbx.actions if "b-9" in action] == []
    assert [line["event"] for line in logs if line["event"] == "unreadable"] == ["unreadable"]


@pytest.mark.parametrize(
    ("timestamp", "told"), [("", ["events_without_time"]), ("\nTimestamp: 1.0", [])], ids=["none", "an old one"]
)
async def test_events_without_a_time_are_told_once(timestamp: str, told: list[str], logs: list[EventDict]) -> None:
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        await until(lambda: "QueueStatus" in pbx.actions)
        for call in range(30):
            pbx.say(f"Event: Newchannel\nUniqueid: 1.{call}{timestamp}")
        await until(lambda: sum("Newchannel" in event.values() for event in heard.events) == 30)
    assert [line["event"] for line in logs if line["event"] in ("events_without_time", "clocks_differ")] == told


@pytest.mark.parametrize(("ahead", "told"), [(3600.0, 1), (-10.0, 1), (0.5, 0)])
async def test_a_pbx_with_another_time_is_told_once_by_its_own_answer(
    ahead: float, told: int, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ami, "WHAT_TIME_SECONDS", 0.1)
    heard = Heard()
    async with manager() as pbx, following(pbx, heard.take):
        pbx.clock_ahead = ahead
        await heard.until(lambda events: sum("Ping" in event for event in events) > 2)
    assert sum(line["event"] == "clocks_differ" for line in logs) == told


def test_an_answer_that_waited_while_the_service_stood_still_tells_no_time() -> None:
    answer = {"Response": "Success", "ActionID": "WhatTime/1000.000000", "Ping": "Pong", "Timestamp": "1000.1"}
    offsets = [clock_offset(Message(at, "pbx1", "ami", answer)) for at in (1000.2, 1020.0, 990.0)]
    assert offsets == [pytest.approx(0.0), None, None]


async def test_a_pbx_that_says_more_than_is_taken_in_waits_in_its_socket_and_is_not_taken_for_dead(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LATE", 0.0)
    heard, has_room, is_full = Heard(), asyncio.Event(), [False]
    async with manager() as pbx:
        settings = Ami(host="127.0.0.1", port=pbx.port, username="bridge", secret=SECRET)
        room = lambda name: has_room if is_full[0] else None  # noqa: E731
        task = asyncio.create_task(AmiFeed("pbx1", settings, heard.take, room=room).run())
        await heard.until(count(CONNECTED))
        await until(lambda: "QueueStatus" in pbx.actions)
        is_full[0] = True
        pbx.say("Event: Newchannel\nUniqueid: 1.1")
        await heard.until(lambda events: any(event.get("Uniqueid") == "1.1" for event in events))
        pbx.say("Event: Hangup\nUniqueid: 1.1")
        await asyncio.sleep(8 * pulse.EVERY)  # longer than a connection may be silent
        assert not any(event.get("Event") == "Hangup" for event in heard.events)
        is_full[0] = False
        has_room.set()
        await heard.until(lambda events: any(event.get("Event") == "Hangup" for event in events))
        assert any(event.get("feed") == "late" for event in heard.events)
        assert not any(line["event"] == "feed_lost" for line in logs)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
