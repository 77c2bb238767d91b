"""Which records an earlier run has written.

A restart writes none of them again. If the service sees more of such a call later, the new version gets a higher
revision.
"""

from collections.abc import Iterable, Sequence

import msgspec

from bridge.service.journal_line import OnRecord
from bridge.vocabulary.record import Record


class History:
    def __init__(self, written: Iterable[OnRecord]) -> None:
        self._known: dict[tuple[str, str], int] = {}
        """The revision that a store has of each call of an earlier run, by PBX and call id."""
        for line in written:
            for call_id, revision in line.calls.items():
                key = line.pbx, call_id
                self._known[key] = max(revision, self._known.get(key, 0))

    def unwritten(self, records: Sequence[Record]) -> Sequence[Record]:
        """Of the records that the start makes again from the journal, those that no earlier run has written."""
        return [r for r in records if r.revision > self._known.get((r.pbx, r.call_id), 0)]

    def revised(self, records: Sequence[Record]) -> Sequence[Record]:
        """The records as they are to be written: a call that an earlier run has written gets a higher revision than
        the written one. The earlier run may have had other settings, so its revision 2 need not be the same record as
        ours."""
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
