"""Keeps the settings by which the earlier run judged its calls, so that a restart with other settings does not judge
those calls anew."""

import contextlib
from pathlib import Path

import msgspec

from bridge.config import Settings
from bridge.files import private

RELOADED = ("roles", "agent", "dn", "queue", "cap", "thresholds", "states", "code")
"""Tables of the settings that may change while the service runs: they count for every call that is not judged yet.
The other tables are connections, files and ports, and need a restart."""


class JudgedBy:
    """A file beside the journal that holds those tables. None of them contains a secret. If the file cannot be
    written, the settings of the start count."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def before(self, settings: Settings) -> Settings:
        """These settings, with the tables of the earlier run."""
        try:
            tables = msgspec.json.decode(self._path.read_bytes(), type=dict[str, msgspec.Raw])
            types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
            known = {name: msgspec.json.decode(table, type=types[name]) for name, table in tables.items()}
            return msgspec.structs.replace(settings, **known)
        except (OSError, KeyError, msgspec.MsgspecError):  # there is no file yet, or it is of another version
            return settings

    def note(self, settings: Settings) -> None:
        """Keep the tables that count from now on."""
        tables = {name: getattr(settings, name) for name in RELOADED}
        with contextlib.suppress(OSError):
            fresh = self._path.with_name(self._path.name + ".new")
            with private(fresh, "wb") as file:
                file.write(msgspec.json.encode(tables))
            fresh.replace(self._path)
