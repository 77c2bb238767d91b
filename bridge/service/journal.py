"""The journal: what was heard of calls that are not on record yet, so that a killed service can go on with them.

One line a message; a line between them says of which calls which revision is on record, so that what is read again is
not written again. The pipeline takes the message in first, because only then is it known which channel it is about.
The lines are appended, in one write, when the event loop has been once through all that was ready, and before any
record that came of them is written anywhere. At the start the messages go through the very same pipeline. What the
operating system has taken survives ``kill -9``; for a power cut the file is flushed to the disk every second, and a
tail that is damaged then is cut off.

From time to time the lines of calls that are on record are dropped: the file is closed and another begun, and what is
left of it is written behind what is left of those before it. That can be done in a thread while calls go on, because
a closed file does not change any more.
"""

import errno
import os
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path

from bridge.files import private
from bridge.service.journal_files import ASIDE, CLOSED, FRESH, LEFT, NEXT, beside, settle, size
from bridge.service.journal_line import (
    AgentsThen,
    Erasing,
    OnRecord,
    body_of,
    channel_of,
    is_wanted,
    message_of,
    of_agents,
    of_message,
    of_records,
)
from bridge.vocabulary.message import Message

LARGEST = 16 * 1024 * 1024
"""Bytes from which on the journal is compacted; from then on whenever it has doubled."""


class Journal:
    """An append-only file of messages. Raises ``OSError`` when it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        settle(path)
        self._file = private(path, "ab", buffering=0)
        self._size = path.stat().st_size
        self._limit = max(LARGEST, size(beside(path, LEFT)))
        self._begun_with = 0
        """Bytes that this file began with: how all agents are."""
        self.fails = False
        """Whether the last message could not be written."""

    def append(self, key: str, message: Message) -> None:
        """Keeps a message. ``key``: the channel it is about, or an empty string. Raises ``OSError``."""
        self.extend([(key, message)])

    def extend(self, messages: Iterable[tuple[str, Message]]) -> None:
        """Keeps messages in one write: all of them, or none. Raises ``OSError``."""
        self._write(b"".join([of_message(key, message) for key, message in messages]))

    def note(self, written: OnRecord) -> None:
        """Keeps that calls are on record. Raises ``OSError``."""
        self._write(of_records(written))

    def note_states(self, then: AgentsThen) -> None:
        """Keeps how agents are. Raises ``OSError``."""
        self._write(of_agents(then))

    def _write(self, lines: bytes) -> None:
        self.fails = True
        if self._file.write(lines) != len(lines):
            # The disk is full in the middle of them: take them back, so that the next line is whole again.
            os.ftruncate(self._file.fileno(), self._size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._size += len(lines)
        self.fails = False

    @property
    def is_large(self) -> bool:
        return self._size - self._begun_with > max(self._limit, self._begun_with)

    def begun(self) -> None:
        """All is written that this file begins with."""
        self._begun_with = self._size

    def close_file(self) -> None:
        """Begins another file, so that `drop` can look through this one. Raises ``OSError``, and changes nothing."""
        closed = beside(self._path, CLOSED)
        if self.fails or closed.exists():
            return  # the disk has no room, or had none for what is left of the one before
        following = beside(self._path, NEXT)
        file = private(following, "ab", buffering=0)
        self._path.rename(closed)
        following.rename(self._path)
        self._file.close()
        self._file, self._size, self._begun_with = file, 0, 0

    def all_closed(self) -> Iterator[None]:
        """Twice, for there may have been a closed file already: what is done at each time with the closed files is
        done with all that was written so far. Raises ``OSError``."""
        for _ in range(2):
            self.close_file()
            yield

    def drop(self, wanted: Container[str], now: float) -> None:
        """Drops from the closed files the lines of channels that nobody waits for; in any thread.

        ``wanted``: ids of the channels of all calls that were open when the file was closed. Raises ``OSError``, and
        then drops nothing.
        """
        self._rewrite(lambda body: is_wanted(body, wanted, now))

    def erase(self, erasing: Erasing) -> int:
        """Drops lines from the closed files; in any thread. How many. Raises ``OSError``, and then drops nothing."""
        count = 0

        def is_kept(body: bytes) -> bool:
            nonlocal count
            is_hit = erasing.hits(body)
            count += is_hit
            return not is_hit

        self._rewrite(is_kept)
        aside, fresh = beside(self._path, ASIDE), beside(self._path, ASIDE + NEXT)
        if aside.exists():
            with private(fresh, "wb") as new:
                new.writelines(line for line in aside.read_bytes().splitlines(keepends=True) if is_kept(b"- " + line))
            fresh.replace(aside)
        return count

    def set_aside(self, channels: Container[str]) -> None:
        """Moves the lines of these channels from the closed files to the file `ASIDE`; in any thread. Raises
        ``OSError``, and then drops nothing."""
        aside = beside(self._path, ASIDE)

        def is_kept(body: bytes) -> bool:
            if channel_of(body) not in channels:
                return True
            if file.tell() < LARGEST:
                file.write(message_of(body))
            return False

        with private(aside, "ab") as file:
            self._rewrite(is_kept)

    def _rewrite(self, is_kept: Callable[[bytes], bool]) -> None:
        left, closed, fresh = (beside(self._path, name) for name in (LEFT, CLOSED, FRESH))
        try:
            with private(fresh, "wb") as new:
                for path in (left, closed):
                    if path.exists():
                        with path.open("rb") as old:
                            os.fsync(old.fileno())
                            for line in old:
                                body = body_of(line)
                                if body is not None and is_kept(body):
                                    new.write(line)
                new.flush()
                os.fsync(new.fileno())
        except OSError:
            fresh.unlink(missing_ok=True)  # what a full disk has taken of it is in the way of everything else
            raise
        closed.unlink(missing_ok=True)
        fresh.replace(left)
        self._limit = max(LARGEST, size(left))

    def sync(self, is_behind: bool = False) -> None:
        """Flushes to the disk, and notes that the service was alive and listening until now, if that is kept.
        ``is_behind``: something has been heard that is not here yet."""
        os.fsync(self._file.fileno())
        if not self.fails and not is_behind:
            os.utime(self._path)

    def close(self) -> None:
        self._file.close()
