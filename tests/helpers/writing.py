"""What writing into the local store costs, each record or stretch in a transaction of its own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from unittest.mock import patch

from bridge.store import records as store_records
from bridge.store.migrations import put_rows
from bridge.store.records import SqliteStore
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written

ROUNDS = 3


class Writing(NamedTuple):
    """Milliseconds of CPU, each the best of three rounds in turns."""

    record: float
    rows: float
    """Of it, what the rows that reports count add."""
    stretch: float

    def __str__(self) -> str:
        return (
            f"a record takes {self.record:.2f} ms of CPU, {self.rows:.2f} ms of it for its rows in 6 tables; "
            f"a stretch of a state {self.stretch:.2f} ms"
        )


def writing(records: Sequence[Record], stretches: Sequence[StateRecord]) -> Writing:
    """In the order in which a service writes them: as they end."""
    ordered = sorted(records, key=lambda record: record.ended_at)
    ended = sorted((one for one in stretches if one.until is not None), key=lambda one: one.until or "")
    took: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, those, put in (
            ("without rows", ordered, lambda db, record: None), ("with rows", ordered, put_rows),
            ("stretches", ended, put_rows),
        ):  # fmt: skip
            took[name] = min(took.get(name, float("inf")), _took(those, put))
    return Writing(took["with rows"], took["with rows"] - took["without rows"], took["stretches"])


def _took(those: Sequence[Written], put: Callable[[Any, Record], None]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(f"{folder}/calls.db")
        with patch.object(store_records, "put_rows", put):
            begun = time.process_time()
            for one in those:
                store.write([one])
            taken = time.process_time() - begun
        store.close()
    return 1000 * taken / max(1, len(those))
