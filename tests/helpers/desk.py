"""The desk of an agent whose browser phone reports to an endpoint feed: what reports is a plain WebSocket here."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ssl import SSLContext
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from bridge.feeds.endpoint import PROTOCOL
from bridge.feeds.endpoint_token import Phone, sign

KEY = "of all secrets the one for this test"
ORIGIN = "https://agents.example.com"
ONE = Phone("pbx1", "PJSIP/1001")


class Desk:
    """Where phones find the feed."""

    def __init__(self, port: int, phone: Phone = ONE, tls: SSLContext | None = None) -> None:
        self.port = port
        self._phone = phone
        self._tls = tls

    @asynccontextmanager
    async def phone(self, token: str | None = None, origin: str = ORIGIN) -> AsyncIterator[ClientConnection]:
        word = token_for(self._phone) if token is None else token
        async with connect(
            f"{'wss' if self._tls else 'ws'}://127.0.0.1:{self.port}/",
            origin=Origin(origin),
            subprotocols=[PROTOCOL, Subprotocol(word)],
            max_size=None,
            compression=None,
            ssl=self._tls,
        ) as socket:
            yield socket

    async def refuses(self, token: str | None = None, origin: str = ORIGIN) -> int:
        """The HTTP status."""
        with pytest.raises(InvalidStatus) as refused:
            async with self.phone(token, origin):
                pass
        return refused.value.response.status_code


def token_for(phone: Phone, lives: float = 60, key: str = KEY) -> str:
    return sign(key, phone, time.time() + lives)


async def say(socket: ClientConnection, report: dict[str, Any]) -> Any:
    """What the feed answers."""
    await socket.send(json.dumps(report))
    return json.loads(await socket.recv())


def settings(port: int) -> str:
    """The table of a callbridge.toml."""
    return f'[endpoint]\nhost = "127.0.0.1"\nport = {port}\norigins = ["{ORIGIN}"]\nsecret = "{KEY}"\n'
