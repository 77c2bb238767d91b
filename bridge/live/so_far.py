"""What already holds of a call that goes on: its tags, by the rules that judge it when it is over.

An attempt that still goes on has come to nothing yet. Some tags are known only at the end, and never shown before.
"""

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
"""Tags that no call has while it goes on."""
MOST_OFFERS = 200
"""Of a call up to which its tags are looked for while it lasts."""


def is_open(offer: Offer, call: Call) -> bool:
    """Whether the agent is still being called, on this phone or on another that was called beside it."""
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
    """By bit; None of a call too large. A few may be taken back, as events overtake one another."""
    if len(call.offers) > MOST_OFFERS:
        return None
    rounds = tuple(tuple(_not_over(offer, call) for offer in attempt) for attempt in call.rounds)
    tags = decide(msgspec.structs.replace(call, rounds=rounds), rules)
    return [name for name in tags if name not in AT_THE_END]


def _not_over(offer: Offer, call: Call) -> Offer:
    """An offer of which nobody knows yet whether it fails."""
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
