"""Others who read the same bytes, each in its own way. All are fed reads as a socket would give them."""

import asyncio
import logging
from typing import Any, Protocol

from cacofonisk import BaseReporter
from cacofonisk.handlers import EventHandler
from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from tests.bench.stream import Reads


class Contestant(Protocol):
    name: str

    def feed(self, reads: Reads) -> None: ...
    @property
    def result(self) -> str: ...


class Plain:
    """The plainest parser that is fair: bytes to a dict of strings, nothing else."""

    name = "plain parser, bytes to dicts"

    def __init__(self) -> None:
        self._rest = b""
        self._count = 0

    def feed(self, reads: Reads) -> None:
        for _, data in reads:
            *pieces, self._rest = (self._rest + data).split(b"\r\n\r\n")
            for piece in pieces:
                dict([line.split(": ", 1) for line in piece.decode().split("\r\n") if ": " in line])
                self._count += 1

    @property
    def result(self) -> str:
        return f"{self._count} dicts"


class Panoramisk:
    """A callback that does nothing for every event."""

    name = "panoramisk, empty callback"

    def __init__(self) -> None:
        self._count = 0
        self._protocol = _protocol(manager := _manager())
        manager.register_event("*", self._seen)

    def _seen(self, manager: Manager, event: Any) -> None:
        self._count += 1

    def feed(self, reads: Reads) -> None:
        for _, data in reads:
            self._protocol.data_received(data)

    @property
    def result(self) -> str:
        return f"{self._count} callbacks"


class Cacofonisk:
    """Wired to panoramisk as its own runner does it, with a reporter that does nothing."""

    name = "panoramisk and cacofonisk"

    def __init__(self) -> None:
        silent = logging.getLogger("silent")
        silent.disabled = True
        self._handler = EventHandler(reporter=BaseReporter(), logger=silent)
        self._failed = 0
        self._protocol = _protocol(manager := _manager())
        for name in self._handler.event_handlers():
            manager.register_event(name, self._on_event)

    def _on_event(self, manager: Manager, event: Any) -> None:
        try:
            self._handler.on_event(event)
        except Exception:  # in its own runner this would close the connection
            self._failed += 1

    def feed(self, reads: Reads) -> None:
        for _, data in reads:
            self._protocol.data_received(data)

    @property
    def result(self) -> str:
        return f"{self._failed} events raised an error"


def _manager() -> Manager:
    asyncio.set_event_loop(asyncio.new_event_loop())  # panoramisk's objects want one to exist
    return Manager()


def _protocol(manager: Manager) -> AMIProtocol:
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.encoding = "utf8"
    protocol.factory = manager
    protocol.log.setLevel(logging.ERROR)
    return protocol
