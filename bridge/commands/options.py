"""What several commands need: the settings, the chosen PBX, the local store, and times that a person types."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from bridge import config
from bridge.config import Settings
from bridge.config.nearest import nearest
from bridge.config.sinks import SqliteSink
from bridge.errors import UsageError, printable
from bridge.files import share_with
from bridge.reports.periods import moment
from bridge.vocabulary.times import rfc3339

Config = Annotated[Path, Parameter(help="The settings file (TOML).")]


def settings_of(file: Path) -> Settings:
    """The settings, for a command that only reads. Raises ``SettingsError``."""
    settings = config.load(file)
    share_with(settings.files.group)
    return settings


def live_settings(file: Path) -> Settings:
    """The settings, for a command that connects: secrets and certificates must be on this machine, and doubtful
    settings are warned of on stderr. Raises ``SettingsError``."""
    settings = config.load(file, on_this_machine=True)
    share_with(settings.files.group)
    for line in config.warnings(settings, file):
        say(f"warning: {line}")
    return settings


def chosen_pbx(settings: Settings, given: str | None) -> str:
    """The PBX that ``--pbx`` names, or the only one. Raises ``UsageError``."""
    names = [known.name for known in settings.pbx]
    if given is None and len(names) > 1:
        raise UsageError(f"--pbx is missing; write one of {', '.join(names)}")
    if given is not None and given not in names:
        raise UsageError(f'--pbx: unknown PBX "{given}"; {nearest(given, names)}')
    return given or names[0]


def local_store(settings: Settings) -> str:
    """The path of the first SQLite sink. Raises ``UsageError`` if there is none."""
    for sink in settings.sink:
        if isinstance(sink, SqliteSink):
            return sink.path
    raise UsageError('no local store in the settings; add [[sink]] with type = "sqlite"')


def time_of(option: str, text: str | None) -> str | None:
    """A time that a person typed, as records write it; UTC unless it has an offset. Raises ``UsageError``."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        return rfc3339((time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise UsageError(f'{option}: "{text}" is no time; write 2026-01-31 or 2026-01-31T09:30:00Z') from None


def span_of(since: str | None, until: str | None, zone: ZoneInfo) -> tuple[str | None, str | None]:
    """The bounds by ``--since`` and ``--until``, as records write them. Raises ``UsageError``."""
    first, end = _local_time_of("--since", since, zone), _local_time_of("--until", until, zone)
    if first is not None and end is not None and end <= first:
        raise UsageError("--until is not after --since; write a later time")
    return first, end


def _local_time_of(option: str, text: str | None, zone: ZoneInfo) -> str | None:
    """As ``time_of``, but in a zone unless the time has an offset. Raises ``UsageError``."""
    if text is None:
        return None
    try:
        return rfc3339(moment(text, zone) / 1000)
    except (ValueError, OverflowError):
        raise UsageError(f'{option}: "{text}" is no time; write 2026-01-31 or 2026-01-31T09:30:00') from None


def say(line: str) -> None:
    """Print a line for the person who typed the command: on stderr, because stdout is for records."""
    print(f"callbridge: {printable(line)}", file=sys.stderr, flush=True)
