"""What the records of a plan must say, by what the phones did. It follows docs/tags.md and knows nothing of how
callbridge decides."""

from tests.live.chance.beside import SHORT_ABANDON, beside, deeds_beside, role
from tests.live.chance.closer import Closely
from tests.live.chance.offered import FAILED, Offer, has_failed, offered_again, offers_of, told
from tests.live.chance.plan import Plan
from tests.live.chance.seen import Deed, Log
from tests.live.chance.undecided import TooCloseError, announces_unheard, not_too_close
from tests.live.chance.waiting import QUEUED_AFTER, exit_of, over, queue_of, queued
from tests.live.expected import Expected

STRICT_ANSWER, STRICT_WAIT = 3.0, 5.0
"""The thresholds of the queue ``strict``; those of everybody else are never reached."""


def expected(plan: Plan, log: Log, members_told: bool = True) -> list[Expected]:
    """The customer's call, then each that was placed beside it.

    members_told: whether the feed tells queues' members, which ARI does not.
    """
    not_too_close(plan, log)
    others = deeds_beside(log)
    own = [Expected(tags="", direction="internal") for manner in plan.manners.values() if manner.busy]
    own += [Expected(tags="", direction="internal")] * log.picked_up_in_vain
    return [_customers(plan, log, members_told, others), *(beside(plan, log, deed) for deed in others), *own]


def _customers(plan: Plan, log: Log, members_told: bool, others: list[Deed]) -> Expected:
    offers = offers_of(plan, log, members_told, others)
    direction, category = _category(plan, log, offers)
    tags = category | {FAILED[offer.outcome] for offer in offers if offer.outcome in FAILED}
    tags |= offered_again(offers)
    tags |= {tag for deed in log.deeds for tag in _done(plan, deed, members_told)}
    exits = {reason for number in log.reached if (reason := exit_of(plan, log, number))}
    if any(deed.what == "blind" and deed.in_queue and not (deed.connected or deed.gave_up_at) for deed in log.deeds):
        exits.add("timeout")
    if len(exits) > 1:
        raise TooCloseError("left two queues for different reasons")
    tags |= {"queue_exit"} if exits else set()
    if over(max((_rang_in(plan, log, number) for number in _strict(plan, log)), default=0.0), STRICT_ANSWER):
        tags.add("over_agent_answer_threshold")
    if plan.caller == "customer":
        if any(queued(plan, log, number, members_told) for number in log.reached) or _queued_later(log):
            tags.add("queued")
        if over(_waited_strictly(plan, log), STRICT_WAIT):
            tags.add("over_customer_waiting_threshold")
    ended_by, more = _end(plan, log, offers)
    abandoned_in = _stage(plan, log) if "customer_abandon" in more and direction == "inbound" else None
    return Closely(
        tags=" ".join(sorted(tags | more)),
        offers=told(offers),
        direction=direction,
        ended_by=ended_by,
        transfers=None if log.deeds else "",
        abandoned_in=abandoned_in,
        queue_exit_reason=next(iter(exits), None),
        plan=plan,
        log=log,
        offered=tuple(offers),
        members_told=members_told,
    )


def _category(plan: Plan, log: Log, offers: list[Offer]) -> tuple[str, set[str]]:
    match plan.way_in:
        case "click" if not log.conversations and all(rang.who != "customer" for rang in log.rang):
            return "internal", set()
        case "out" | "click":
            return "outbound", {"outbound_call"}
        case "out showing no DN":
            return "outbound", {"non_dn_outgoing_call"}
        case "extension":
            return "inbound", {"non_dn_incoming_call"}
        case "inside":
            staff = {plan.caller, *(offer.who for offer in offers), *(talk.who for talk in log.conversations)}
            two = len([who for who in staff if role(who) != "extension"]) > 1
            return "internal", {"agent_to_agent_call"} if two else set()
    return "inbound", {"incoming_dn_call"}


def _end(plan: Plan, log: Log, offers: list[Offer]) -> tuple[str | None, set[str]]:
    """Who ended the call, and the tags of that."""
    if log.conversations:
        last = log.conversations[-1]
        match last.ended_by:
            case "outside":
                return "unknown", set()
            case "silent":
                return "system", {"system_disconnect", "device_lost"}
            case "customer" if plan.outer == "customer":
                return "customer", {"customer_disconnect"}
            case "customer" | "staff":
                who = plan.outer if last.ended_by == "customer" else last.who
                if role(who) == "extension":  # whoever of the house ended it and is no supervisor
                    return ("agent", {"agent_disconnect"}) if plan.outer == "customer" else (None, set())
                return role(who), {"agent_disconnect"}
        if log.gave_up_at is not None:
            raise TooCloseError("the customer hung up after the PBX had ended the talk")
        if "extension" in (role(last.who), role(plan.outer)) and plan.caller != "customer":
            raise TooCloseError("the PBX ended a talk of a plain extension inside")
        return "system", {"system_disconnect"}
    if plan.goes_out:
        return None, {"customer_abandon"} if any(rang.who == "customer" for rang in log.rang) else set()
    if log.gave_up_at is None:
        return "system", set()
    if plan.caller != "customer":
        return None if role(plan.caller) == "extension" else role(plan.caller), set()
    failed = any(has_failed(offer) for offer in offers)
    short = not failed and not over(log.gave_up_at - log.called_at, SHORT_ABANDON)
    return "customer", {"customer_abandon"} | ({"short_abandon"} if short else set())


