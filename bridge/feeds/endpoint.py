"""The endpoint feed: a WebSocket server to which browser phones report what the PBX cannot see.

A phone's token says which device it is. The phone is believed about that device's own channels only: the device of a
report is the token's. The first subprotocol that a phone offers is `PROTOCOL`, the second is its token, because a
browser cannot send a header of its own and a token in the URL would end up in logs.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, NoReturn
from weakref import WeakKeyDictionary

import msgspec
import structlog
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from bridge.config import Endpoint, secret_of
from bridge.errors import BridgeError, SettingsError
from bridge.feeds import tls
from bridge.feeds.clock import CLOCK, Clock
from bridge.feeds.doorway import BACKLOG, PATIENCE, of_websockets
from bridge.feeds.endpoint_token import SHORTEST_KEY, BadToken, Phone, Tokens
from bridge.feeds.feed import Emit, Kept, at_once, reason
from bridge.vocabulary.message import Message
from bridge.vocabulary.terms import PhoneReport
from bridge.wire.endpoint import OLDEST

log = structlog.get_logger()

PROTOCOL = Subprotocol("callbridge.v1")
LARGEST_REPORT = 4096
"""Bytes."""
BURST, PER_SECOND = 60.0, 1.0
"""Reports that a phone may send at once, and per second in the long run. One call makes about ten."""
REPLACED, REFUSED = 4000, 4008
"""Close codes: the same device has connected again; the phone sent too much, or something that is not a report."""
QUIET_SECONDS = 15.0
PAUSE = 30.0
"""Seconds between two tries to listen on an address that is taken."""
MOST_TOLD = 1000

Printable = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[ -~]+\Z")]


class Report(msgspec.Struct, frozen=True):
    """What a phone sends, as JSON."""

    n: Annotated[int, msgspec.Meta(ge=0)]
    """The phone's number for this report. callbridge sends it back as an acknowledgement."""
    report: PhoneReport
    sip_call_id: Printable | None = None
    reason: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[ -~]*\Z")] | None = None
    age: Annotated[float, msgspec.Meta(ge=0, le=OLDEST)] = 0.0
    """Seconds since the reported thing happened."""


