"""Serves ``/metrics``, ``/healthz`` and ``/readyz``.

The answers come from the event loop that also runs the feeds, so an answer proves that the loop is not stuck.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import NoReturn

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from bridge.config import Metrics as Where
from bridge.config import Settings
from bridge.config.sinks import sink_name
from bridge.errors import SinkError
from bridge.feeds.doorway import BACKLOG, PATIENCE, of_websockets
from bridge.feeds.feed import reason
from bridge.service.metrics import Metrics
from bridge.sinks.delivery import divide
from bridge.store.outbox import Depth, Outbox
from bridge.store.sqlite import SqliteError

logger = structlog.get_logger()

PAUSE = 30.0
"""Seconds between two tries to listen on an address that is taken."""
_SILENT = logging.getLogger("bridge.service.health.sockets")
_SILENT.disabled = True


class Health:
    """Serves the metrics of one service: these three paths only, and nothing that changes anything."""

    def __init__(self, settings: Settings, where: Where, metrics: Metrics) -> None:
        self._where = where
        self._metrics = metrics
        path, remote = divide(settings)
        self._outbox = path
        self._sinks = [sink_name(sink) for sink in remote]

    async def run(self) -> NoReturn:
        """Listen until cancelled. If the address is taken, try again later: following calls matters more."""
        told = False
        doorway = of_websockets("metrics")

        async def answer(connection: ServerConnection, request: Request) -> Response:
            doorway.passed(connection)
            return await self._answer(connection, request)

        while True:
            try:
                # Every request is answered before a websocket could be made of it: it serves plain HTTP only.
                async with serve(
                    _never,
                    self._where.host,
                    self._where.port,
                    process_request=answer,
                    create_connection=doorway,  # type: ignore[arg-type]
                    backlog=BACKLOG,
                    open_timeout=PATIENCE,
                    close_timeout=1,
                    server_header=None,
                    logger=_SILENT,
                ):
                    logger.info("metrics_listening", host=self._where.host, port=self._where.port)
                    await asyncio.get_running_loop().create_future()
            except OSError as error:
                if not told:
                    told = True
                    at = f"{self._where.host}:{self._where.port}"
                    logger.error("metrics_not_listening", why=f"{at}: {reason(error)}; see [metrics]")
                await asyncio.sleep(PAUSE)

    async def _answer(self, connection: ServerConnection, request: Request) -> Response:
        path = request.path.partition("?")[0]
        if path == "/healthz":
            return connection.respond(HTTPStatus.OK, "ok\n")
        if path == "/readyz":
            problems = self._metrics.problems()
            if problems:
                return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "\n".join(problems) + "\n")
            return connection.respond(HTTPStatus.OK, "ready\n")
        if path != "/metrics":
            return connection.respond(HTTPStatus.NOT_FOUND, "see /metrics, /healthz, /readyz\n")
        depths = await asyncio.to_thread(self._depths)
        response = connection.respond(HTTPStatus.OK, self._metrics.text(depths).decode())
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = CONTENT_TYPE_LATEST
        return response

    def _depths(self) -> Sequence[Depth]:
        """Counted in a thread: after a sink has been away for a day, there is much to count."""
        if self._outbox is None or not self._sinks:
            return ()
        with contextlib.suppress(SinkError, SqliteError), contextlib.closing(Outbox(self._outbox)) as outbox:
            return outbox.depths(self._sinks)
        return ()


async def _never(connection: ServerConnection) -> None:
    """No websocket is ever opened."""
