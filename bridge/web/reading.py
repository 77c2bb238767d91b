"""The process that answers what only reads the store: ``python -m bridge.web.reading FD``, started by
``bridge.api.reading`` alone, to which the socket leads."""

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
"""By how much it gives way to the service and the PBX."""


class _Told(Seen):
    """The state of the service as it was told with the last request."""

    is_told_whole = True

    @property
    def is_whole(self) -> bool:
        return self.is_told_whole


async def serve(listening: socket.socket) -> None:
    """Until the service has gone."""
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
        os._exit(0)  # whatever a thread still reads, nobody waits for it


async def _answer(app: ASGIApp, question: Question, writer: asyncio.StreamWriter) -> None:
    said: list[MutableMapping[str, Any]] = []
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def hear() -> MutableMapping[str, Any]:
        if not asked:
            await asyncio.Event().wait()  # the service's side sees who leaves
        return asked.pop()

    async def say(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await app({**question.scope, "callbridge.who": question.who}, hear, say)
    body = b"".join(message.get("body", b"") for message in said[1:])
    send(writer, Answer(question.number, said[0]["status"], list(said[0]["headers"]), body))


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # it ends with the service, which says good-bye first
    with contextlib.suppress(OSError):  # where the service may not, the answers alone are as urgent as the calls
        os.nice(NICE)
    log.configure()
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1]))))
