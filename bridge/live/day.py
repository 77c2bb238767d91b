"""The figures of today: those of the reports, and the calls that are in no report yet.

The store computes the figures a few times a minute. Between two computations calls begin, are answered and end. Each
call counts from the moment at which the report will count it, and goes on to count after its end until the store has
its record. So no number falls when a call ends, and when no call is in progress the board equals the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from bridge.live.items import AgentItem, CallItem, Failure, Kind, TodayItem
from bridge.vocabulary.terms import NEVER_IN
from bridge.vocabulary.times import rfc3339, seconds

PATIENCE = 15.0
"""Seconds for which an ended call counts although the store has no record of it: it may be part of another call's
record."""
MOST_OVER = 10_000
"""Ended calls that wait for figures. If there are more, because the store cannot be read, the oldest are forgotten.
"""
HOUR = 3600.0
Place = tuple[Kind, str]
"""Kind and key of an item."""
Counted = Literal["arrived", "answered", "rejected", "no_answer", "device_failed"]
OF_OFFERS: Mapping[str, Counted] = {
    "answered": "answered", "rejected": "rejected", "no_answer": "no_answer", "cpe_rejected": "device_failed",
}  # fmt: skip
"""Which figure an offer's outcome counts for."""


class AgentDay(msgspec.Struct, frozen=True):
    """Today's figures of one agent."""

    handled: int = 0
    answered: int = 0
    rejected: int = 0
    no_answer: int = 0
    device_failed: int = 0
    last_failure: Failure | None = None


class Figures(NamedTuple):
    """What the store said at one moment."""

    since: str
    """When today began, written as times of items are."""
    nothing: TodayItem
    """Figures of DNs and queues that have none yet."""
    today: Mapping[str, TodayItem]
    agents: Mapping[str, AgentDay]
    """By PBX/agent."""
    failures: Mapping[str, Sequence[str]]
    """Times of phones' failures in the last hour, by PBX/device."""
    on_record: frozenset[str]
    """Of the calls asked about, those that these figures contain."""


class Share(NamedTuple):
    """What one call adds to the figures."""

    counts: Counter[tuple[Place, Counted]]
    failures: Sequence[tuple[str, str, Failure]]
    """Keys of agents and devices."""


NONE = Share(Counter(), ())


