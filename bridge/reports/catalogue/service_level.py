"""Service levels side by side: all formulas, for several limits."""

from collections.abc import Sequence

from bridge.reports.catalogue.dn import SOURCES as OF_CALLS
from bridge.reports.catalogue.levels import CALLS, STAYS, Sets, firstline, levels, sets
from bridge.reports.catalogue.queues import SOURCES as OF_STAYS
from bridge.reports.catalogue.queues import histogram
from bridge.reports.figures import Dimension, Figure, Report, Source


def by_dn(limits: Sequence[int]) -> Report:
    """By DN, of calls. ``limits``: seconds."""
    return _report(Dimension("dn", "DN", "DN"), {"concluded": OF_CALLS["concluded"]}, CALLS, limits)


def by_queue(limits: Sequence[int]) -> Report:
    """By queue, of stays."""
    return _report(Dimension("queue", "Queue", "佇列"), {"left": OF_STAYS["left"]}, STAYS, limits)


def _report(by: Dimension, sources: dict[str, Source], of: Sets, limits: Sequence[int]) -> Report:
    figures: list[Figure] = [*sets(of, shown=True)]
    for limit in limits:
        figures += levels(of, limit)
    figures.append(firstline(of))
    figures += histogram(of.source, of.a, "answered_wait", "Answered after", "應答前")
    figures += histogram(of.source, of.b, "abandoned_wait", "Abandoned after", "放棄前")
    return Report(
        "service-level", "Service level", "服務水準",
        "One row for each DN, of calls, or for each queue, of stays. All seven formulas for each limit of N seconds.",
        "每個 DN 一列（通話），或每個佇列一列（停留）。各門檻 N 的七種公式並列。",
        (by,), sources, tuple(figures),
    )  # fmt: skip
