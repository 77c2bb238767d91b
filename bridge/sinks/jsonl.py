"""JSON Lines: each record appended as one line."""

import os
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from bridge.config.sinks import JsonlSink
from bridge.errors import SinkError
from bridge.files import private
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import OF_STATES, Written


def open_lines(settings: JsonlSink, secret: None) -> "Lines":
    """Raises ``SinkError``."""
    return Lines(settings)


class Lines:
    """A file of records of calls, and if the settings name one, a file of states."""

    def __init__(self, settings: JsonlSink) -> None:
        self._calls = JsonLines(settings.path)
        try:
            self._states = States(settings.states) if settings.states is not None else None
        except BaseException:
            self._calls.close()
            raise

    def write(self, records: Sequence[Written]) -> None:
        calls = [one for one in records if isinstance(one, Record)]
        if calls:
            self._calls.write(calls)
        if self._states is not None and len(calls) < len(records):
            self._states.write(records)

    def check(self) -> str:
        return self._calls.check()

    def close(self) -> None:
        self._calls.close()
        if self._states is not None:
            self._states.close()


class States:
    """A file of stretches of states that have ended."""

    def __init__(self, path: str) -> None:
        self._lines = JsonLines(path)
        self.check, self.close = self._lines.check, self._lines.close

    def write(self, records: Sequence[Written]) -> None:
        ended = [one for one in records if isinstance(one, OF_STATES) and one.revision]
        if ended:
            self._lines.write(ended)


class JsonLines:
    """Appends to a file, or writes to stdout if the path is ``-``. A revised record is a further line.

    If the file is moved away, as logrotate does, records go to a new file of that name. What was written while it was
    being moved is written to the new file, too, since it is unknown how far the old one was read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._encoder = msgspec.json.Encoder()
        # Without a buffer: bytes that a full disk has not taken must not be written later.
        self._file: BinaryIO = os.fdopen(os.dup(1), "wb", 0) if path == "-" else self._opened()
        self._is_torn = False

    def write(self, records: Sequence[Written]) -> None:
        lines = [self._encoder.encode(record) + b"\n" for record in records]
        while True:
            if self._is_moved():
                self._file.close()
                self._file = self._opened()
            try:
                for line in lines:
                    self._append(line)
            except OSError as error:
                raise SinkError(f"sink {self._path}: {error.strerror}; make room or name another path") from None
            if not self._is_moved():
                return

    def check(self) -> str:
        return "can be written"

    def close(self) -> None:
        self._file.close()

    def _append(self, line: bytes) -> None:
        """Appends a line as a whole. If that fails, its beginning is removed; if that fails, too, the next line
        starts with a line break."""
        begin = (b"\n" + line) if self._is_torn else line
        rest = memoryview(begin)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
                self._is_torn = bool(rest)
        except OSError:
            if self._is_torn and self._path != "-":
                os.ftruncate(self._file.fileno(), os.fstat(self._file.fileno()).st_size - (len(begin) - len(rest)))
                self._is_torn = False
            raise

    def _opened(self) -> BinaryIO:
        try:
            file = private(self._path, "a+b", buffering=0)
            _end_broken_line(file)
        except OSError as error:
            raise SinkError(f"sink {self._path}: {error.strerror}; name a path that can be written") from None
        return file

    def _is_moved(self) -> bool:
        """Whether the name now leads to another file, or nowhere."""
        if self._path == "-":
            return False
        try:
            there = os.stat(self._path)
        except OSError:
            return True
        return not os.path.samestat(there, os.fstat(self._file.fileno()))


def _end_broken_line(file: BinaryIO) -> None:
    """Ends a line that a power cut left unfinished, so that it does not swallow the next record."""
    if file.tell() > 0:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            file.write(b"\n")
