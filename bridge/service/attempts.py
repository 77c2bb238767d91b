"""Which call was being analysed when the service died: one that kills it twice is not tried a third time."""

import contextlib
from collections.abc import Collection
from pathlib import Path

import msgspec

from bridge.files import private

MOST = 2
"""Starts that try one call: the first may have been killed by chance."""


class Attempt(msgspec.Struct, frozen=True):
    tries: int
    channels: list[str]


class Attempts:
    """The file that names the call, by the ids of its channels. Where it cannot be written, nothing is noted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = self._read()

    @property
    def doomed(self) -> frozenset[str]:
        """The channels of the call that is not to be tried again."""
        return frozenset(self._last.channels if self._last.tries >= MOST else ())

    def begin(self, channels: Collection[str]) -> None:
        """A call is tried."""
        again = self._last.tries if set(channels) == set(self._last.channels) else 0
        self._write(Attempt(again + 1, list(channels)))

    def give_up(self, channels: Collection[str]) -> None:
        """A call is not to be tried again."""
        self._write(Attempt(MOST, list(channels)))

    def over(self) -> None:
        """All calls were tried, or the one is set aside."""
        self._last = Attempt(0, [])
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> Attempt:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Attempt)
        except (OSError, msgspec.MsgspecError):
            return Attempt(0, [])

    def _write(self, attempt: Attempt) -> None:
        with contextlib.suppress(OSError), private(self._path, "wb") as file:
            file.write(msgspec.json.encode(attempt))
