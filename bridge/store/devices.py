"""The devices' last known states, so that ``callbridge devices`` can read them while the service runs."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from bridge.errors import SinkError
from bridge.live.devices import DeviceState
from bridge.store.reader import reading
from bridge.store.sqlite import connect, mend, transaction

AT_ONCE = 2_000
"""Devices in one transaction; the writing of records waits for it."""


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
        try:
            self._db = connect(path)
            # The last second before a power cut may be lost: the next picture comes at once.
            self._db.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise SinkError(f"{path}: {error}; see who else holds the file") from None

    def write(self, pictures: Mapping[str, Iterable[DeviceState]], now: float) -> None:
        """Writes all devices of some PBXs as of ``now``. Raises ``SinkError``."""
        for pbx, picture in pictures.items():
            devices = {shown.device: shown for shown in picture}
            with self._told():
                known = self._db.execute("SELECT device FROM devices WHERE pbx = ?", (pbx,)).fetchall()
            gone = dict.fromkeys({device for (device,) in known} - devices.keys())
            self.change({pbx: {**gone, **devices}}, now)

    def change(self, changed: Mapping[str, Mapping[str, DeviceState | None]], now: float) -> None:
        """Writes the devices of some PBXs that changed, by name, as of ``now``; None for one that is gone. Raises
        ``SinkError``."""
        with self._told():
            for pbx, devices in changed.items():
                self._change(pbx, devices, now)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SinkError(f"{self._path}: {mend(error)}") from None

    def close(self) -> None:
        self._db.close()

    def _change(self, pbx: str, devices: Mapping[str, DeviceState | None], now: float) -> None:
        left = iter(devices.items())
        is_more = True
        while is_more:
            some = [*islice(left, AT_ONCE)]
            is_more = len(some) == AT_ONCE
            gone = [(pbx, device) for device, shown in some if shown is None]
            with transaction(self._db):
                self._db.executemany("DELETE FROM devices WHERE pbx = ? AND device = ?", gone)
                # If it is unknown since when, the time counts at which it was first seen, perhaps by an earlier run.
                self._db.executemany(
                    """
                    INSERT INTO devices VALUES (?1, ?2, ?3, ?4, coalesce(?5, ?6))
                    ON CONFLICT DO UPDATE SET agent = excluded.agent, state = excluded.state, since = CASE
                        WHEN ?5 IS NULL AND state = excluded.state THEN since ELSE excluded.since END
                    """,
                    [(pbx, *shown, now) for _, shown in some if shown is not None],
                )
                if not is_more:
                    self._db.execute("INSERT OR REPLACE INTO device_pictures VALUES (?, ?)", (pbx, now))
