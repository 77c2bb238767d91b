"""The settings by which the run before has judged its calls: a restart with others changes nothing of those."""

import contextlib
from pathlib import Path

import msgspec

from bridge.config import Settings
from bridge.files import private

RELOADED = ("roles", "agent", "dn", "queue", "cap", "thresholds", "states", "code")
"""Tables of the settings that count from then on for every call that is not judged yet. For the others, which are
connections, files and ports, the service is started again."""


class JudgedBy:
    """A file beside the journal, with the tables of the settings that can be read again. None of them holds a secret.
    Where it cannot be written, the settings of the start count."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def before(self, settings: Settings) -> Settings:
        """These settings, with the tables as the run before had them."""
        try:
            tables = msgspec.json.decode(self._path.read_bytes(), type=dict[str, msgspec.Raw])
            types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
            known = {name: msgspec.json.decode(table, type=types[name]) for name, table in tables.items()}
            return msgspec.structs.replace(settings, **known)
        except (OSError, KeyError, msgspec.MsgspecError):  # none yet, or of another version
            return settings

    def note(self, settings: Settings) -> None:
        """Those that count from now on."""
        tables = {name: getattr(settings, name) for name in RELOADED}
        with contextlib.suppress(OSError):
            fresh = self._path.with_name(self._path.name + ".new")
            with private(fresh, "wb") as file:
                file.write(msgspec.json.encode(tables))
            fresh.replace(self._path)
