"""Lists: of calls, one row for each record; and of what a number of a report counts, one row for each thing with
the columns of its call.

Rows are read and made one by one: a list may be of a million calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from bridge.config import Dn
from bridge.config.nearest import nearest
from bridge.config.numbers import Numbers
from bridge.errors import UsageError
from bridge.reports import call_columns
from bridge.reports.columns import Block, Column, Labels, Plain, blocks_of, day_and_time
from bridge.reports.compute import choice
from bridge.reports.database import Database
from bridge.reports.figures import Breakdown, Dimension, Figure, Report, Source, Spent
from bridge.reports.periods import SLOT
from bridge.reports.queries import Builder
from bridge.reports.request import Request
from bridge.reports.sheet import Sheet
from bridge.reports.terms import terms
from bridge.store.asking import Sqlite
from bridge.store.facets import Wanted
from bridge.store.rows import rows
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339

COUNTED = Column("counted", "Counted", "計入", "seconds")
"""How much of a stretch lies in the period; the last of a stretch's own columns."""
OWN: dict[str, tuple[Column, ...]] = {
    "offers": (
        Column("agent", "Agent", "派送專員", "text"), Column("device", "Device", "話機", "text"),
        Column("queue", "Queue", "派送佇列", "text"), Column("at", "Ended", "結束時間", "time"),
        Column("outcome", "Offer's outcome", "派送結果", "text", words=("outcome",)),
        Column("reason", "Reason", "原因", "text", words=("reason",)),
        Column("sip_code", "Offer's SIP code", "派送 SIP 代碼", "count"),
        Column("ring_ms", "Rang", "響鈴", "seconds"),
    ),
    "stays": (
        Column("queue", "Queue", "所在佇列", "text"), Column("entered_at", "Entered", "進入時間", "time"),
        Column("at", "Left", "離開時間", "time"), Column("exit", "Exit", "離開方式", "text", words=("exit",)),
        Column("wait_ms", "Waited", "佇列等候", "seconds"), Column("position", "Position", "順位", "count"),
    ),
    "talks": (
        Column("party", "Party", "通話者", "text"), Column("device", "Device", "話機", "text"),
        Column("at", "Left", "離開時間", "time"), Column("talk_ms", "Talked", "通話長度", "seconds"),
        Column("hold_ms", "Held", "保留長度", "seconds"),
    ),
    "transfers": (
        Column("kind", "Kind", "類型", "text", words=("transfer",)), Column("sender", "From", "轉出者", "text"),
        Column("target", "To", "對象", "text"), Column("taker", "Taken by", "接手者", "text"),
        Column("at", "At", "時間", "time"),
        Column("outcome", "Transfer's outcome", "轉接結果", "text", words=("reached",)),
    ),
    "supervisions": (
        Column('"by"', "By", "執行督導者", "text"), Column("target", "Of", "對象", "text"),
        Column("mode", "Mode", "方式", "text", words=("mode",)), Column("at", "Until", "結束時間", "time"),
        Column("ms", "How long", "長度", "seconds"),
    ),
    "agent_states": (
        Column("pbx", "Agent's PBX", "專員的 PBX", "text"), Column("agent", "Agent", "該專員", "text"),
        Column("state", "State", "狀態", "text", words=("state",)),
        Column("reason", "Reason", "原因", "text", words=("unreachable",)),
        Column("since", "From", "起", "time"), Column("until", "Until", "迄", "time"),
        Column("next", "Then", "之後", "text", words=("state",)), COUNTED,
    ),
    "device_states": (
        Column("pbx", "Phone's PBX", "話機的 PBX", "text"), Column("device", "Device", "話機", "text"),
        Column("agent", "Agent", "話機專員", "text"), Column("state", "State", "狀態", "text", words=("state",)),
        Column("why", "Why", "原因", "text", words=("unreachable",)), Column("since", "From", "起", "time"),
        Column("until", "Until", "迄", "time"), COUNTED,
    ),
}  # fmt: skip
"""By table: the columns that a row tells besides those of its call."""
NAME, EN, ZH = "calls", "Call list", "通話紀錄"
ABOUT = "One row a call, listed by its start."
ABOUT_ZH = "每通一列，依開始時間。"
CALLS = Report(NAME, EN, ZH, ABOUT, ABOUT_ZH, (), {}, ())
"""A list as a report without figures."""
_DECODER = msgspec.json.Decoder(Record)


