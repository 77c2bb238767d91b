"""The journal: what was heard of calls that are not on record yet, so that a killed service can go on with them.

One line a message: a CRC, the channel it is about, and the message as in a capture. A line between them says of which
calls which revision is on record, so that what is read again is not written again. The pipeline takes the message in
first, because only then is it known which channel it is about. The lines are appended, in one write, when the event
loop has been once through all that was ready, and before any record that came of them is written anywhere. At the
start the messages go through the very same pipeline. What the operating system has taken survives ``kill -9``; for a
power cut the file is flushed to the disk every second, and a tail that is damaged then is cut off.

From time to time the lines of calls that are on record are dropped: the file is closed and another begun, and what is
left of it is written behind what is left of those before it. That can be done in a thread while calls go on, because
a closed file does not change any more.
"""

from __future__ import annotations

import errno
import os
import re
import zlib
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import msgspec

from bridge.files import private
from bridge.states.stretch import Lasting
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.message import Message

LARGEST = 16 * 1024 * 1024
"""Bytes from which on the journal is compacted; from then on whenever it has doubled."""
ERASE = ".erase"
"""Ending of the file by which ``callbridge erase`` asks a running service to erase lines; it goes when they are gone.
"""
SETTINGS = ".settings"
"""Ending of the file with the settings by which the calls here were judged."""
TRYING = ".trying"
"""Ending of the file that names the call whose analysis the service may not survive."""
ASIDE = ".aside"
"""Ending of the file of calls that could not be analysed: their messages, as a capture for ``callbridge replay``."""
LEFT, CLOSED, FRESH, NEXT = ".left", ".closed", ".left.new", ".next"
"""Endings of the files beside the journal: what is left of older files, the closed file, what
is left while it is being written, and the journal to come while the present one is being closed."""
RECENT = 600.0
"""Seconds for which lines that are about no channel (queues, devices), and those of what is on record, are kept."""
WRITTEN, STATES = b"=", b"~"
"""What stands in place of a channel in a line that says what is on record, or how agents are."""
LAST_OF_AMI, LAST_OF_ARI = "CoreShowChannelsComplete", "GET /bridges"
"""What ends a snapshot of the channels."""
LONGEST_CALL = 86400.0
"""Seconds for which lines about a feed that was lost are kept: no call is thought to be longer."""


class OnRecord(msgspec.Struct, frozen=True):
    """Which calls of a PBX are on record since ``t``: their ids, and the revision of each."""

    t: float
    pbx: str
    calls: dict[str, int]
    states: dict[str, int] = {}
    """Stretches of states, likewise."""


class AgentsThen(msgspec.Struct, frozen=True):
    """How agents of a PBX are since ``t``: those who are otherwise than before, and what thereby ended."""

    t: float
    pbx: str
    open: dict[str, Lasting | None]
    """None of one of whom nothing is known any more."""
    ended: list[StateRecord] = []


class Erasing(msgspec.Struct, frozen=True):
    """What is to be erased: a number wherever it stands by itself, and the events of calls."""

    number: str
    linked_ids: list[str] = []

    def hits(self, body: bytes) -> bool:
        """Whether a line is about them. What is on record is noted by ids alone, and stays."""
        key, _, text = body.partition(b" ")
        if key in (WRITTEN, STATES):
            return False
        number = re.escape(self.number.encode())
        if re.search(rb"(?<![0-9A-Za-z+])" + number + rb"(?![0-9A-Za-z])", text):
            return True
        return any(b'"' + linked.encode() + b'"' in text for linked in self.linked_ids)


