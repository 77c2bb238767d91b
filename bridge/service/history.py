"""What an earlier run has written is history: a restart writes none of it again, and what is seen later of such a
call is a higher revision."""

from collections.abc import Iterable, Sequence

import msgspec

from bridge.service.journal_line import OnRecord
from bridge.vocabulary.record import Record


class History:
    def __init__(self, written: Iterable[OnRecord]) -> None:
        self._known: dict[tuple[str, str], int] = {}
        """The revision that is on record, of each call that an earlier run has written, by PBX and call id."""
        for line in written:
            for call_id, revision in line.calls.items():
                key = line.pbx, call_id
                self._known[key] = max(revision, self._known.get(key, 0))

    def unwritten(self, records: Sequence[Record]) -> Sequence[Record]:
        """Of records that are made again at the start, those that no earlier run has written."""
        return [r for r in records if r.revision > self._known.get((r.pbx, r.call_id), 0)]

    def revised(self, records: Sequence[Record]) -> Sequence[Record]:
        """Records as they are to be written: of a call that an earlier run has written, a higher revision. That run
        may have had other settings, so what this one takes for the same revision need not be the same."""
        if not self._known:
            return records
        return [self._revised(record) for record in records]

    def _revised(self, record: Record) -> Record:
        key = record.pbx, record.call_id
        known = self._known.get(key)
        if known is None:
            return record
        self._known[key] = revision = max(known + 1, record.revision)
        return msgspec.structs.replace(record, revision=revision)
