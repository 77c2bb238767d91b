"""What the records of a plan must say, by what the phones did. It follows docs/tags.md and knows nothing of how
callbridge decides."""

from tests.live.chance.offered import FAILED, Offer, asked, nobody_to_go_to, offered_again, offers_of, told
from tests.live.chance.plan import Plan, Queue, Step
from tests.live.chance.seen import Deed, Log
from tests.live.chance.undecided import CLOSE, PRESSING, TooCloseError, not_too_close
from tests.live.expected import Expected

SHORT_ABANDON = 2.0
QUEUED_AFTER = 1.0
STRICT_ANSWER, STRICT_WAIT = 3.0, 5.0
"""The thresholds of the queue ``strict``; those of everybody else are never reached."""


def expected(plan: Plan, log: Log, members_told: bool = True) -> list[Expected]:
    """The customer's call, then each consultation that led to nothing.

    members_told: whether the feed tells queues' members, which ARI does not.
    """
    not_too_close(plan, log)
    dropped = [deed for deed in log.deeds if deed.what == "asks" and (deed.dropped_by or not deed.connected)]
    return [_customers(plan, log, members_told, dropped), *(_consultation(plan, log, deed) for deed in dropped)]


def _customers(plan: Plan, log: Log, members_told: bool, dropped: list[Deed]) -> Expected:
    offers = offers_of(plan, log, members_told, dropped)
    direction, category = _category(plan, log, offers)
    tags = category | {FAILED[offer.outcome] for offer in offers if offer.outcome in FAILED}
    tags |= offered_again(offers)
    tags |= {tag for deed in log.deeds for tag in _done(plan, deed)}
    exits = {reason for number in log.reached if (reason := _left(plan, log, number))}
    if len(exits) > 1:
        raise TooCloseError("left two queues for different reasons")
    tags |= {"queue_exit"} if exits else set()
    if _over(max((_rang_in(plan, log, number) for number in _strict(plan, log)), default=0.0), STRICT_ANSWER):
        tags.add("over_agent_answer_threshold")
    if plan.caller == "customer":
        if any(_queued(plan, log, number) for number in log.reached):
            tags.add("queued")
        if _over(_waited_strictly(plan, log), STRICT_WAIT):
            tags.add("over_customer_waiting_threshold")
    ended_by, more = _end(plan, log, offers)
    abandoned_in = _stage(plan, log) if "customer_abandon" in more and direction == "inbound" else None
    return Expected(
        tags=" ".join(sorted(tags | more)),
        offers=told(offers),
        direction=direction,
        ended_by=ended_by,
        transfers=None if log.deeds else "",
        abandoned_in=abandoned_in,
        queue_exit_reason=next(iter(exits), None),
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
            two = len([who for who in staff if _role(who) != "extension"]) > 1
            return "internal", {"agent_to_agent_call"} if two else set()
    return "inbound", {"incoming_dn_call"}


def _end(plan: Plan, log: Log, offers: list[Offer]) -> tuple[str | None, set[str]]:
    """Who ended the call, and the tags of that."""
    if log.conversations:
        last = log.conversations[-1]
        match last.ended_by:
            case "customer" if plan.outer == "customer":
                return "customer", {"customer_disconnect"}
            case "customer" | "staff":
                who = plan.outer if last.ended_by == "customer" else last.who
                if _role(who) == "extension":
                    return None, {"agent_disconnect"} if plan.outer == "customer" else set()
                return _role(who), {"agent_disconnect"}
        if log.gave_up_at is not None:
            raise TooCloseError("the customer hung up after the PBX had ended the talk")
        if "extension" in (_role(last.who), _role(plan.outer)) and plan.caller != "customer":
            raise TooCloseError("the PBX ended a talk of a plain extension inside")
        return "system", {"system_disconnect"}
    if plan.goes_out:
        return None, {"customer_abandon"} if any(rang.who == "customer" for rang in log.rang) else set()
    if log.gave_up_at is None:
        return "system", set()
    if plan.caller != "customer":
        return None if _role(plan.caller) == "extension" else _role(plan.caller), set()
    failed = any(offer.outcome in FAILED for offer in offers)
    short = not failed and not _over(log.gave_up_at - log.called_at, SHORT_ABANDON)
    return "customer", {"customer_abandon"} | ({"short_abandon"} if short else set())


def _role(who: str) -> str:
    return {"a": "agent", "s": "supervisor", "e": "extension", "c": "customer"}[who[0]]


def _done(plan: Plan, deed: Deed) -> set[str]:
    """The tags of what somebody did in a talk."""
    by, to = _role(deed.by), _role(deed.to)
    match deed.what:
        case "blind" | "asks" | "parks" if deed.connected and not deed.dropped_by and deed.by != deed.to:
            if by == "supervisor":
                return {"supervisor_transferred_call", "transferred"}
            if to == "extension":
                return set()
            return {"transferred"} | ({"agent_transferred_call"} if by == "agent" else set())
        case "is moved" if deed.connected:
            if "supervisor" in (by, to):
                return {"supervisor_transferred_call", "transferred"}
            return {"agent_transferred_call", "transferred"}
        case "makes it three":
            return _together([_role(plan.outer), by, to])
        case "a room":
            # The supervisor or agent who came third, for a while.
            return _together([_role(plan.outer), by, to])
        case "listens" | "keeps listening" if by == "supervisor":
            return {"supervisor_monitored_call"}
        case "whispers" if by == "supervisor" and to != "extension":
            return {"supervisor_coached_call"}
        case "whispers" if by == "agent" and to == "agent":
            return {"agent_coached_call"}
        case "barges in":
            return _together([_role(plan.outer), by, to])
    return set()


def _together(roles: list[str]) -> set[str]:
    """The tags of those who all hear one another."""
    tags = {"agent_conference_call"} if roles.count("agent") > 1 else set()
    return tags | ({"supervisor_conference_call"} if {"customer", "agent", "supervisor"} <= set(roles) else set())


def _consultation(plan: Plan, log: Log, deed: Deed) -> Expected:
    offers = asked(plan, log, deed)
    tags = {FAILED[offer.outcome] for offer in offers if offer.outcome in FAILED}
    if "extension" not in (_role(deed.by), _role(deed.to)):
        tags.add("agent_to_agent_call")
    ended_by = None
    if deed.dropped_by and _role(deed.dropped_by) != "extension":
        ended_by = _role(deed.dropped_by)
        tags.add("agent_disconnect")
    return Expected(
        tags=" ".join(sorted(tags)), offers=told(offers), direction="internal", ended_by=ended_by, consult=True
    )


def _in_step(log: Log, number: int) -> tuple[float, float]:
    later = [at for other, at in log.reached.items() if other > number]
    return log.reached[number], min(later, default=log.gave_up_at or log.over_at)


def _queued(plan: Plan, log: Log, number: int) -> bool:
    step = plan.steps[number] if number < len(plan.steps) else None
    if not isinstance(step, Queue) or (step.name == "shut" and nobody_to_go_to(plan, step)):
        return False
    joined, left = _in_step(log, number)
    left = min((rang.at for rang in log.rang if rang.step == number), default=left)
    if abs(left - joined - QUEUED_AFTER) < CLOSE:
        raise TooCloseError("waited as long as it takes to be queued")
    return left - joined > QUEUED_AFTER


def _strict(plan: Plan, log: Log) -> list[int]:
    """The steps in the queue that has thresholds."""
    steps = [plan.steps[number] if number < len(plan.steps) else None for number in log.reached]
    return [number for number, step in zip(log.reached, steps, strict=True) if _is_strict(step)]


def _is_strict(step: Step | None) -> bool:
    return isinstance(step, Queue) and step.name == "strict"


def _rang_in(plan: Plan, log: Log, number: int) -> float:
    """How long a phone rang in a step, at most."""
    rang = [each for each in log.rang if each.step == number and plan.manners[each.who].by_itself == "ring"]
    return max(((each.acted_at or each.over_at) - each.at for each in rang), default=0.0)


def _waited_strictly(plan: Plan, log: Log) -> float:
    """How long the customer waited, if the first queue was the one that has thresholds."""
    queues = [n for n in sorted(log.reached) if n < len(plan.steps) and isinstance(plan.steps[n], Queue)]
    if not queues or not _is_strict(plan.steps[queues[0]]):
        return 0.0
    if log.conversations and log.conversations[0].began < log.reached[queues[0]]:
        return 0.0
    until = log.conversations[0].began if log.conversations else log.gave_up_at or log.over_at
    return until - log.reached[queues[0]]


def _over(seconds: float, limit: float) -> bool:
    if abs(seconds - limit) < CLOSE:
        raise TooCloseError("as long as the threshold")
    return seconds > limit


def _left(plan: Plan, log: Log, number: int) -> str | None:
    """Why the customer left that queue unanswered."""
    step = plan.steps[number] if number < len(plan.steps) else None
    if not isinstance(step, Queue) or any(each.step == number for each in log.conversations):
        return None
    if not any(other > number for other in log.reached):
        return None
    if step.name == "shut" and nobody_to_go_to(plan, step):
        return "join_empty"
    if number not in log.keyed:
        return "timeout"
    next_at = min(at for other, at in log.reached.items() if other > number)
    return "key" if next_at - log.keyed[number] < PRESSING else "timeout"


def _stage(plan: Plan, log: Log) -> str:
    at = log.gave_up_at or 0.0
    if any(rang.at <= at <= rang.over_at and plan.manners[rang.who].by_itself == "ring" for rang in log.rang):
        return "ringing"
    number = max(log.reached, default=len(plan.steps))
    return "queue" if number < len(plan.steps) and isinstance(plan.steps[number], Queue) else "ivr"
