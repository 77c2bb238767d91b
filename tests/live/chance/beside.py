"""What the records of those calls must say that were placed beside the customer's, by who talked with the customer or
to that one."""

from tests.live.chance.offered import FAILED, Offer, asked, has_failed, offered_again, rounds_of, told
from tests.live.chance.plan import Plan
from tests.live.chance.second import CALLS
from tests.live.chance.seen import Deed, Log
from tests.live.chance.waiting import QUEUED_AFTER, over
from tests.live.expected import Expected

SHORT_ABANDON = 2.0


def role(who: str) -> str:
    return {"a": "agent", "s": "supervisor", "e": "extension", "c": "customer", "o": "outside"}[who[0]]


def deeds_beside(log: Log) -> list[Deed]:
    """The consultations that led to nothing, and the second calls."""
    return [
        deed for deed in log.deeds if deed.what in CALLS or (deed.what in ("asks", "asks outside") and _dropped(deed))
    ]


def _dropped(deed: Deed) -> bool:
    return bool(deed.dropped_by) or not (deed.connected or deed.left_ringing)


def beside(plan: Plan, log: Log, deed: Deed) -> Expected:
    if deed.what == "asks outside":
        return _outside(deed)
    offers = asked(plan, log, deed)
    rounds_of(plan, log, offers)
    tags = {FAILED[offer.outcome] for offer in offers if offer.outcome in FAILED} | offered_again(offers)
    left_queue = deed.in_queue and not deed.connected and deed.gave_up_at is None
    tags |= {"queue_exit"} if left_queue else set()
    exit_reason = "timeout" if left_queue else None
    if deed.by == "customer":
        return _customers(deed, offers, tags, exit_reason)
    inside = {deed.by, deed.to, *(offer.who for offer in offers)}
    if len([who for who in inside if role(who) != "extension"]) > 1:
        tags.add("agent_to_agent_call")
    ended_by = None
    if deed.dropped_by and role(deed.dropped_by) != "extension":
        ended_by = role(deed.dropped_by)
        tags.add("agent_disconnect")
    return Expected(
        tags=" ".join(sorted(tags)), offers=told(offers), direction="internal", ended_by=ended_by,
        queue_exit_reason=exit_reason, consult=deed.what == "asks",
    )  # fmt: skip


def _outside(deed: Deed) -> Expected:
    tags, ended_by = {"outbound_call"}, None
    if deed.dropped_by == "outside":
        ended_by = "customer"
        tags.add("customer_disconnect")
    elif deed.dropped_by:
        ended_by = None if role(deed.by) == "extension" else role(deed.by)
        tags.add("agent_disconnect")
    else:
        tags.add("customer_abandon")
    return Expected(tags=" ".join(sorted(tags)), direction="outbound", ended_by=ended_by, consult=True)


def _customers(deed: Deed, offers: list[Offer], tags: set[str], exit_reason: str | None) -> Expected:
    """Of another customer, who called while the first talked."""
    tags.add("incoming_dn_call")
    ended_by: str | None = "system"
    abandoned_in = None
    if deed.dropped_by == "customer":
        ended_by = "customer"
        tags.add("customer_disconnect")
    elif deed.dropped_by:
        ended_by = None if role(deed.to) == "extension" else role(deed.to)
        tags.add("agent_disconnect")
    elif deed.gave_up_at is not None:
        ended_by, abandoned_in = "customer", "queue" if deed.what == "a second waits" else "ringing"
        tags.add("customer_abandon")
        failed = any(has_failed(offer) for offer in offers)
        tags |= {"short_abandon"} if not failed and not over(deed.gave_up_at - deed.began, SHORT_ABANDON) else set()
    first = min((offer.at for offer in offers), default=deed.gave_up_at or deed.ended)
    if deed.in_queue and over(first - deed.began, QUEUED_AFTER):
        tags.add("queued")
    return Expected(
        tags=" ".join(sorted(tags)), offers=told(offers), ended_by=ended_by, abandoned_in=abandoned_in,
        queue_exit_reason=exit_reason,
    )  # fmt: skip