class EndpointFeed:
    """Delivers the reports of all PBXs' phones. Raises ``SettingsError`` for a bad secret or certificate."""

    def __init__(
        self, settings: Endpoint, pbxs: Sequence[str], emit: Emit, clock: Clock = CLOCK, kept: Kept = at_once
    ) -> None:
        self._settings = settings
        self._kept = kept
        self._tls = tls.serving(settings)
        self._tokens = Tokens(key_of(settings), list(pbxs))
        self._emit = emit
        self._clock = clock
        self._admitted: WeakKeyDictionary[ServerConnection, Phone] = WeakKeyDictionary()
        self._newest: dict[Phone, ServerConnection] = {}
        self._allowance: dict[Phone, tuple[float, float]] = {}
        """How many reports each phone may still send at once, and when that was counted (monotonic seconds)."""
        self._decoder = msgspec.json.Decoder(Report)
        self._told: set[tuple[str, str]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._log = log.bind(feed="endpoint")

    async def run(self) -> NoReturn:
        """Listens until cancelled. If the address is taken, tries again. Raises what ``emit`` raised."""
        failed: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()

        async def handle(connection: ServerConnection) -> None:
            try:
                await self._hear(connection, self._admitted[connection])
            except BridgeError as error:
                if not failed.done():
                    failed.set_exception(error)

        told = False
        doorway = of_websockets("endpoint")

        async def admit(connection: ServerConnection, request: Request) -> Response | None:
            doorway.passed(connection)
            return self._admit(connection, request)

        while True:
            try:
                async with serve(
                    handle,
                    self._settings.host,
                    self._settings.port,
                    ssl=self._tls,
                    process_request=admit,
                    create_connection=doorway,  # type: ignore[arg-type]
                    backlog=BACKLOG,
                    subprotocols=[PROTOCOL],
                    max_size=LARGEST_REPORT,
                    ping_interval=QUIET_SECONDS,
                    ping_timeout=QUIET_SECONDS,
                    open_timeout=PATIENCE,
                    close_timeout=1,
                    compression=None,
                    server_header=None,
                    logger=_SILENT,
                ):
                    self._log.info("feed_listening", host=self._settings.host, port=self._settings.port)
                    await failed
            except OSError as error:
                if not told:
                    told = True
                    self._log.error("feed_not_listening", why=cannot_listen(self._settings, error))
                await asyncio.sleep(PAUSE)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """None to let the phone in, or the HTTP error that refuses it."""
        who = str(connection.remote_address[0]) if connection.remote_address else "?"
        origins = request.headers.get_all("Origin")
        if len(origins) != 1 or origins[0] not in self._settings.origins:
            self._tell(who, "its page's origin is not in origins")
            return connection.respond(HTTPStatus.FORBIDDEN, "origin not allowed\n")
        lines = request.headers.get_all("Sec-WebSocket-Protocol")
        offered = [word.strip() for line in lines for word in line.split(",")]
        if len(offered) != 2 or offered[0] != PROTOCOL:
            self._tell(who, f"it does not offer {PROTOCOL} and a token")
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no token\n")
        try:
            self._admitted[connection] = self._tokens.admit(offered[1], time.time())
        except BadToken as bad:
            self._tell(who, str(bad))
            return connection.respond(HTTPStatus.UNAUTHORIZED, "bad token\n")
        return None

    async def _hear(self, connection: ServerConnection, phone: Phone) -> None:
        self._replace(self._newest.get(phone))
        self._newest[phone] = connection
        try:
            async for raw in connection:
                if not self._may_speak(phone):
                    self._tell(phone.device, "it sends too many reports")
                    await connection.close(REFUSED, "too many reports")
                elif (report := self._read(raw)) is None:
                    self._tell(phone.device, "it sends what is no report")
                    await connection.close(REFUSED, "no report")
                else:
                    self._deliver(phone, report)
                    await self._kept(phone.pbx)
                    await connection.send(f'{{"ack":{report.n}}}')
        except ConnectionClosed as closed:
            if closed.sent is not None and closed.sent.code == 1009:
                self._tell(phone.device, f"it sends a report larger than {LARGEST_REPORT} bytes")
        finally:
            if self._newest.get(phone) is connection:
                del self._newest[phone]

    def _replace(self, older: ServerConnection | None) -> None:
        if older is not None:
            task = asyncio.create_task(older.close(REPLACED, "a newer connection of this device"))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _may_speak(self, phone: Phone) -> bool:
        now = time.monotonic()
        left, counted = self._allowance.get(phone, (BURST, now))
        left = min(BURST, left + (now - counted) * PER_SECOND)
        self._allowance[phone] = (max(0.0, left - 1), now)
        return left >= 1

    def _read(self, raw: str | bytes) -> Report | None:
        try:
            return self._decoder.decode(raw)
        except (ValueError, RecursionError):
            return None

    def _deliver(self, phone: Phone, report: Report) -> None:
        event: dict[str, Any] = {"device": phone.device, "report": report.report}
        for name in ("sip_call_id", "reason", "age"):
            if value := getattr(report, name):
                event[name] = value
        self._emit(Message(self._clock.now(), phone.pbx, "endpoint", event))

    def _tell(self, who: str, why: str) -> None:
        """Logs a refusal, once for each phone and reason, so that a flood does not fill the log."""
        if (who, why) not in self._told and len(self._told) < MOST_TOLD:
            self._told.add((who, why))
            self._log.warning("phone_refused", phone=who, why=why)


def key_of(settings: Endpoint) -> str:
    """The secret that signs tokens. Raises ``SettingsError`` if it is too short to be safe."""
    key = secret_of(settings)
    if len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"[endpoint]: the secret has {len(key)} characters; write {SHORTEST_KEY} or more: openssl rand -hex 32"
        )
    return key


def cannot_listen(settings: Endpoint, error: OSError) -> str:
    return f"{settings.host}:{settings.port}: {reason(error)}; see host and port of [endpoint]"


_SILENT = logging.getLogger("bridge.feeds.endpoint.sockets")
_SILENT.disabled = True
