"""Pages and API over a store of the recorded calls, with a token for each role."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import msgspec

from bridge.api.desk import Desk
from bridge.api.reading import Reading
from bridge.api.streams import Streams
from bridge.config import Settings, Web
from bridge.config.sinks import SqliteSink
from bridge.service.seen import Seen
from bridge.store.access import ROLES, Role
from bridge.store.records import SqliteStore
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.web.app import application
from bridge.web.serving import serve
from tests.helpers.recorded import NAMES, messages, replayed, settings

NOW = 1795355355.0


@cache
def recorded() -> tuple[Record, ...]:
    """Every record of every capture."""
    return tuple(record for name in NAMES for record in replayed(messages(name)))


@dataclass
class Site:
    """A store, and who may read it."""

    desk: Desk
    store: SqliteStore
    tokens: dict[Role, str]
    base: str = "http://127.0.0.1"

    def header(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"}


def site(folder: Path, records: Sequence[Record], web: Web | None = None, *, apart: bool = False) -> Site:
    """Not served yet. Close it. ``apart``: what only reads the store is answered by another process."""
    store = SqliteStore(str(folder / "calls.db"), state_days=36_500)
    store.write(records)
    given = site_settings(folder, web)
    desk = Desk(given, Seen(given, {}, []), Reading() if apart else None)
    desk.seen.heard(Message(NOW, "pbx1", "ami", {"feed": "connected"}))
    return Site(desk, store, {role: desk.access.add(f"the {role}", role) or "" for role in ROLES})


def site_settings(folder: Path, web: Web | None = None) -> Settings:
    sink = SqliteSink(str(folder / "calls.db"))
    return msgspec.structs.replace(settings(), sink=[sink], web=web or Web())


@asynccontextmanager
async def asked(
    folder: Path, records: Sequence[Record] | None = None, web: Web | None = None
) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """The application without a socket: fast, but answers come whole."""
    made = site(folder, recorded() if records is None else records, web)
    transport = httpx.ASGITransport(application(made.desk, Streams(made.desk)), raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield made, client
    finally:
        made.desk.close()
        made.store.close()


@asynccontextmanager
async def served(
    folder: Path, records: Sequence[Record] | None = None, *, apart: bool = False
) -> AsyncIterator[Site]:
    """On a port of the loopback address, as the service serves it."""
    made = site(folder, recorded() if records is None else records, apart=apart)
    listening = socket.create_server(("127.0.0.1", 0))
    made.base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    task = asyncio.create_task(serve(made.desk, made.desk.web, listening))
    try:
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        listening.close()
        if made.desk.elsewhere is not None:
            await made.desk.elsewhere.close()
        made.desk.close()
        made.store.close()
