"""Notes which call is being analysed: a call that has killed the service twice is not analysed a third time."""

import contextlib
from collections.abc import Collection
from pathlib import Path

import msgspec

from bridge.files import private

MOST = 2
"""Starts that analyse one call: the service may have died the first time for another reason."""


class Attempt(msgspec.Struct, frozen=True):
    tries: int
    channels: list[str]


class Attempts:
    """The file that names the call by the ids of its channels. Where the file cannot be written, nothing is noted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = self._read()

    @property
    def doomed(self) -> frozenset[str]:
        """The channels of the call that must not be analysed again."""
        return frozenset(self._last.channels if self._last.tries >= MOST else ())

    def begin(self, channels: Collection[str]) -> None:
        """Note that a call is now being analysed."""
        again = self._last.tries if set(channels) == set(self._last.channels) else 0
        self._write(Attempt(again + 1, list(channels)))

    def give_up(self, channels: Collection[str]) -> None:
        """Note that a call must not be analysed again."""
        self._write(Attempt(MOST, list(channels)))

    def over(self) -> None:
        """Forget the note: all calls have been analysed, or the bad one has been moved aside."""
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
