"""Paths in the settings: a relative path starts at the settings file's directory, wherever the command is typed."""

import os
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from bridge.config.checks import Fault
from bridge.config.sinks import FileSink, SqliteSink
from bridge.config.types import Settings

FILES = ("secret_file", "ca_file", "certificate_file", "key_file")
"""Settings that name a file to read."""
STDOUT = "-"
_T = TypeVar("_T", bound=msgspec.Struct)


def resolved(settings: Settings, file: str | os.PathLike[str]) -> Settings:
    """The settings with every path absolute. ``file``: the settings file."""
    folder = _folder(file)
    pbxs = [
        msgspec.structs.replace(pbx, ami=pbx.ami and _read(pbx.ami, folder), ari=pbx.ari and _read(pbx.ari, folder))
        for pbx in settings.pbx
    ]
    return msgspec.structs.replace(
        settings,
        pbx=pbxs,
        endpoint=settings.endpoint and _read(settings.endpoint, folder),
        web=settings.web and _read(settings.web, folder),
        sink=[_written(sink, folder) if isinstance(sink, FileSink) else _read(sink, folder)
              for sink in settings.sink],
        outbox=_written(settings.outbox, folder),
    )  # fmt: skip


def left_behind(settings: Settings, file: str | os.PathLike[str]) -> Iterator[Fault]:
    """Files of callbridge that lie in the current directory although they belong beside the settings. Until 0.1.0
    relative paths started at the current directory; beginning an empty store now would hide the old one.
    ``settings``: as written, with at least one sink."""
    folder = _folder(file)
    paths = [sink.path for sink in settings.sink if isinstance(sink, FileSink)]
    if not any(isinstance(sink, SqliteSink) for sink in settings.sink):
        paths.append(settings.outbox.path)
    for path in paths:
        here, there = os.path.abspath(path), _at(folder, path)
        if path != STDOUT and here != there and os.path.exists(here) and not os.path.exists(there):
            yield Fault(
                (), f'"{path}" is {there}, which does not exist, and {here} does: relative paths start at the '
                f"settings file's directory; move {here} and the files that begin so there, or write that path",
            )  # fmt: skip


def _folder(file: str | os.PathLike[str]) -> str:
    return os.path.dirname(os.path.abspath(file))


def _at(folder: str, path: str) -> str:
    return os.path.normpath(os.path.join(folder, path))


def _read(table: _T, folder: str) -> _T:
    named = {key: _at(folder, path) for key in FILES if (path := getattr(table, key, None)) is not None}
    return msgspec.structs.replace(table, **named) if named else table


def _written(table: _T, folder: str) -> _T:
    path: str = getattr(table, "path")  # noqa: B009 (each of them has one)
    return table if path == STDOUT else msgspec.structs.replace(table, path=_at(folder, path))
