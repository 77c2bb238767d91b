"""Which calls are behind a number of a report: the address of their list, where Calls can tell them."""

from __future__ import annotations

from urllib.parse import urlencode

from bridge.reports.result import Line, Result
from bridge.store.outcomes import INBOUND, OUTBOUND
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.times import rfc3339

INTO, OUT_OF = {"direction": "inbound"}, {"direction": "outbound"}
FIGURES: dict[str, dict[str, dict[str, str]]] = {
    "dn": {
        "arrived": INTO,
        "concluded": INTO,
        **{name: INTO | {"outcome": name} for name in INBOUND},
        **{f"out_{name}": OUT_OF | {"outcome": name} for name in OUTBOUND},
        "tag_customer_abandon": INTO | {"tag": "customer_abandon"},
        "late": INTO | {"outcome": "answered", "tag": "over_agent_answer_threshold"},
        "late_any": INTO | {"tag": "over_agent_answer_threshold"},
        "waited_long": INTO | {"tag": "over_customer_waiting_threshold"},
        "reassigned": INTO | {"tag": "reassign"},
        "reassigned_other": INTO | {"tag": "reassigned_call"},
        "queued": INTO | {"tag": "queued"},
        "incomplete": INTO | {"kind": "incomplete"},
    },
    "queues": {"entered": INTO, "entered_outbound": OUT_OF},
    "tags": {"calls": {}, **{name: {"tag": name} for name in BY_NAME}},
}
"""Report, figure, and the keys of its calls. Of others no filter of Calls gives exactly the calls that they count."""
FILTERS = ("pbx", "dn", "queue", "agent")


def list_of(result: Result, line: Line | None) -> str | None:
    """The calls of a line, of all figures, or of everything."""
    return _address(result, line, {})


def calls_behind(result: Result, line: Line | None, figure: str) -> str | None:
    keys = FIGURES.get(result.report.name, {}).get(figure)
    return _address(result, line, keys) if keys is not None else None


def _address(result: Result, line: Line | None, keys: dict[str, str]) -> str | None:
    """None where a filter or a row is of what Calls has no filter for."""
    wanted = dict(keys)
    for name in FILTERS:
        given = getattr(result.request.filters, name)
        if len(given) > 1:
            return None
        wanted |= {name: given[0]} if given else {}
    if line is not None:
        for dimension, value in zip(result.dimensions, line.key, strict=True):
            if dimension.id not in FILTERS or wanted.get(dimension.id, value) != value:
                return None
            wanted[dimension.id] = value
    if {"–", "-"} & set(wanted.values()):
        return None
    since, until = result.request.since, result.request.until
    if line is not None and result.request.interval != "none":
        if line.bucket.start is None or line.bucket.end is None:
            return None  # in a profile an hour is many
        since, until = max(since, line.bucket.start), min(until, line.bucket.end)
    return "/calls?" + urlencode(wanted | {"since": rfc3339(since / 1000), "until": rfc3339(until / 1000)})
