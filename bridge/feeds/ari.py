"""The ARI feed: the websocket for events, and REST requests for the opening snapshot."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.protocol import State

from bridge.config import Ari, secret_of
from bridge.errors import SettingsError
from bridge.feeds import feed
from bridge.feeds.clock import CLOCK, Clock
from bridge.feeds.feed import Emit, Feed, FeedLost, Refused, Room, always, reason
from bridge.feeds.pulse import Pulse
from bridge.feeds.stream import Stream
from bridge.feeds.tls import context, why_untrusted
from bridge.wire.ari import REPLACED, ROLL_CALL, is_told_all, read_all
from bridge.wire.frames import Frames, Unreadable
from bridge.wire.json_list import in_pieces

SNAPSHOT = ("/asterisk/info", "/channels", "/bridges", "/endpoints")
CONNECT_SECONDS = 10.0
LARGEST_EVENT = 8 * 1024 * 1024
"""Bytes. An event with a channel variable of a megabyte, escaped as JSON, still fits."""
LARGEST_LIST = 64 * 1024 * 1024
"""Bytes: some 80,000 channels."""
LIST_SECONDS = 30.0
"""Seconds within which a list must be complete."""
FIRST_LOOK = 0.5
"""Seconds after which a new connection is looked at for the first time; then after twice as long, and so on."""
HEAD_END = b"\r\n\r\n"
"""The end of the answer that opens the websocket."""


class Socket(Stream, ClientConnection):
    """A websocket with a pulse. The library opens it, answers and closes; the many events do not pass through it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._last, self._is_open = b"", False
        """The last bytes of the answer that opens it, and whether it is open."""
        self._frames = Frames(LARGEST_EVENT)
        self._asking: asyncio.Task[None] | None = None
        self.pulse = Pulse(self._ask, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self.pulse.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.pulse.beat()
        if not self._is_open:
            data = self._open(data)
        if data:
            super().data_received(data)

    def _open(self, data: bytes) -> bytes:
        """Lets the library read the opening answer. Returns the bytes after it."""
        answer, end, _ = (self._last + data).partition(HEAD_END)
        rest = len(answer) + len(end) - len(self._last)
        ClientConnection.data_received(self, data[:rest])
        self._last, self._is_open = answer[1 - len(HEAD_END) :], self.protocol.state is State.OPEN
        if self._is_open or rest == len(data):
            return data[rest:]
        ClientConnection.data_received(self, data[rest:])
        return b""

    async def events(self) -> list[bytes]:
        """The events that the next bytes complete; there may be none. Raises ``FeedLost``."""
        data = await self.read()
        if not data:
            raise FeedLost(self.pulse.why)
        try:
            events, control = self._frames.feed(data)
        except Unreadable as error:
            raise FeedLost(str(error)) from None
        if control:
            with suppress(EOFError):  # the connection has ended meanwhile: the next read tells why
                ClientConnection.data_received(self, control)
        return events

    def _ask(self) -> None:
        self._asking = asyncio.create_task(self._ping())

    async def _ping(self) -> None:
        with suppress(ConnectionClosed):
            await self.ping()


class AriFeed(Feed):
    """Delivers ARI's events, and the replies to the snapshot's requests, as they arrive.

    ``read`` decodes an event, or returns None for one that is not to be delivered.
    """

    src = "ari"

    def __init__(
        self, pbx: str, settings: Ari, emit: Emit, read: Callable[[bytes], dict[str, Any] | None] = read_all,
        clock: Clock = CLOCK, room: Room = always,
    ) -> None:  # fmt: skip
        super().__init__(pbx, emit, clock, room)
        self._settings = settings
        self._read = read

    async def _session(self) -> NoReturn:
        async with _socket(self._settings) as socket:
            self._connected()
            # The websocket opens before the snapshot and is read after it, so no change in between is lost.
            with socket.pulse.held():
                async with _rest(self._settings) as rest:
                    await self._tell_lists(rest)
            aside = asyncio.create_task(self._call_roll()), asyncio.create_task(self._see_that_all_is_told(socket))
            try:
                while True:
                    events = await socket.events()
                    now = self._clock.now()
                    for raw in events:
                        self._take(raw, now)
                    if (room := self._room(self._pbx)) is not None:
                        await self._wait_for(room, socket.pulse)
            finally:
                for task in aside:
                    task.cancel()

    async def _tell_lists(self, rest: httpx.AsyncClient) -> None:
        for path in SNAPSHOT:
            self._deliver({"request": f"GET {path}", "reply": await _get(rest, path)})

    async def _call_roll(self) -> NoReturn:
        while True:
            await asyncio.sleep(feed.ROLL_CALL_SECONDS)
            with suppress(FeedLost):  # the websocket will show it; a missed list does no harm
                async with _rest(self._settings) as rest:
                    self._deliver({"request": ROLL_CALL, "reply": await _get(rest, "/channels")})

    async def _see_that_all_is_told(self, socket: Socket) -> None:
        """Ends a connection on which the PBX tells nothing.

        If the end of an earlier connection takes long, Asterisk may cancel with it what this one has asked for. It
        tells nobody, and answers each ping (``stasis_app_unregister`` in ``res/res_stasis.c``).
        """
        pause = FIRST_LOOK
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, feed.ROLL_CALL_SECONDS)
            with suppress(FeedLost):  # a missed look does no harm
                async with _rest(self._settings) as rest:
                    if not is_told_all(await _get(rest, "/applications"), self._settings.app):
                        socket.pulse.give_up(f'the PBX tells the ARI application "{self._settings.app}" nothing more')
                        return

    def _take(self, raw: bytes, t: float | None = None) -> None:
        try:
            event = self._read(raw)
        except (ValueError, RecursionError):
            self._tell_of_rubbish(f"an event of {len(raw)} bytes that is no JSON object: left out")
            return
        if event is None:
            return
        self._deliver(event, t)
        if event.get("type") == REPLACED and event.get("application") == self._settings.app:
            raise Refused(
                f'another client took over the ARI application "{self._settings.app}"; give each its own app'
            )


