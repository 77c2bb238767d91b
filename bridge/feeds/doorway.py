"""Limits the connections to a listening server that have not authenticated yet: each costs a file descriptor, which
the feeds and the store need."""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

log = structlog.get_logger()

Connection = TypeVar("Connection")

MOST = 64
"""Connections that wait for their handshake at the same time."""
BACKLOG = 32
"""Connections that are accepted from the kernel's queue at a time, before they can be counted."""
PATIENCE = 3.0
"""Seconds for each handshake: first TLS, then HTTP."""
QUIET = 60.0
"""Seconds without a refusal after which the next one is logged again."""


class TooMany(Exception):
    """Raised into asyncio, which then drops the connection."""


def is_closed(connection: ServerConnection) -> bool:
    return connection.state is State.CLOSED


class Doorway(Generic[Connection]):
    """Makes the connections of one server, as ``create_connection`` of websockets."""

    def __init__(self, name: str, make: Callable[..., Connection], is_gone: Callable[[Connection], bool]) -> None:
        """``name``: the server's name in the log. ``is_gone``: whether a connection is over."""
        self._name = name
        self._make, self._is_gone = make, is_gone
        self._waiting: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._refused_at: float | None = None

    def __call__(self, *arguments: Any, **options: Any) -> Connection:
        """Called for each connection that is accepted. Raises ``TooMany``."""
        now = time.monotonic()
        if len(self._waiting) >= MOST:
            # After the time for both handshakes a connection is through or gone; one that is gone may still be
            # listed.
            for connection, since in list(self._waiting.items()):
                if now - since > 2 * PATIENCE or self._is_gone(connection):
                    del self._waiting[connection]
        if len(self._waiting) >= MOST:
            if self._refused_at is None or now - self._refused_at > QUIET:
                why = f"{MOST} wait for their handshake already; further ones are dropped, see who connects"
                log.warning("too_many_connections", server=self._name, why=why)
            self._refused_at = now
            raise TooMany
        connection = self._make(*arguments, **options)
        self._waiting[connection] = now
        return connection

    def passed(self, connection: Connection) -> None:
        """The connection has been answered, or let in."""
        self._waiting.pop(connection, None)


def of_websockets(name: str) -> Doorway[ServerConnection]:
    return Doorway(name, ServerConnection, is_closed)
