"""Reads and writes capture files: messages as the feeds delivered them, each a line of JSON."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from bridge.errors import FileError
from bridge.files import private
from bridge.vocabulary.message import Message
from bridge.vocabulary.times import LAST_SECOND


def read(path: str | os.PathLike[str], report: Callable[[str], None]) -> Iterator[Message]:
    """The messages of a file, in order. A line that cannot be read is reported with its number and skipped."""
    decoder = msgspec.json.Decoder(Message)
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.isspace():
                continue
            try:
                message = decoder.decode(line)
                if not 0 <= message.t <= LAST_SECOND:
                    raise ValueError(f"t is no time: {message.t}")
            except (ValueError, RecursionError) as error:
                report(f"{os.fspath(path)}:{number}: not a line of a capture, skipped: {error}")
            else:
                yield message


class CaptureFile:
    """A new capture. Each message is in the file when ``write`` returns. Raises ``FileError``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoder = msgspec.json.Encoder()
        try:
            if path.exists() and path.stat().st_size:
                raise FileError(f"{path} holds something already; name a new file")
            self._file = private(path, "wb", buffering=0)
        except OSError as error:
            raise FileError(f"{path}: {error.strerror}; name a file that can be written") from None

    def write(self, message: Message) -> None:
        try:
            self._file.write(self._encoder.encode(message) + b"\n")
        except OSError as error:
            raise FileError(f"{self._path}: {error.strerror}; make room for the capture") from None

    def close(self) -> None:
        self._file.close()
