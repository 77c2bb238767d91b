"""The devices as they were seen last, so that ``callbridge devices`` can read them beside the service."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bridge.errors import SinkError
from bridge.live.devices import DeviceState
from bridge.store.reader import reading
from bridge.store.sqlite import connect, mend, transaction


class KeptDevice(NamedTuple):
    """One device; times are epoch seconds."""

    pbx: str
    device: str
    agent: str
    state: str
    since: float
    at: float
    """When this was last known to be so."""


def kept_devices(path: str) -> list[KeptDevice]:
    """All devices of a store, by PBX and name. Raises ``SinkError``."""
    query = "SELECT pbx, device, agent, state, since, at FROM devices JOIN device_pictures USING (pbx) ORDER BY 1, 2"
    with reading(path) as db:
        return [KeptDevice(*row) for row in db.execute(query)]


class DeviceTable:
    """One connection for writing, of a store that exists."""

    def __init__(self, path: str) -> None:
        """Raises ``SinkError``."""
        self._path = path
        self._last: dict[str, dict[str, DeviceState]] = {}
        try:
            self._db = connect(path)
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
            raise SinkError(f"{self._path}: {mend(error)}") from None
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