@asynccontextmanager
async def _socket(settings: Ari) -> AsyncIterator[Socket]:
    base = _base(settings)
    url = f"ws{base.removeprefix('http')}/ari/events?app={quote(settings.app)}&subscribeAll=true"
    try:
        socket = await connect(
            url,
            additional_headers=_authorization(settings),
            ssl=context(settings.ca_file) if url.startswith("wss") else None,
            open_timeout=CONNECT_SECONDS,
            create_connection=Socket,
            ping_interval=None,  # it would count only pongs as a sign of life
            close_timeout=1,
            max_size=LARGEST_EVENT,
            compression=None,
            proxy=None,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        if status in (401, 403):
            raise Refused(f'login as "{settings.username}" refused; see username, the secret, and ari.conf') from None
        raise FeedLost(f"{base}/ari/events answers {status}: ARI is not loaded (yet), or url is wrong") from None
    except TimeoutError:
        raise FeedLost(
            f"{base} does not answer; see that the PBX is up, no firewall stands between, and its ARI does not hang"
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise FeedLost(why_untrusted(error, base, "url")) from None
    except OSError as error:
        raise FeedLost(f"{base}: {reason(error)}; see url, and http.conf") from None
    except WebSocketException:
        raise FeedLost(f"{base} does not speak HTTP, or not Asterisk's; see url, and http.conf") from None
    assert isinstance(socket, Socket)
    socket.pulse.start()
    try:
        yield socket
    finally:
        socket.transport.abort()


@asynccontextmanager
async def _rest(settings: Ari) -> AsyncIterator[httpx.AsyncClient]:
    base = _base(settings)
    async with httpx.AsyncClient(
        base_url=f"{base}/ari",
        headers={**_authorization(settings), "Accept-Encoding": "identity"},
        verify=context(settings.ca_file) if base.startswith("https") else True,
        timeout=CONNECT_SECONDS,
        trust_env=False,
    ) as client:
        yield client


async def _get(rest: httpx.AsyncClient, path: str) -> Any:
    try:
        async with asyncio.timeout(LIST_SECONDS), rest.stream("GET", path) as reply:
            if reply.status_code != 200:
                raise FeedLost(f"GET {path} answers {reply.status_code}: ARI is not loaded (yet)")
            parts = bytearray()
            async for part in reply.aiter_raw():  # never decompressed: compression was not asked for
                parts += part
                if len(parts) > LARGEST_LIST:
                    raise FeedLost(f"GET {path}: the reply is larger than {LARGEST_LIST >> 20} MB; see url")
            return await _decoded(bytes(parts))
    except TimeoutError:
        raise FeedLost(f"GET {path}: no whole reply within {LIST_SECONDS:g} s") from None
    except httpx.HTTPError as error:
        raise FeedLost(f"GET {path}: {type(error).__name__}") from None
    except (ValueError, RecursionError):
        raise FeedLost(f"GET {path}: the reply is no JSON") from None


async def _decoded(reply: bytes) -> Any:
    """Gives everything else a turn after each piece of a list."""
    items: list[Any] = []
    for piece in in_pieces(reply):
        if not isinstance(piece, list):
            return piece
        items += piece
        await asyncio.sleep(0)
    return items


def _base(settings: Ari) -> str:
    return urlsplit(settings.url).geturl().rstrip("/")


def _authorization(settings: Ari) -> dict[str, str]:
    """The login as a header. In the URL it would end up in the logs of both sides."""
    try:
        login = f"{settings.username}:{secret_of(settings)}"
    except SettingsError as error:
        raise Refused(str(error)) from None
    return {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
