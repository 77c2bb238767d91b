"""The journal keeps the messages of calls that are not on record yet, so that a killed service can go on with them.

Each message is one line. Lines in between say which revision of which call is on record, so that a restart does not
write that call again. The pipeline processes a message before the journal does, because only the pipeline knows which
channel the message is about. The lines of one turn of the event loop are appended in one write, before any record
that results from them is written anywhere. At the start the messages go through the same pipeline again.

What the operating system has taken survives ``kill -9``. Against power cuts the file is flushed to the disk every
second; a tail that a power cut damages is cut off at the next start.

From time to time the journal is compacted: the lines of calls that are on record are dropped. For that the file is
closed and a new one begun; the lines that are still needed are written behind those of earlier closed files. This can
run in a thread while calls go on, because a closed file does not change any more.
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
"""Size in bytes at which the journal is compacted for the first time; afterwards, whenever the size has doubled."""


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
        """Whether the last write failed."""

    def append(self, key: str, message: Message) -> None:
        """Append a message. ``key``: the channel that it is about, or an empty string. Raises ``OSError``."""
        self.extend([(key, message)])

    def extend(self, messages: Iterable[tuple[str, Message]]) -> None:
        """Append messages in one write: all of them, or none. Raises ``OSError``."""
        self._write(b"".join([of_message(key, message) for key, message in messages]))

    def note(self, written: OnRecord) -> None:
        """Append that calls are on record. Raises ``OSError``."""
        self._write(of_records(written))

    def note_states(self, then: AgentsThen) -> None:
        """Append the states of agents. Raises ``OSError``."""
        self._write(of_agents(then))

    def _write(self, lines: bytes) -> None:
        self.fails = True
        if self._file.write(lines) != len(lines):
            # The disk was full in the middle of the write: take the part back, so that the next line is whole.
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
        """Close the file and begin another, so that `drop` can work on the closed one. Raises ``OSError``, and
        changes nothing then."""
        closed = beside(self._path, CLOSED)
        if self.fails or closed.exists():
            return  # the disk is full, or was full at the last compaction
        following = beside(self._path, NEXT)
        file = private(following, "ab", buffering=0)
        self._path.rename(closed)
        following.rename(self._path)
        self._file.close()
        self._file, self._size, self._begun_with = file, 0, 0

    def all_closed(self) -> Iterator[None]:
        """Close the file twice; each time the caller works on the closed files. If a file was closed already before,
        only the second time shows the caller everything written so far. Raises ``OSError``."""
        for _ in range(2):
            self.close_file()
            yield

    def drop(self, wanted: Container[str], now: float) -> None:
        """Drop the lines of channels that no open call needs from the closed files; can run in any thread.
        ``wanted``: the channel ids of all calls that were open when the file was closed. Raises ``OSError``, and
        drops nothing then."""
        self._rewrite(lambda body: is_wanted(body, wanted, now))

    def erase(self, erasing: Erasing) -> int:
        """Drop lines from the closed files; can run in any thread. Returns how many. Raises ``OSError``, and drops
        nothing then."""
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
        """Move the lines of these channels from the closed files to the file `ASIDE`; can run in any thread. Raises
        ``OSError``, and drops nothing then."""
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
            fresh.unlink(missing_ok=True)  # a part that was written to a full disk would only take room
            raise
        closed.unlink(missing_ok=True)
        fresh.replace(left)
        self._limit = max(LARGEST, size(left))

    def sync(self, is_behind: bool = False) -> None:
        """Flush the file to the disk. If nothing is missing from it, note that the service was alive and listening
        until now. ``is_behind``: a message has come that is not in the journal yet."""
        os.fsync(self._file.fileno())
        if not self.fails and not is_behind:
            os.utime(self._path)

    def close(self) -> None:
        self._file.close()
