"""``callbridge explain CALL --svg FILE``: the picture of one call, with the machine's own clock."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bridge.errors import UsageError
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.web.drawing import View
from bridge.web.picture import picture


def draw(records: Sequence[Record], file: Path, language: Language) -> None:
    """Write the picture; ``-`` is stdout. A picture shows one call: more than one is a mistake in what was typed."""
    if len(records) > 1:
        names = ", ".join(record.record_id for record in records)
        raise UsageError(f"--svg: {len(records)} records have a part in this call; name one of {names}")
    zone = datetime.fromisoformat(records[0].started_at).astimezone().tzinfo
    drawn = picture(records[0], language, View(zone=zone) if zone is not None else View())
    if str(file) == "-":
        sys.stdout.buffer.write(drawn)
    else:
        file.write_bytes(drawn)
