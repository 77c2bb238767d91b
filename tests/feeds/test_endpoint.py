"""What browser phones report is heard; what lies, floods or comes from strangers is not."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bridge.config import Endpoint
from bridge.errors import SettingsError, SinkError
from bridge.feeds import endpoint
from bridge.feeds.endpoint import EndpointFeed
from bridge.feeds.endpoint_token import LONGEST_LIFE, Phone
from bridge.feeds.feed import Kept, at_once
from bridge.vocabulary.message import Message
from tests.helpers.desk import KEY, ONE, ORIGIN, Desk, say, token_for
from tests.helpers.heard import Heard, until
from tests.helpers.ports import free_port, listening

TWO = Phone("pbx1", "PJSIP/1002")
RINGING = {"n": 1, "report": "ringing", "sip_call_id": "a@b"}


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


@asynccontextmanager
async def desk(emit: Any, pbxs: tuple[str, ...] = ("pbx1",), kept: Kept = at_once) -> AsyncIterator[Desk]:
    port = free_port()
    settings = Endpoint(host="127.0.0.1", port=port, origins=[ORIGIN], secret=KEY)
    task = asyncio.create_task(EndpointFeed(settings, pbxs, emit, kept=kept).run())
    try:
        await until(lambda: listening(port))
        yield Desk(port)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def closed_with(socket: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass
    assert socket.close_code is not None
    return socket.close_code


def whys(logs: list[EventDict]) -> list[str]:
    return [line["why"] for line in logs if line["event"] == "phone_refused"]


async def test_what_a_phone_reports_is_heard_under_the_name_in_its_token_and_acknowledged() -> None:
    heard = Heard()
    async with desk(heard.take) as feed, feed.phone() as phone:
        lie = {**RINGING, "device": "PJSIP/1002", "reason": "x", "age": 2.5}
        assert await say(phone, lie) == {"ack": 1}
    message = heard.messages[0]
    assert (message.pbx, message.src) == ("pbx1", "endpoint")
    assert message.event == {
        "device": "PJSIP/1001", "report": "ringing", "sip_call_id": "a@b", "reason": "x", "age": 2.5,
    }  # fmt: skip


async def test_a_phone_is_thanked_only_for_what_can_no_longer_be_lost() -> None:
    heard, is_kept = Heard(), asyncio.Event()
    waiting: list[str] = []

    async def kept(pbx: str) -> None:
        waiting.append(pbx)
        await is_kept.wait()

    async with desk(heard.take, kept=kept) as feed, feed.phone() as phone:
        thanks = asyncio.create_task(say(phone, RINGING))
        await until(lambda: waiting == ["pbx1"])
        assert len(heard.messages) == 1
        assert not thanks.done()
        is_kept.set()
        assert await thanks == {"ack": 1}


async def test_of_two_pages_with_the_same_phone_the_newer_one_is_heard() -> None:
    heard = Heard()
    async with desk(heard.take) as feed, feed.phone() as older, feed.phone(token_for(TWO)) as other:
        async with feed.phone() as newer:
            assert await closed_with(older) == endpoint.REPLACED
            assert await say(newer, RINGING) == {"ack": 1}
        assert await say(other, RINGING) == {"ack": 1}


async def test_an_old_token_lets_nobody_in_again(logs: list[EventDict]) -> None:
    async with desk(Heard().take) as feed:
        token = token_for(ONE)
        async with feed.phone(token) as phone:
            await say(phone, RINGING)
        assert await feed.refuses(token) == 401
        assert await feed.refuses(token) == 401
    assert whys(logs) == ["its token was used before"]


def by_a_library(**claims: Any) -> str:
    """A token as a web application makes it, header and claims in an order of its own."""

    def encoded(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    given = {"iat": int(time.time()), "exp": time.time() + 60, "sub": "PJSIP/1001", "jti": "0123456789", **claims}
    header = b'{"typ": "JWT", "alg": "HS256"}'
    signed = f"{encoded(header)}.{encoded(json.dumps(given).encode())}"
    return f"{signed}.{encoded(hmac.digest(KEY.encode(), signed.encode(), 'sha256'))}"


async def test_a_token_made_by_the_web_application_lets_its_phone_in() -> None:
    heard = Heard()
    async with desk(heard.take) as feed, feed.phone(by_a_library()) as phone:
        assert await say(phone, RINGING) == {"ack": 1}
    assert (heard.messages[0].pbx, heard.events[0]["device"]) == ("pbx1", "PJSIP/1001")


def tampered() -> str:
    header, _, signature = token_for(ONE).split(".")
    claims = {"sub": "PJSIP/1002", "exp": int(time.time()) + 60, "jti": "12345678"}
    return ".".join((header, base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode(), signature))


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (lambda: token_for(ONE, lives=-1), "its token has expired"),
        (lambda: token_for(ONE, lives=LONGEST_LIFE + 60), f"its token lives longer than {LONGEST_LIFE} s"),
        (lambda: token_for(ONE, key="another secret"), "its token is not signed with the secret of [endpoint]"),
        (tampered, "its token is not signed with the secret of [endpoint]"),
        (lambda: "nonsense", "its token is not signed with the secret of [endpoint]"),
        (lambda: by_a_library(exp="soon"), "its token lacks sub, exp or jti, or holds nonsense there"),
        (lambda: by_a_library(jti="1"), "its token lacks sub, exp or jti, or holds nonsense there"),
        (lambda: token_for(Phone("pbx9", "PJSIP/1001")), "its token's pbx is no PBX of the settings"),
        (lambda: token_for(Phone("pbx1", "1001")), "its token's sub is no device such as PJSIP/1001"),
    ],
)
async def test_a_token_that_nobody_vouches_for_lets_nobody_in(token: Any, why: str, logs: list[EventDict]) -> None:
    async with desk(Heard().take) as feed:
        assert await feed.refuses(token()) == 401
    assert whys(logs) == [why]


async def test_a_page_of_another_site_is_not_let_in(logs: list[EventDict]) -> None:
    async with desk(Heard().take) as feed:
        assert await feed.refuses(origin="https://elsewhere.example.com") == 403
        assert await feed.refuses(origin="null") == 403
    assert whys(logs) == ["its page's origin is not in origins"]


async def test_a_phone_that_floods_is_cut_off_and_told_of_once(logs: list[EventDict]) -> None:
    heard = Heard()
    async with desk(heard.take) as feed:
        for _ in range(3):
            async with feed.phone() as phone:
                with suppress(ConnectionClosed):
                    for number in range(500):
                        await phone.send(json.dumps({**RINGING, "n": number}))
                assert await closed_with(phone) == endpoint.REFUSED
        async with feed.phone(token_for(TWO)) as other:
            assert await say(other, RINGING) == {"ack": 1}
    assert len(heard.messages) <= endpoint.BURST + 10
    assert whys(logs) == ["it sends too many reports"]


@pytest.mark.parametrize(
    "report",
    [
        "x" * 1_000_000,
        "no JSON",
        "[]",
        json.dumps({"n": 1, "report": "the other agent declined"}),
        json.dumps({"n": 1, "report": "ringing", "age": 1e9}),
        json.dumps({"n": 1, "report": "ringing", "age": -5}),
        json.dumps({"n": 1, "report": "ringing", "sip_call_id": "a\nb"}),
        json.dumps({"n": 1, "report": "media_failed", "reason": "x" * 81}),
        json.dumps({"n": 1, "report": ["ringing"]}),
        "[" * 4000,
    ],
)
async def test_what_is_no_report_is_not_taken(report: str, logs: list[EventDict]) -> None:
    heard = Heard()
    async with desk(heard.take) as feed:
        for _ in range(2):
            async with feed.phone() as phone:
                with suppress(ConnectionClosed):
                    await phone.send(report)
                assert await closed_with(phone) in (endpoint.REFUSED, 1009)
    assert heard.messages == []
    assert len(whys(logs)) == 1


async def test_where_there_are_two_pbxs_a_token_names_one() -> None:
    heard = Heard()
    async with desk(heard.take, ("pbx1", "pbx2")) as feed:
        async with feed.phone(token_for(Phone("pbx2", "PJSIP/1001"))) as phone:
            await say(phone, RINGING)
        assert [message.pbx for message in heard.messages] == ["pbx2"]


async def test_an_address_that_is_taken_is_told_in_one_line_and_tried_again(
    logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "PAUSE", 0.01)
    other = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    settings = Endpoint(host="127.0.0.1", port=port, origins=[ORIGIN], secret=KEY)
    task = asyncio.create_task(EndpointFeed(settings, ["pbx1"], Heard().take).run())
    await until(lambda: any(line["event"] == "feed_not_listening" for line in logs))
    other.close()
    await until(lambda: any(line["event"] == "feed_listening" for line in logs))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    told = [line["why"] for line in logs if line["event"] == "feed_not_listening"]
    assert told == [f"127.0.0.1:{port}: Address already in use; see host and port of [endpoint]"]


async def test_a_capture_that_cannot_be_written_ends_the_feed() -> None:
    def full(message: Message) -> None:
        raise SinkError("no room")

    port = free_port()
    feed = EndpointFeed(Endpoint(host="127.0.0.1", port=port, origins=[ORIGIN], secret=KEY), ["pbx1"], full)
    task = asyncio.create_task(feed.run())
    await until(lambda: listening(port))
    async with Desk(port).phone() as phone:
        await phone.send(json.dumps(RINGING))
        with pytest.raises(SinkError, match="no room"):
            await asyncio.wait_for(task, 5)


def test_a_secret_that_can_be_guessed_is_refused() -> None:
    settings = Endpoint(host="127.0.0.1", origins=[ORIGIN], secret="short")
    with pytest.raises(SettingsError, match="the secret has 5 characters; write 32 or more"):
        EndpointFeed(settings, ["pbx1"], Heard().take)
