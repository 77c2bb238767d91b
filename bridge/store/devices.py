"""The live picture of the devices in the local store, so that ``callbridge devices`` can read it beside the service.

Its tables are ``sqlite``'s. ``since`` and ``at`` (when the picture was last known to be true) are epoch seconds.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from bridge.errors import SinkError
from bridge.live.devices import DeviceState
from bridge.store.records import transaction


class DeviceTable:
    """One connection for writing, of a store that exists."""

    def __init__(self, path: str) -> None:
        """Raises ``SinkError``."""
        self._path = path
        self._last: dict[str, dict[str, DeviceState]] = {}
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            # Nothing is lost with the last second before a power cut: the next picture comes at once.
            self._db.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise SinkError(f"{path}: {error}; see who else holds the file") from None

    def write(self, pictures: Mapping[str, Iterable[DeviceState]], now: float) -> None:
        """The picture of each PBX as of ``now``; only what changed is written. Raises ``SinkError``."""
        new = {pbx: {shown.device: shown for shown in picture} for pbx, picture in pictures.items()}
        try:
            with transaction(self._db):
                for pbx, devices in new.items():
                    self._change(pbx, devices, now)
        except sqlite3.Error as error:
            raise SinkError(f"{self._path}: {error}; make room, or see who else holds the file") from None
        self._last |= new

    def close(self) -> None:
        self._db.close()

    def _change(self, pbx: str, devices: Mapping[str, DeviceState], now: float) -> None:
        known = self._last.get(pbx)
        if known is None:
            rows = self._db.execute("SELECT device FROM devices WHERE pbx = ?", (pbx,))
            gone: Sequence[str] = [device for (device,) in rows if device not in devices]
        else:
            gone = [device for device in known if device not in devices]
        self._db.executemany("DELETE FROM devices WHERE pbx = ? AND device = ?", [(pbx, device) for device in gone])
        # Where nobody says since when, it is since we first saw it, in an earlier run perhaps.
        self._db.executemany(
            """
            INSERT INTO devices VALUES (?1, ?2, ?3, ?4, coalesce(?5, ?6))
            ON CONFLICT DO UPDATE SET agent = excluded.agent, state = excluded.state, since = CASE
                WHEN ?5 IS NULL AND state = excluded.state THEN since ELSE excluded.since END
            """,
            [(pbx, *shown, now) for shown in devices.values() if known is None or known.get(shown.device) != shown],
        )
        self._db.execute("INSERT OR REPLACE INTO device_pictures VALUES (?, ?)", (pbx, now))
