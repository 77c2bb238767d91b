"""The figures of each report that a manager looks at first."""

import re
from collections.abc import Iterable, Iterator

MAIN = {
    "agents": ("offered", "answered", "answer_rate", "rejected", "no_answer", "device_failed", "handled", "ring",
               "talk", "hold", "talk_hold_avg"),
    "dn": ("arrived", "answered", "answer_rate", "sl_offered", "abandoned", "abandon_rate", "concluded", "asa",
           "talk", "at_once"),
    "queues": ("entered", "answered", "answer_rate", "sl_offered", "abandoned", "abandon_rate", "timeout", "asa",
               "wait", "waiting_at_once"),
    "service-level": ("sl_a", "sl_b", "sl_x", "sl_offered", "sl_firstline"),
    "devices": ("offers", "device_failed", "device_rate", "lost_in_call", "unreachable_queue", "last_failure"),
}  # fmt: skip
"""By report. For a report that is not named here, all counts and averages that are not zero come first."""


PARTS: dict[str, tuple[str, ...]] = {
    "dn": ("answered_other", "overflowed", "callback", "exited", "unserved", "menu", "unknown"),
    "queues": ("refused_full", "refused_empty", "leave_empty", "key", "transferred", "unknown"),
}
"""Other outcomes of a call or a stay. They are shown too if they are not zero, so that the parts add up."""


def main(report: str, level: str, shown: Iterable[str]) -> Iterator[str]:
    """The main figures of a result. ``sl_offered`` is replaced by the columns of the service level ``level``, one
    for each limit among the ``shown`` figures. Empty for a report that is not in `MAIN`."""
    known = [*shown]
    for name in MAIN.get(report, ()):
        if name == "sl_offered":
            yield from levels(level, known)
        else:
            yield name


def levels(level: str, shown: Iterable[str]) -> list[str]:
    """The figures that are this service level, for one limit or several."""
    return [name for name in shown if re.fullmatch(rf"{level}(_\d+)?", name)]
