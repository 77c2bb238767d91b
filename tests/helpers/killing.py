"""A process that is killed at a given step of its work: kill -9, without a word; and what it had written by then."""

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bridge.store.outbox import Outbox
from bridge.vocabulary.record import Record


def lines(path: Path) -> list[Record]:
    """The records in a file of JSON Lines."""
    written = path.read_bytes().splitlines() if path.exists() else []
    return [msgspec.json.decode(line, type=Record) for line in written]


def depth(path: str) -> int:
    """How many records an outbox still has for the sink ``lines.jsonl``."""
    box = Outbox(path)
    (depth,) = box.depths(["jsonl lines.jsonl"])
    box.close()
    return depth.waiting + depth.dead


class Steps:
    """Counts the steps of the work, in whatever thread, and kills the process at one of them."""

    def __init__(self, last: int) -> None:
        self._lock, self._count, self._last = threading.Lock(), 0, last

    def step(self, *_: object) -> None:
        with self._lock:
            self._count += 1
            if self._count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)

    def before_every_sql_statement(self) -> None:
        """Of connections that are opened from now on: a statement that is done is a step before the next one."""
        connect = sqlite3.connect

        def connected(*args: Any, **options: Any) -> sqlite3.Connection:
            db = connect(*args, **options)
            db.set_trace_callback(self.step)
            return db

        sqlite3.connect = connected  # type: ignore[assignment]

    def around(self, owner: type, name: str) -> None:
        """Before and after every call of a method."""
        method = getattr(owner, name)

        def stepping(*args: Any, **options: Any) -> Any:
            self.step()
            result = method(*args, **options)
            self.step()
            return result

        setattr(owner, name, stepping)


def killed(work: Callable[[], None]) -> bool:
    """Do the work in a process of its own; whether it was killed. Raises where it failed otherwise."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code != 0
