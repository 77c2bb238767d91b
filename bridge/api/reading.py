"""Hands requests that only read the store to a process of its own, so that neither their work nor Python's lock
keeps the event loop, which reads the feeds, waiting. That process lets everything else on the machine go first
(``nice``).

The service checks who asks and says so; the other process (``bridge.web.reading``) has the same routes. They talk
over a pair of sockets, so the other process ends when the service ends, however the service ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import socket
import struct
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bridge.api.problem import Problem, busy
from bridge.config import Settings
from bridge.store.access import Who

logger = structlog.get_logger()

MODULE = "bridge.web.reading"
MOST_ASKED = 200
"""Requests that the process works on at the same time; further ones are told to come later."""
PAUSE = 1.0
"""Seconds between two starts of the process."""
PATIENCE = 60.0
"""Seconds until an answer, and the process with it, is given up: twice as long as a report may read."""
TOLD = (
    "type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "headers",
    "client", "server",
)  # fmt: skip
"""The parts of a request's scope that the other process is told."""
_LENGTH = struct.Struct("!Q")


class Question(NamedTuple):
    """A request, as it is sent to the other process."""

    number: int
    """Links the answer to the question."""
    scope: Mapping[str, Any]
    """The parts of the ASGI scope that are named in `TOLD`."""
    who: Who | None
    is_whole: bool
    """Whether everything works, which every page shows."""


class Answer(NamedTuple):
    """What the other process answers."""

    number: int
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


async def receive(reader: asyncio.StreamReader) -> Any:
    """Receive a message of the other process. Raises ``IncompleteReadError`` and ``OSError`` when that process is
    gone."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return pickle.loads(await reader.readexactly(length))


def send(writer: asyncio.StreamWriter, said: object) -> None:
    """Send a message to the other process."""
    packed = pickle.dumps(said)
    writer.write(_LENGTH.pack(len(packed)) + packed)


class Reading:
    """The other process of one service: started for the first question, and again after it has ended."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        """The settings of the process."""
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._started = 0.0
        self._count = 0
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._is_closing = False

    @property
    def pid(self) -> int | None:
        """The id of the process; None while none runs."""
        return self._process.pid if self._process is not None and self._writer is not None else None

    async def answer(self, request: Request, who: Who | None, settings: Settings, *, is_whole: bool) -> Response:
        """The answer of a process with these settings. Raises ``Problem`` if there is none."""
        if len(self._asked) >= MOST_ASKED:
            raise busy("too many requests wait for the store", 2)
        writer = await self._running()
        self._count += 1
        number, scope = self._count, {key: request.scope[key] for key in TOLD if key in request.scope}
        found = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            if self._settings is not settings:
                send(writer, settings)
                self._settings = settings
            send(writer, Question(number, scope, who, is_whole))
            answer = await asyncio.wait_for(found, PATIENCE)
        except TimeoutError:
            self._kill()
            raise _gone() from None
        finally:
            del self._asked[number]
        response = Response(answer.body, answer.status)
        response.raw_headers = answer.headers
        return response

    async def close(self) -> None:
        """End the process; it has nothing to lose."""
        self._is_closing = True
        self._kill()
        if self._listening is not None:
            await self._listening

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _running(self) -> asyncio.StreamWriter:
        async with self._starting:
            if self._writer is None:
                if time.monotonic() - self._started < PAUSE:
                    raise _gone()
                self._started = time.monotonic()
                try:
                    self._writer = await self._start()
                except OSError as error:
                    logger.error("reading_process_not_started", why=error.strerror)
                    raise _gone() from None
            return self._writer

    async def _start(self) -> asyncio.StreamWriter:
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as unless:
            unless.callback(ours.close)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", MODULE, str(theirs.fileno()), pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            unless.pop_all()
        reader, writer = await asyncio.open_connection(sock=ours)
        self._settings = None
        self._listening = asyncio.create_task(self._listen(self._process, reader, writer))
        return writer

    async def _listen(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Read answers until the process has ended."""
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                answer: Answer = await receive(reader)
                found = self._asked.get(answer.number)
                if found is not None and not found.done():
                    found.set_result(answer)
        self._writer = None
        writer.close()
        for found in self._asked.values():
            if not found.done():
                found.set_exception(_gone())
        code = await process.wait()
        if not self._is_closing:
            logger.warning("reading_process_ended", code=code, why="it is started again with the next request")


def _gone() -> Problem:
    return busy("the process that reads the store is not there", 2)