class Day:
    """The day of one service."""

    def __init__(self) -> None:
        self._figures: Figures | None = None
        self._calls: dict[str, CallItem] = {}
        """Calls in progress, and ended calls that are not in the figures yet."""
        self._over: dict[str, float] = {}
        """When each ended call was seen to have ended."""
        self._shares: dict[str, Share] = {}
        self._sums: Counter[tuple[Place, Counted]] = Counter()
        self._failures: dict[str, dict[str, list[Failure]]] = {}
        """Of calls in no report yet: by the agent's key, then by call."""

    @property
    def calls(self) -> list[str]:
        """The calls of which the store must say whether its figures contain them."""
        return [*self._calls]

    def known(self, key: str) -> CallItem | None:
        """A call in progress, or one that has just ended."""
        return self._calls.get(key)

    def call(self, key: str, item: CallItem | None, now: float) -> set[Place]:
        """A call has changed, or has ended (None). Returns the items that say something else now."""
        if item is None:
            if key in self._calls:
                self._over[key] = now
            return self._forget(next(iter(self._over))) if len(self._over) > MOST_OVER else set()
        self._over.pop(key, None)
        self._calls[key] = item
        return self._count(key)

    def _forget(self, key: str) -> set[Place]:
        """Drop an ended call. Returns the items that say something else now."""
        del self._over[key], self._calls[key]
        return self._uncount(key)

    def take(self, figures: Figures, now: float) -> set[Place]:
        """The store has computed new figures. Returns the items that may say something else now."""
        before = self.places
        self._figures = figures
        for key in [key for key, at in self._over.items() if key in figures.on_record or now - at > PATIENCE]:
            del self._over[key], self._calls[key]
        self._shares.clear()
        self._sums.clear()
        self._failures.clear()
        for key in self._calls:
            self._count(key)
        return before | self.places

    @property
    def places(self) -> set[Place]:
        """All items of which some figure is known."""
        if self._figures is None:
            return set()
        here: set[Place] = {("today", key) for key in self._figures.today}
        here |= {("agent", key) for key in (*self._figures.agents, *self._failures)}
        return here | {place for (place, _), count in self._sums.items() if count}

    def _count(self, key: str) -> set[Place]:
        new = self._share(key)
        if new == self._shares.get(key, NONE):
            return set()
        touched = self._uncount(key)
        if new != NONE:
            self._shares[key] = new
        self._sums.update(new.counts)
        for agent, _, failure in new.failures:
            self._failures.setdefault(agent, {}).setdefault(key, []).append(failure)
        return touched | {place for place, _ in new.counts}

    def _uncount(self, key: str) -> set[Place]:
        old = self._shares.pop(key, NONE)
        for counted, count in old.counts.items():
            self._sums[counted] -= count
            if not self._sums[counted]:
                del self._sums[counted]
        for agent in {agent for agent, _, _ in old.failures}:
            del self._failures[agent][key]
            if not self._failures[agent]:
                del self._failures[agent]
        return {place for place, _ in old.counts}

    def _share(self, key: str) -> Share:
        figures, item = self._figures, self._calls[key]
        if figures is None or key in figures.on_record:
            return NONE
        return Share(Counter(_counted(item, figures.since)), [*_failed(item, figures.since)])

    # -- what is shown

    def today(self, key: str) -> TodayItem | None:
        figures = self._figures
        place: Place = ("today", key)
        if figures is None:
            return None
        base = figures.today.get(key)
        arrived, answered = self._sums[place, "arrived"], self._sums[place, "answered"]
        if base is None and not arrived and not answered:
            return None
        base = base or figures.nothing
        return msgspec.structs.replace(base, arrived=base.arrived + arrived, answered=base.answered + answered)

    def agent(self, key: str, item: AgentItem) -> AgentItem:
        """The agent's item with today's figures."""
        figures = self._figures
        if figures is None:
            return item
        base = figures.agents.get(key) or AgentDay()
        fresh = [failure for failures in self._failures.get(key, {}).values() for failure in failures]
        last = max((*fresh, *([base.last_failure] if base.last_failure else [])), key=lambda f: f.at, default=None)
        place: Place = ("agent", key)
        return msgspec.structs.replace(
            item,
            handled=base.handled,
            answered=base.answered + self._sums[place, "answered"],
            rejected=base.rejected + self._sums[place, "rejected"],
            no_answer=base.no_answer + self._sums[place, "no_answer"],
            device_failed=base.device_failed + self._sums[place, "device_failed"],
            last_failure=last,
        )

    def failing(self, least: int, now: float) -> list[str]:
        """PBX/device of the phones that failed at least so often within the last hour."""
        since, counts = rfc3339(now - HOUR), Counter[str]()
        for device, times in (self._figures.failures if self._figures is not None else {}).items():
            counts[device] += sum(at >= since for at in times)
        for share in self._shares.values():
            for _, device, failure in share.failures:
                counts[device] += failure.at >= since
        return [device for device, count in counts.items() if count >= least]

    @property
    def is_of_before(self) -> bool:
        """Whether calls have ended that the figures do not contain yet."""
        return bool(self._over)

    @property
    def since(self) -> float | None:
        """When today began, in epoch seconds."""
        return seconds(self._figures.since) if self._figures is not None else None


def _counted(item: CallItem, since: str) -> Iterator[tuple[Place, Counted]]:
    """Everything that a call counts for since then. Times are compared as text."""
    if item.direction == "inbound":
        places: list[Place] = [("today", "all"), ("today", f"dn:{item.dn or '–'}")]
        if item.started_at >= since:
            yield from ((place, "arrived") for place in places)
        if item.is_answered and item.answered_at is not None and item.answered_at >= since:
            yield from ((place, "answered") for place in places)
        for stay in item.stays or ():
            place: Place = ("today", f"queue:{stay.queue}")
            joined = stay.joined_at is not None or stay.exit not in (None, *NEVER_IN)
            if joined and (stay.joined_at or item.started_at) >= since:
                yield place, "arrived"
            if stay.exit == "answered" and stay.left_at is not None and stay.left_at >= since:
                yield place, "answered"
    for offer in item.offers or ():
        counts_for = OF_OFFERS.get(offer.outcome or "")
        if counts_for is not None and (offer.ended_at or offer.started_at) >= since:
            yield ("agent", f"{item.pbx}/{offer.agent}"), counts_for


def _failed(item: CallItem, since: str) -> Iterator[tuple[str, str, Failure]]:
    for offer in item.offers or ():
        at = offer.ended_at or offer.started_at
        if offer.outcome == "cpe_rejected" and at >= since:
            yield f"{item.pbx}/{offer.agent}", f"{item.pbx}/{offer.device}", Failure(at, offer.reason)