class Behind(NamedTuple):
    """A number of a report, whose rows are listed."""

    report: Report
    figure: Figure
    key: tuple[str, ...] | None = None
    """If the number is of one line: the values of the report's dimensions."""
    bucket: int | None = None
    """If the number is of one interval: the order of that interval."""
    part: tuple[Breakdown, str] | None = None
    """If the number is of a breakdown: which, and the value that it is of. The key then has only those dimensions by
    which the breakdown is too."""

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Those of the key."""
        return tuple(d for d in self.report.dimensions if self.part is None or self.part[0].keeps(d))


def part_of(of: Behind, breakdown: str, value: str) -> Behind:
    """The same for one value of a breakdown of the number. Raises ``UsageError``."""
    known = {each.id: each for each in of.report.breakdowns if each.figure == of.figure.id and each.told is sorted}
    if breakdown not in known:
        told = nearest(breakdown, known) if known else "leave it out"
        raise UsageError(f'{of.report.name}.{of.figure.id} is not broken down by "{breakdown}"; {told}')
    return of._replace(part=(known[breakdown], value))


def behind(report: Report, figure: str) -> Behind:
    """Raises ``UsageError`` for a number that does not count rows."""
    found = next((f for f in report.figures if f.id == figure and f.shown), None)
    if found is None:
        known = [f.id for f in report.figures if f.shown]
        raise UsageError(f'{report.name} has no figure "{figure}"; {nearest(figure, known)}')
    if not Builder.is_of_rows(found):
        raise UsageError(f"{report.name}.{figure} counts no rows of its own; name one of the counts in its formula")
    return Behind(report, found)


def calls(
    request: Request, database: Database, as_of: int, labels: Labels, dns: Iterable[Dn], of: Behind | None = None
) -> Sheet:
    """The calls that started in the period, or the rows that a number counts. Raises ``SinkError``."""
    own = OWN.get(_source(of).table, ()) if of is not None else ()
    columns = [*(c._replace(id=f"row_{c.id.strip(chr(34))}") for c in own), *call_columns.COLUMNS]
    names = Numbers(dns)

    def blocks() -> Iterator[Block]:
        return blocks_of(_rows(request, database, as_of, labels, names, of, own))

    figures = [of.figure] if of is not None else []
    return Sheet(
        NAME, EN, ZH, columns, 1 + len(own), blocks, request, day_and_time(as_of, request.zone),
        terms(NAME, request, as_of, figures) | ({"of": f"{of.report.name}.{of.figure.id}"} if of is not None else {}),
        ABOUT, ABOUT_ZH, figures,
    )  # fmt: skip


def chosen(
    wanted: Wanted, request: Request, database: Sqlite, as_of: int, labels: Labels, dns: Iterable[Dn]
) -> Sheet:
    """The calls of the page Calls, the newest first. Of the request only the zone counts."""
    zone, names = request.zone, Numbers(dns)

    def blocks() -> Iterator[Block]:
        return blocks_of(row(json, zone, labels, names) for json in database.listed(wanted))

    return Sheet(
        NAME, EN, ZH, call_columns.COLUMNS, 1, blocks, request, day_and_time(as_of, zone),
        terms(NAME, request, as_of, ()) | {"filters": _filters(wanted)}, ABOUT, ABOUT_ZH,
    )  # fmt: skip


def row(json: str, zone: ZoneInfo, labels: Labels, names: Numbers) -> list[Plain]:
    """The cells of a record, as reports count its call."""
    record = _DECODER.decode(json)
    (call,) = rows(record).calls
    return call_columns.values(record, call.outcome, call.wait_ms, zone, labels, names)


def _filters(wanted: Wanted) -> dict[str, Any]:
    """The filters of the page Calls as a file tells them."""
    told: dict[str, Any] = {}
    for name, moment in (("since", wanted.since), ("until", wanted.until)):
        if moment is not None:
            told[name] = rfc3339(moment / 1000)
    for facet, value in wanted.facets:
        told.setdefault(facet, []).append(value)
    return told | ({"not_called_back": True} if wanted.not_called_back else {})


def _source(of: Behind) -> Source:
    return of.report.sources[of.figure.made.source]  # type: ignore[union-attr]


def _rows(
    request: Request, database: Database, as_of: int, labels: Labels, names: Numbers, of: Behind | None,
    own: Sequence[Column],
) -> Iterator[list[Plain]]:  # fmt: skip
    condition, values, request = choice(request, database)
    calendar = request.calendar()
    if of is None:
        chosen = f" AND ({condition})" if condition else ""
        inner = (
            "SELECT record_id, started AS moment, 0 AS row_n FROM calls "
            f"WHERE started >= :since AND started < :until{chosen}"
        )
        values |= {"since": request.since, "until": request.until}
    else:
        builder = Builder(of.report, request, condition, as_of=as_of)
        inner = builder.behind(of.figure, of.key, [column.id for column in own], of.part)
        values |= builder.values
    grain = calendar.grain(request.since, request.until)
    is_time = of is not None and isinstance(of.figure.made, Spent)
    join = "LEFT JOIN" if of is not None and _source(of).of_states else "JOIN"

    def is_in(slot: int) -> bool:
        bucket = calendar.bucket(slot)
        return bucket is not None and (of is None or of.bucket is None or bucket.order == of.bucket)

    query = (
        f"SELECT b.*, c.outcome, c.wait_ms, {database.json} FROM ({inner}) AS b "
        f"{join} calls AS c ON c.record_id = b.record_id {join} records AS r ON r.record_id = b.record_id "
        "ORDER BY b.moment, b.record_id, b.row_n"
    )
    for _, at, _, *row in database.stream(query, values):
        told, (outcome, wait, json) = row[: len(own)], row[len(own) :]
        if (of is not None and of.bucket is not None) or not calendar.is_unfiltered:
            if is_time:
                told[-1] = sum(length for number, length in grain.cut(at, at + told[-1]) if is_in(grain.slot(number)))
            if not (told[-1] if is_time else is_in(at // SLOT)):
                continue
        if json is None:
            yield [*told, *[None] * len(call_columns.COLUMNS)]  # a stretch without a call, or whose call was erased
            continue
        record = _DECODER.decode(json)
        yield [*told, *call_columns.values(record, outcome, wait, request.zone, labels, names)]
