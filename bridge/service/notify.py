"""Telling systemd how the service is (sd_notify): ready, alive, stopping. Without systemd nothing is told."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import NoReturn

EXTENDED = 30.0
"""Seconds by which a start that goes on is extended each time."""


def tell(state: str) -> None:
    """Send one state, such as ``READY=1``, to whoever started us. Nobody there to hear it is no error."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    if address[0] == "@":  # an abstract socket
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.setblocking(False)  # a full socket must not hold up the feeds
        link.sendto(state.encode(), address)


@contextlib.contextmanager
def taking_long() -> Iterator[None]:
    """While the journal is read: it may hold hours of calls, and systemd would end a start that takes its time.

    A thread tells, because the event loop has no turn meanwhile.
    """
    over = threading.Event()

    def tell_again() -> None:
        while not over.wait(EXTENDED / 3):
            tell(f"EXTEND_TIMEOUT_USEC={EXTENDED * 1e6:.0f}\nWATCHDOG=1\nSTATUS=reading the journal")

    thread = threading.Thread(target=tell_again, name="start", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def keep_alive() -> NoReturn:
    """Tell the watchdog from the event loop, so that a loop that is stuck gets the service restarted."""
    period = _watchdog_seconds()
    while True:
        tell("WATCHDOG=1")
        await asyncio.sleep(period / 2)


def is_watched() -> bool:
    """Whether systemd watches this very process (``WatchdogSec=``)."""
    return _watchdog_seconds() > 0 and os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())


def _watchdog_seconds() -> float:
    value = os.environ.get("WATCHDOG_USEC", "")
    return int(value) / 1e6 if value.isdecimal() else 0.0
