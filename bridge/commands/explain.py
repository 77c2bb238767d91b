"""``callbridge explain``: one call, told for a person, or drawn."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from bridge.commands.options import Config, local_store, settings_of
from bridge.errors import UsageError, printable
from bridge.records.explain import explain
from bridge.reports.zones import zone_of
from bridge.store.reader import find_call
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record


def command(
    call_id: str,
    /,
    *,
    config: Config,
    lang: Annotated[Language, Parameter(help="In English or in 繁體中文.")] = "en",
    svg: Annotated[
        Path | None, Parameter(help='Draw it instead: write this SVG file; "-" is stdout.', allow_leading_hyphen=True)
    ] = None,
) -> None:
    """Tell one call as a person reads it: what happened, each offer, and why it has each tag."""
    settings = settings_of(config)
    store = local_store(settings)
    found = find_call(store, call_id)
    if not found:
        raise UsageError(f'no call "{call_id}" in {store}; `callbridge records` lists those that are')
    if svg is not None:
        _draw(found, svg, lang, zone_of(settings.reports.timezone))
    else:
        print(printable("\n\n".join(explain(record, lang) for record in found), keep="\n"))


def _draw(records: Sequence[Record], file: Path, language: Language, zone: ZoneInfo) -> None:
    """Write the picture, by the clock of a zone; ``-`` is stdout. A picture shows one call, so several are a
    mistake."""
    from bridge.web.drawing import View
    from bridge.web.picture import picture

    if len(records) > 1:
        names = ", ".join(record.record_id for record in records)
        raise UsageError(f"--svg: {len(records)} records have a part in this call; name one of {names}")
    drawn = picture(records[0], language, View(zone=zone))
    if str(file) == "-":
        sys.stdout.buffer.write(drawn)
    else:
        file.write_bytes(drawn)
