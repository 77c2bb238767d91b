"""Serves the pages and the API inside the service's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn

from bridge.api.desk import Desk
from bridge.api.reading import Reading
from bridge.api.streams import Streams
from bridge.config import Settings, Web
from bridge.errors import SinkError
from bridge.feeds.doorway import BACKLOG
from bridge.service.beside import Show
from bridge.service.seen import Seen
from bridge.web.app import application
from bridge.web.strangers import visitors

logger = structlog.get_logger()

PAUSE = 30.0
"""Seconds between two tries to listen on an address that is taken."""
GOODBYE = 3.0
"""Seconds that answers in progress get when the service stops."""
MOST_CONNECTIONS = 1000


class _Server(uvicorn.Server):
    """Signals are for the service, which ends this server by ``should_exit``."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def shown(settings: Settings) -> Show:
    """What the service runs beside the feeds."""

    async def show(seen: Seen) -> None:
        web = settings.web
        if web is None:
            return
        told = False
        while True:
            try:
                await _listen(settings, web, seen)
            except (OSError, SinkError) as error:
                if not told:
                    why = error.strerror if isinstance(error, OSError) else str(error)
                    logger.error("web_not_served", host=web.host, port=web.port, why=why)
                told = True
            await asyncio.sleep(PAUSE)

    return show


async def _listen(settings: Settings, web: Web, seen: Seen) -> None:
    """Serve until cancelled. Raises ``OSError`` if the address is taken or the certificate cannot be used."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    listening = socket.create_server((web.host, web.port), family=family, backlog=BACKLOG)
    try:
        reading = Reading()
        desk = Desk(settings, seen, reading)
        try:
            await serve(desk, web, listening)
        finally:
            desk.close()
            await reading.close()
    finally:
        listening.close()


async def serve(desk: Desk, web: Web, listening: socket.socket) -> None:
    """Answer on a socket until cancelled; streams then say good-bye. Nothing reads the desk any more after it."""
    streams = Streams(desk)
    config = uvicorn.Config(
        application(desk, streams),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=web.proxy is not None,
        forwarded_allow_ips=web.proxy,
        ssl_certfile=web.certificate_file,
        ssl_keyfile=web.key_file,
        timeout_graceful_shutdown=int(GOODBYE),
        limit_concurrency=MOST_CONNECTIONS,
        backlog=BACKLOG,
    )
    config.load()  # a bad certificate raises here, and not later in the server's own way
    config.http_protocol_class = visitors()  # type: ignore[assignment]
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    looking = asyncio.create_task(streams.run())
    scheme = "https" if web.certificate_file else "http"
    logger.info("web_served", address=f"{scheme}://{web.host}:{web.port}/")
    try:
        await asyncio.shield(serving)
    finally:
        desk.stopping.set()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(serving, GOODBYE + 2)
        looking.cancel()
        await asyncio.wait({looking})
