"""What already holds of a call in progress: its tags, by the same rules that judge it at its end. An offer that still
lasts has no outcome yet. Some tags can be known only at the end, and are never shown before."""

from __future__ import annotations

import msgspec

from bridge.calls.call import Call
from bridge.calls.offer import Offer
from bridge.live.items import CallItem, Threshold
from bridge.tags.decide import decide
from bridge.tags.proof import Rules
from bridge.vocabulary.times import seconds

AT_THE_END = frozenset(
    ("agent_disconnect", "customer_disconnect", "system_disconnect", "customer_abandon", "short_abandon")
)
"""Tags that no call in progress has."""
MOST_OFFERS = 200
"""Offers up to which a call's tags are computed while it lasts."""


def is_open(offer: Offer, call: Call) -> bool:
    """Whether the agent is still being called, on this phone or on another that was called together with it."""
    if offer.answered:
        return False
    if offer.channel is not None and offer.channel.gone_at is None:
        return True
    return any(
        c.dial is not None and c.gone_at is None and not c.stays and c.dial.began_at <= offer.ended_at
        and call.parties[c.id] == offer.party
        for c in call.channels
    )  # fmt: skip


def tags_so_far(call: Call, rules: Rules) -> list[str] | None:
    """Tags by bit; None for a call that is too large. A few may be taken back, for events overtake one another."""
    if len(call.offers) > MOST_OFFERS:
        return None
    rounds = tuple(tuple(_not_over(offer, call) for offer in attempt) for attempt in call.rounds)
    tags = decide(msgspec.structs.replace(call, rounds=rounds), rules)
    return [name for name in tags if name not in AT_THE_END]


def _not_over(offer: Offer, call: Call) -> Offer:
    """An offer whose outcome is still open."""
    if not is_open(offer, call):
        return offer
    return msgspec.structs.replace(offer, outcome=None, reason=None, unseen=True)


def passed(item: CallItem, now: float) -> list[Threshold]:
    """Which thresholds the call has passed. ``now``: epoch seconds."""
    found: list[Threshold] = []
    if _is_over(item.answer_due, now):
        found.append("customer_waiting")
    if any(_is_over(offer.answer_due, now) for offer in item.offers or ()):
        found.append("agent_answer")
    return found


def _is_over(due: str | None, now: float) -> bool:
    return due is not None and seconds(due) < now
