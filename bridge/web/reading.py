"""The process that answers requests which only read the store.

``bridge.api.reading`` starts it as ``python -m bridge.web.reading FD``; ``FD`` is the socket that leads back.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp

from bridge.api.desk import Desk
from bridge.api.reading import Answer, Question, receive, send
from bridge.api.streams import Streams
from bridge.config import Settings
from bridge.service import log
from bridge.service.seen import Seen
from bridge.web.app import application

NICE = 10
"""Niceness, by which it lets the service and the PBX go first."""


class _Told(Seen):
    """The state of the service, as the last request told it."""

    is_told_whole = True

    @property
    def is_whole(self) -> bool:
        return self.is_told_whole


async def serve(listening: socket.socket) -> None:
    """Answer until the service is gone."""
    reader, writer = await asyncio.open_connection(sock=listening)
    try:
        settings: Settings = await receive(reader)
        seen = _Told(settings, {}, [])
        desk = Desk(settings, seen, is_apart=True)
        app = application(desk, Streams(desk))
        tasks: set[asyncio.Task[None]] = set()
        while True:
            told: Question | Settings = await receive(reader)
            if isinstance(told, Settings):
                seen.hub.reload(told)
                continue
            seen.is_told_whole = told.is_whole
            task = asyncio.create_task(_answer(app, told, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    except (asyncio.IncompleteReadError, OSError):
        os._exit(0)  # nobody waits for what a thread still reads


async def _answer(app: ASGIApp, question: Question, writer: asyncio.StreamWriter) -> None:
    said: list[MutableMapping[str, Any]] = []
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def hear() -> MutableMapping[str, Any]:
        if not asked:
            await asyncio.Event().wait()  # the service's side notices clients that leave
        return asked.pop()

    async def say(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await app({**question.scope, "callbridge.who": question.who}, hear, say)
    body = b"".join(message.get("body", b"") for message in said[1:])
    send(writer, Answer(question.number, said[0]["status"], list(said[0]["headers"]), body))


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # SIGINT and SIGTERM are for the service, which says good-bye first
    with contextlib.suppress(OSError):  # where the service may not, the answers alone are as urgent as the calls
        os.nice(NICE)
    log.configure()
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1]))))