class Journal:
    """An append-only file of messages. Raises ``OSError`` when it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _settle(path)
        self._encoder = msgspec.json.Encoder()
        self._file = private(path, "ab", buffering=0)
        self._size = path.stat().st_size
        self._limit = max(LARGEST, _size(_beside(path, LEFT)))
        self.fails = False
        """Whether the last message could not be written."""

    def append(self, key: str, message: Message) -> None:
        """Keeps a message. ``key``: the channel it is about, or an empty string. Raises ``OSError``."""
        self.extend([(key, message)])

    def extend(self, messages: Iterable[tuple[str, Message]]) -> None:
        """Keeps messages in one write: all of them, or none. Raises ``OSError``."""
        encode = self._encoder.encode
        self._write(b"".join([_line(b"%s %s" % (_key(key), encode(message))) for key, message in messages]))

    def note(self, written: OnRecord) -> None:
        """Keeps that calls are on record. Raises ``OSError``."""
        self._write(_line(b"%s %s" % (WRITTEN, self._encoder.encode(written))))

    def note_states(self, then: AgentsThen) -> None:
        """Keeps how agents are. Raises ``OSError``."""
        self._write(_line(b"%s %s" % (STATES, self._encoder.encode(then))))

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
        return self._size > self._limit

    def compact(self, wanted: Container[str], now: float) -> None:
        """Drops the lines of channels that nobody waits for. Raises ``OSError``, and then drops nothing."""
        self.close_file()
        self.drop(wanted, now)

    def close_file(self) -> None:
        """Begins another file, so that `drop` can look through this one. Raises ``OSError``, and changes nothing."""
        closed = _beside(self._path, CLOSED)
        if self.fails or closed.exists():
            return  # the disk has no room, or had none for what is left of the one before
        following = _beside(self._path, NEXT)
        file = private(following, "ab", buffering=0)
        self._path.rename(closed)
        following.rename(self._path)
        self._file.close()
        self._file, self._size = file, 0

    def drop(self, wanted: Container[str], now: float) -> None:
        """Drops from the closed files the lines of channels that nobody waits for; in any thread.

        ``wanted``: ids of the channels of all calls that were open when the file was closed. Raises ``OSError``, and
        then drops nothing.
        """
        self._rewrite(lambda body: _is_wanted(body, wanted, now))

    def erase(self, erasing: Erasing) -> int:
        """Drops lines from the closed files; in any thread. How many. Raises ``OSError``, and then drops nothing."""
        count = 0

        def is_kept(body: bytes) -> bool:
            nonlocal count
            is_hit = erasing.hits(body)
            count += is_hit
            return not is_hit

        self._rewrite(is_kept)
        aside, fresh = _beside(self._path, ASIDE), _beside(self._path, ASIDE + NEXT)
        if aside.exists():
            with private(fresh, "wb") as new:
                new.writelines(line for line in aside.read_bytes().splitlines(keepends=True) if is_kept(b"- " + line))
            fresh.replace(aside)
        return count

    def set_aside(self, channels: Container[str]) -> None:
        """Moves the lines of these channels from the closed files to the file `ASIDE`; in any thread. Raises
        ``OSError``, and then drops nothing."""
        aside = _beside(self._path, ASIDE)

        def is_kept(body: bytes) -> bool:
            key = body.partition(b" ")[0]
            if key in (b"-", WRITTEN, STATES) or unquote(key.decode(errors="replace")) not in channels:
                return True
            if file.tell() < LARGEST:
                file.write(body.partition(b" ")[2] + b"\n")
            return False

        with private(aside, "ab") as file:
            self._rewrite(is_kept)

    def _rewrite(self, is_kept: Callable[[bytes], bool]) -> None:
        left, closed, fresh = (_beside(self._path, name) for name in (LEFT, CLOSED, FRESH))
        try:
            with private(fresh, "wb") as new:
                for path in (left, closed):
                    if path.exists():
                        with path.open("rb") as old:
                            os.fsync(old.fileno())
                            for line in old:
                                body = _body(line)
                                if body is not None and is_kept(body):
                                    new.write(line)
                new.flush()
                os.fsync(new.fileno())
        except OSError:
            fresh.unlink(missing_ok=True)  # what a full disk has taken of it is in the way of everything else
            raise
        closed.unlink(missing_ok=True)
        fresh.replace(left)
        self._limit = max(LARGEST, _size(left))

    def sync(self, is_behind: bool = False) -> None:
        """Flushes to the disk, and notes that the service was alive and listening until now, if that is kept.
        ``is_behind``: something has been heard that is not here yet."""
        os.fsync(self._file.fileno())
        if not self.fails and not is_behind:
            os.utime(self._path)

    def close(self) -> None:
        self._file.close()


def read(path: Path, report: Callable[[str], None]) -> tuple[list[Message], float]:
    """The messages of a journal, and until when the service that wrote it was alive; see ``read_all``."""
    kept = read_all(path, report)
    return kept.messages, kept.alive


class Held(NamedTuple):
    """What a journal holds."""

    messages: list[Message]
    written: list[OnRecord]
    states: list[AgentsThen]
    alive: float
    """Until when the service that wrote it was alive."""


def read_all(path: Path, report: Callable[[str], None]) -> Held:
    """All of a journal.

    A damaged tail, as of a power cut, is cut off; a damaged line elsewhere is skipped. Both are reported in a line.
    """
    _settle(path)
    messages: list[Message] = []
    written: list[OnRecord] = []
    states: list[AgentsThen] = []
    alive = 0.0
    for part in (_beside(path, LEFT), _beside(path, CLOSED), path):
        if part.exists():
            alive = max(alive, part.stat().st_mtime) if part == path else alive
            for line in _read(part, report):
                if isinstance(line, OnRecord):
                    written.append(line)
                elif isinstance(line, AgentsThen):
                    states.append(line)
                else:
                    messages.append(line)
    times = [*(m.t for m in messages[-1:]), *(w.t for w in written[-1:])]
    return Held(messages, written, states, max([alive, *times]))


def _read(path: Path, report: Callable[[str], None]) -> Iterator[Message | OnRecord | AgentsThen]:
    decoder = msgspec.json.Decoder(Message)
    damaged, number = 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            body = _body(line)
            try:
                if body is None:
                    raise ValueError
                key, _, text = body.partition(b" ")
                found: Message | OnRecord | AgentsThen
                if key == WRITTEN:
                    found = _WRITTEN_DECODER.decode(text)
                elif key == STATES:
                    found = _STATES_DECODER.decode(text)
                else:
                    found = decoder.decode(text)
            except ValueError:
                damaged += 1
                continue
            if damaged:
                report(f"{path}:{number - damaged}: {damaged} damaged line(s) skipped")
                damaged = 0
            yield found
    if damaged:
        report(f"{path}:{number - damaged + 1}: damaged tail of {damaged} line(s) cut off")
        _cut_tail(path, damaged)


def _settle(path: Path) -> None:
    """Finishes, or takes back, a compaction in the middle of which the service died."""
    _beside(path, NEXT).unlink(missing_ok=True)  # nothing was written to it yet
    fresh = _beside(path, FRESH)
    if _beside(path, CLOSED).exists():
        fresh.unlink(missing_ok=True)  # it may not be whole, and all that it is made of is there
    elif fresh.exists():
        fresh.replace(_beside(path, LEFT))


def _key(channel: str) -> bytes:
    """A channel's id as it stands in a line: a word of its own, whatever the PBX calls its channels."""
    if channel.isprintable() and not any(letter in channel for letter in " %") and channel not in ("-", "=", "~"):
        return channel.encode() or b"-"
    return quote(channel, safe="").replace("-", "%2D").replace("~", "%7E").encode()


