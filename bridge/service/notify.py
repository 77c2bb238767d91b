"""Tells systemd (sd_notify) that the service is ready, alive or stopping. Without systemd, nothing is sent."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import NoReturn

EXTENDED = 30.0
"""Seconds by which a start that takes long is extended each time."""


def tell(state: str) -> None:
    """Send one state, such as ``READY=1``, to whoever started the service. If nobody listens, nothing happens."""
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
    """Keep systemd from ending a start that takes long: the journal may hold hours of calls. A thread tells systemd,
    because the event loop is busy reading."""
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
    """Feed systemd's watchdog from the event loop: if the loop is stuck, systemd restarts the service."""
    period = _watchdog_seconds()
    while True:
        tell("WATCHDOG=1")
        await asyncio.sleep(period / 2)


def is_watched() -> bool:
    """Whether systemd's watchdog watches this process (``WatchdogSec=``)."""
    return _watchdog_seconds() > 0 and os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())


def _watchdog_seconds() -> float:
    value = os.environ.get("WATCHDOG_USEC", "")
    return int(value) / 1e6 if value.isdecimal() else 0.0
