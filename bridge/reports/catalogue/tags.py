"""Tags: how many calls have each, and what share that is. All tags of a call count when the call starts, so that
they share one total."""

from collections import Counter
from collections.abc import Iterable

from bridge.reports.catalogue.tagged import tagged
from bridge.reports.figures import IS_STAFF, Breakdown, Count, Dimension, Figure, Ratio, Report, Row, Source
from bridge.tags.catalogue import CATALOGUE

PARTS = (
    "(SELECT record_id, agent AS staff FROM offers UNION SELECT record_id, party FROM talks "
    f"WHERE {IS_STAFF} UNION SELECT record_id, by FROM supervisions)"
)
"""Which of the staff had a part in which record, each once."""
BY: dict[str, tuple[tuple[Dimension, ...], Source]] = {
    "none": ((), Source("calls", "started", ())),
    "dn": ((Dimension("dn", "DN", "DN"),), Source("calls", "started", ("coalesce(dn, '–')",))),
    "queue": (
        (Dimension("queue", "Queue", "佇列"),),
        Source("calls JOIN (SELECT DISTINCT record_id AS stayed, queue FROM stays) AS q ON stayed = record_id",
               "started", ("queue",)),
    ),
    "agent": (
        (Dimension("pbx", "PBX", "PBX"), Dimension("agent", "Agent", "專員")),
        Source(f"calls JOIN (SELECT record_id AS had, staff FROM {PARTS} AS s) AS a ON had = record_id",
               "started", ("pbx", "staff")),
    ),
}  # fmt: skip
"""What the rows can be of."""


def pairs(rows: Iterable[Row]) -> list[Row]:
    """How many records have both of two tags; for a tag with itself, how many have it."""
    counted: Counter[str] = Counter()
    for bits, count in rows:
        tags = [tag.name for tag in CATALOGUE if bits >> tag.bit & 1]
        counted.update({" + ".join(dict.fromkeys((a, b))): count for a in tags for b in tags if a <= b})
    return sorted(counted.items())


def by(name: str) -> Report:
    """By DN, queue or agent, or for all calls together (``none``)."""
    dimensions, source = BY[name]
    figures = [Figure("calls", "Calls", "通數", "#", "records", "紀錄", "A", Count("calls", "1 = 1"))]
    for tag in CATALOGUE:
        figures += [
            Figure(tag.name, tag.en, tag.zh, "#", f"records with the tag {tag.name}", f"有標籤「{tag.zh}」的紀錄",
                   "A", Count("calls", tagged(tag.name))),
            Figure(f"{tag.name}_share", f"{tag.en}, share", f"{tag.zh}佔比", "%", f"{tag.name} ÷ calls",
                   f"「{tag.zh}」÷「通數」", "A", Ratio((tag.name,), ("calls",))),
        ]  # fmt: skip
    return Report(
        "tags", "Tags", "標籤分布",
        "One row for each DN, queue or agent, or one for all calls. A call counts when it starts, once for each tag.",
        "每個 DN、佇列或專員一列，或全部通話。通話計於開始時，每個標籤一次。",
        dimensions, {"calls": source}, tuple(figures),
        (Breakdown("both", "Records with both tags", "同時具備兩標籤的紀錄", "calls", "tag_bits", pairs),)
        if not dimensions
        else (),
    )  # fmt: skip