def _beside(path: Path, name: str) -> Path:
    return path.with_name(path.name + name)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _cut_tail(path: Path, lines: int) -> None:
    with path.open("rb") as file:
        sizes = [len(line) for line in file]
    os.truncate(path, sum(sizes[:-lines]))


def _line(body: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _body(line: bytes) -> bytes | None:
    """A line without its CRC and newline; None where it is damaged."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        return body if int(line[:8], 16) == zlib.crc32(body) else None
    except ValueError:
        return None


def _is_wanted(body: bytes, channels: Container[str], now: float) -> bool:
    key, _, text = body.partition(b" ")
    if key == STATES:
        return False  # the file that follows begins with how all of them are
    if key == WRITTEN:
        return now - _WRITTEN_DECODER.decode(text).t < RECENT
    if key != b"-":
        return unquote(key.decode(errors="replace")) in channels
    line = _LINE_DECODER.decode(text)
    # Even the longest call needs to know when a feed was lost: a restart must not make it complete.
    return now - line.t < (LONGEST_CALL if line.event.is_of_an_outage else RECENT)


class _Event(msgspec.Struct):
    feed: Any = None
    name: Any = msgspec.field(name="Event", default=None)
    request: Any = None

    @property
    def is_of_an_outage(self) -> bool:
        """Whether it tells that a feed was lost or is back, or ends the snapshot that shows what has changed."""
        return self.feed is not None or self.name == LAST_OF_AMI or self.request == LAST_OF_ARI


class _Line(msgspec.Struct):
    t: float
    event: _Event


_LINE_DECODER = msgspec.json.Decoder(_Line)
_WRITTEN_DECODER = msgspec.json.Decoder(OnRecord)
_STATES_DECODER = msgspec.json.Decoder(AgentsThen)
