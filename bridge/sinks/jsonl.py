"""JSON Lines: each record appended as one line."""

import sys
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from bridge.config import JsonlSink
from bridge.errors import SinkError
from bridge.vocabulary.record import Record


def open_lines(settings: JsonlSink, secret: None) -> "JsonLines":
    """Raises ``SinkError``."""
    return JsonLines(settings.path)


class JsonLines:
    """Appends to a file, or writes to stdout where the path is ``-``. A revised record is a further line."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._encoder = msgspec.json.Encoder()
        if path == "-":
            self._file: BinaryIO = sys.stdout.buffer
            return
        try:
            self._file = open(path, "a+b")  # noqa: SIM115 (closed by close)
            self._end_broken_line()
        except OSError as error:
            raise SinkError(f"sink {path}: {error.strerror}; name a path that can be written") from None

    def write(self, records: Sequence[Record]) -> None:
        try:
            for record in records:
                self._file.write(self._encoder.encode(record) + b"\n")
                self._file.flush()
        except OSError as error:
            raise SinkError(f"sink {self._path}: {error.strerror}; make room or name another path") from None

    def check(self) -> str:
        return "can be written"

    def close(self) -> None:
        if self._path != "-":
            self._file.close()

    def _end_broken_line(self) -> None:
        """What a power cut left unfinished must not swallow the next record."""
        if self._file.tell() > 0:
            self._file.seek(-1, 2)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")