def _done(plan: Plan, deed: Deed, parking_told: bool) -> set[str]:
    """The tags of what somebody did in a talk. parking_told: whether the feed tells that a panel has parked somebody,
    which ARI does not: then the panel has moved her."""
    by, to = role(deed.by), role(deed.to)
    match deed.what:
        case "asks outside" if deed.connected and not deed.dropped_by:
            return {"transferred_external"} | (_passed(by, to) if by == "supervisor" else set())
        case "blind" | "asks" | "parks" | "is parked by a panel" | "asks the lot" | "asks a room" if (
            deed.connected and not deed.dropped_by and deed.by != deed.to
            and (parking_told or deed.what != "is parked by a panel")
        ):  # fmt: skip
            return _passed(by, to)
        case "is parked by a panel" if not parking_told and plan.outer != "customer":
            return set()  # nobody knows of a talk inside that it was moved
        case "is moved" | "is bridged" | "is parked by a panel" if deed.connected and deed.by != deed.to:
            return _passed("supervisor" if "supervisor" in (by, to) else by, to)
        case "makes it three":
            return _together([role(plan.outer), by, to])
        case "a room":
            # The supervisor or agent who came third, for a while, or in place of who brought the customer there.
            return _together([role(plan.outer), by, to]) | (_passed(by, to) if deed.left else set())
        case "listens" | "keeps listening" if by == "supervisor":
            return {"supervisor_monitored_call"}
        case "whispers" if by == "supervisor" and to != "extension":
            return {"supervisor_coached_call"}
        case "whispers" if by == "agent" and to == "agent":
            return {"agent_coached_call"}
        case "barges in":
            return _together([role(plan.outer), by, to])
    return set()


def _passed(by: str, to: str) -> set[str]:
    """The tags of a call that one passed to another."""
    if by == "supervisor":
        return {"supervisor_transferred_call", "transferred"}
    if to == "extension":
        return set()
    return {"transferred"} | ({"agent_transferred_call"} if by == "agent" else set())


def _together(roles: list[str]) -> set[str]:
    """The tags of those who all hear one another."""
    tags = {"agent_conference_call"} if roles.count("agent") > 1 else set()
    return tags | ({"supervisor_conference_call"} if {"customer", "agent", "supervisor"} <= set(roles) else set())


def _strict(plan: Plan, log: Log) -> list[int]:
    """The steps in the queue that has thresholds."""
    return [number for number in log.reached if _is_strict(plan, number)]


def _is_strict(plan: Plan, number: int) -> bool:
    step = queue_of(plan, number)
    return step is not None and step.name == "strict"


def _rang_in(plan: Plan, log: Log, number: int) -> float:
    """How long a phone rang in a step, at most."""
    rang = [each for each in log.rang if each.step == number and plan.manners[each.who].rings]
    rang = [each for each in rang if not any(each is dead for dead in log.called_dead.values())]
    if any(announces_unheard(plan, each) for each in rang):
        raise TooCloseError("nobody knows how long a phone rang that announces it by 183 alone")
    acted = [each.acted_at if each.acted not in (None, "died", "unregistered") else each.over_at for each in rang]
    return max((at - each.at for at, each in zip(acted, rang, strict=True)), default=0.0)


def _waited_strictly(plan: Plan, log: Log) -> float:
    """How long the customer waited, if the first queue was the one that has thresholds."""
    queues = [number for number in sorted(log.reached) if queue_of(plan, number) is not None]
    if not queues or not _is_strict(plan, queues[0]):
        return 0.0
    if log.conversations and log.conversations[0].began < log.reached[queues[0]]:
        return 0.0
    until = log.conversations[0].began if log.conversations else log.gave_up_at or log.over_at
    return until - log.reached[queues[0]]


def _queued_later(log: Log) -> bool:
    """Whether the customer, passed on to a queue, waited before anybody was called."""
    for deed in log.deeds:
        if deed.what == "blind" and deed.in_queue:
            rang = [r.at for r in log.rang if r.who == deed.to and deed.began <= r.at <= deed.ended]
            if over(min(rang, default=deed.ended) - deed.began, QUEUED_AFTER):
                return True
    return False


def _stage(plan: Plan, log: Log) -> str:
    at = log.gave_up_at or 0.0
    rings = [rang for rang in log.rang if plan.manners[rang.who].rings]
    rings = [rang for rang in rings if not any(rang is dead for dead in log.called_dead.values())]
    if any(rang.at <= at <= rang.over_at for rang in rings):
        return "ringing"
    if log.moved is not None:
        return "ivr"
    number = max(log.reached, default=len(plan.steps))
    return "queue" if queue_of(plan, number) is not None else "ivr"
