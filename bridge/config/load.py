"""Reads the settings file: TOML, then types, then meaning. The first mistake ends it, with one line of error."""

import os
import stat
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path as FilePath
from typing import Any

import msgspec

from bridge.config.checks import Fault
from bridge.config.mistyped import mistyped
from bridge.config.not_toml import not_toml, one_line
from bridge.config.paths import left_behind, resolved
from bridge.config.places import Path, line_of, place
from bridge.config.rules import faults
from bridge.config.secret import Secret, secret_of
from bridge.config.sinks import FileSink, SqliteSink
from bridge.config.types import Settings, Web
from bridge.errors import SettingsError


def load(file: str | os.PathLike[str], *, on_this_machine: bool = False) -> Settings:
    """Read and check a settings file; every path in what is returned is absolute. If the file names no sink, the sink
    is the SQLite store ``callbridge.db`` beside it.

    ``on_this_machine`` also checks what only the running service needs: secrets in the environment or in files,
    certificate files, the sinks' directories. Raises only ``SettingsError``.
    """
    try:
        text = FilePath(file).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}; name the settings file") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: byte {error.start + 1} is not UTF-8; save the file as UTF-8") from None
    except ValueError as error:
        raise SettingsError(f"{str(file)!r}: {error}; name the settings file") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(not_toml(file, text, str(error))) from None
    except (ValueError, RecursionError):
        raise SettingsError(f"{file}: not TOML: a number too long or brackets too deep; shorten it") from None
    try:
        settings = msgspec.convert(data, Settings)
    except msgspec.ValidationError as error:
        raise _error(file, text, data, mistyped(str(error), data)) from None
    for fault in faults(settings, data):
        raise _error(file, text, data, fault)
    if not settings.sink:
        settings = msgspec.structs.replace(settings, sink=[SqliteSink()])
    for fault in left_behind(settings, file):
        raise _error(file, text, data, fault)
    settings = resolved(settings, file)
    if on_this_machine:
        for fault in _missing_here(settings):
            raise _error(file, text, data, fault)
    return settings


def warnings(settings: Settings, file: str | os.PathLike[str] | None = None) -> list[str]:
    """Settings that work but are likely a mistake, one line each. ``file``: the settings file."""
    found = []
    if file is not None and _mode(file) & stat.S_IROTH and any(login.secret for _, login in _secrets(settings)):
        found.append(f"{file} holds a secret and can be read by every user of this machine; chmod 640 {file}")
    first: dict[str, str] = {}
    for address, name in _addresses(settings):
        if first.setdefault(address, name) != name:
            other = first[address]
            found.append(f'[[pbx]] "{name}" has the {address}, of "{other}": each call there is recorded twice')
    if not settings.roles.trunks:
        found.append("[roles] trunks is not set: no caller is a customer and every call counts as internal")
    known = (*settings.roles.agents, *settings.roles.supervisors, *settings.roles.trunks)
    nobody = [one.device for one in settings.agent if not any(fnmatchcase(one.device, pattern) for pattern in known)]
    if nobody:
        more = f" and {len(nobody) - 1} more" if len(nobody) > 1 else ""
        found.append(
            f'[[agent]] "{nobody[0]}"{more}: no pattern of [roles] fits, so it is an agent while a queue has it as '
            "a member, and an extension otherwise; add it to [roles] agents"
        )
    for dn in settings.dn:
        if not dn.number.startswith("_") and any(letter in "*?[ " for letter in dn.number[1:]):
            found.append(f'[[dn]] "{dn.number}" is no pattern: only a call that dials just this is one of the DN')
    for _, login in _secrets(settings):
        # Not refused: container engines mount secrets readable to all inside the container.
        kept = login.secret_file
        if kept and _mode(kept) & stat.S_IROTH:
            found.append(f"{kept} can be read by every user of this machine; chmod 600 {kept}")
    return found


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each feed and where it is, with the name of its PBX."""
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield f"AMI, {pbx.ami.host}:{pbx.ami.port}", pbx.name
        if pbx.ari is not None:
            yield f"ARI, {pbx.ari.url}", pbx.name


def _mode(file: str | os.PathLike[str]) -> int:
    try:
        return os.stat(file).st_mode
    except (OSError, ValueError):
        return 0


def _error(file: str | os.PathLike[str], text: str, data: dict[str, Any], fault: Fault) -> SettingsError:
    line = line_of(fault.path, text)
    where = f"{file}:{line}" if line else str(file)
    return SettingsError(one_line(": ".join(part for part in (where, place(fault.path, data), fault.what) if part)))


def _secrets(settings: Settings) -> Iterator[tuple[Path, Secret]]:
    for index, pbx in enumerate(settings.pbx):
        for feed, login in (("ami", pbx.ami), ("ari", pbx.ari)):
            if login is not None:
                yield ("pbx", index, feed), login
    if settings.endpoint is not None:
        yield ("endpoint",), settings.endpoint
    for index, sink in enumerate(settings.sink):
        if isinstance(sink, Secret):
            yield ("sink", index), sink


def _missing_here(settings: Settings) -> Iterator[Fault]:
    for path, login in _secrets(settings):
        key = "secret_env" if login.secret_env is not None else "secret_file"
        if getattr(login, key) is not None:
            try:
                secret_of(login)
            except SettingsError as error:
                yield Fault((*path, key), str(error))
        yield from _unreadable(login, path)
    yield from _unreadable(settings.web, ("web",))
    for path, file in _written(settings):
        directory = FilePath(file).parent
        if not directory.is_dir():
            yield Fault(path, f'directory "{directory}" does not exist; create it or name another')


def _unreadable(table: Secret | Web | None, path: Path) -> Iterator[Fault]:
    for key in ("ca_file", "certificate_file", "key_file"):
        file = getattr(table, key, None)
        if file is not None and not os.access(file, os.R_OK, effective_ids=True):
            yield Fault((*path, key), f'"{file}" cannot be read; name a PEM file that can')


def _written(settings: Settings) -> Iterator[tuple[Path, str]]:
    for index, sink in enumerate(settings.sink):
        if isinstance(sink, FileSink) and sink.path != "-":
            yield ("sink", index, "path"), sink.path
    yield ("outbox", "path"), settings.outbox.path
