"""An ARI that can be made to fail, which a real PBX does not do on demand."""

import asyncio
import base64
import http
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

SECRET = "lab-secret"


class Stasis:
    """Answers as Asterisk does, as long as its switches say so."""

    def __init__(self) -> None:
        self.port = 0
        self.channels: list[dict[str, Any]] = []
        self.is_loaded = True
        self.topics = ["all"]
        """What an application gets of each kind of thing."""
        self.requests: list[str] = []
        self.sockets: list[ServerConnection] = []
        self.before_channels = asyncio.Event()
        self.before_channels.set()

    async def say(self, event: dict[str, Any] | str) -> None:
        for socket in self.sockets:
            await socket.send(event if isinstance(event, str) else json.dumps(event))

    async def serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        await socket.wait_closed()
        self.sockets.remove(socket)

    async def process_request(self, socket: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request.path)
        if request.headers.get("Authorization") != "Basic " + base64.b64encode(f"bridge:{SECRET}".encode()).decode():
            return socket.respond(http.HTTPStatus.UNAUTHORIZED, "")
        if not self.is_loaded:
            return socket.respond(http.HTTPStatus.SERVICE_UNAVAILABLE, "")
        path = urlsplit(request.path).path
        if path == "/ari/events":
            return None
        if path == "/ari/channels":
            await self.before_channels.wait()
            return socket.respond(http.HTTPStatus.OK, json.dumps(self.channels))
        if path == "/ari/applications":
            kinds = dict.fromkeys(("channel_ids", "bridge_ids", "endpoint_ids"), self.topics)
            return socket.respond(http.HTTPStatus.OK, json.dumps([{"name": "callbridge", **kinds}]))
        return socket.respond(http.HTTPStatus.OK, "[]")


@asynccontextmanager
async def stasis(tls: ssl.SSLContext | None = None) -> AsyncIterator[Stasis]:
    served = Stasis()
    server: Server = await serve(
        served.serve,
        "127.0.0.1",
        0,
        ssl=tls,
        process_request=served.process_request,
        compression=None,
        close_timeout=0.1,
    )
    served.port = next(iter(server.sockets)).getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        await server.wait_closed()
