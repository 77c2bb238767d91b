"""What the records of a plan must say, by what the phones did. It follows docs/tags.md and knows nothing of how
callbridge decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.live.chance.grammar import STAFF
from tests.live.chance.plan import Dial, Plan, Queue, Step
from tests.live.chance.seen import Deed, Log, Rang
from tests.live.expected import Expected

FAILED = {"rejected": "agent_reject", "cpe_rejected": "cpe_reject", "no_answer": "agent_no_answer_timeout"}
DECLINES = (480, 486, 600, 603)
"""What a person's phone sends; other codes are the device's."""
SHORT_ABANDON = 2.0
QUEUED_AFTER = 1.0
STRICT_ANSWER, STRICT_WAIT = 3.0, 5.0
"""The thresholds of the queue ``strict``; those of everybody else are never reached."""
CLOSE = 0.3
"""Seconds within which two things are too close for anybody to say which came first."""
PRESSING = 1.0
"""Seconds in which the PBX hears a key and does what it means."""
ROUND = 0.5
"""Seconds within which the phones of a round are called."""


class TooCloseError(Exception):
    """Nobody can say what the call deserves: two things happened at once, or docs/tags.md leaves it open."""


@dataclass
class Offer:
    who: str
    outcome: str
    at: float
    round: int = 0
    unreachable: bool = False


def expected(plan: Plan, log: Log, members_told: bool = True) -> list[Expected]:
    """The customer's call, then each consultation that led to nothing.

    members_told: whether the feed tells queues' members, which ARI does not.
    """
    _not_too_close(plan, log)
    dropped = [deed for deed in log.deeds if deed.what == "asks" and (deed.dropped_by or not deed.connected)]
    return [_customers(plan, log, members_told, dropped), *(_consultation(plan, log, deed) for deed in dropped)]


def _customers(plan: Plan, log: Log, members_told: bool, dropped: list[Deed]) -> Expected:
    offers = sorted(_offers(plan, log, members_told, dropped), key=lambda offer: offer.at)
    _number_rounds(plan, log, offers)
    direction, category = _category(plan, log, offers)
    tags = category | {FAILED[offer.outcome] for offer in offers if offer.outcome in FAILED}
    tags |= _offered_again(offers)
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
        offers=_told(offers),
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
        if "extension" in (_role(last.who), _role(plan.outer)):
            raise TooCloseError("the PBX ended a talk with a plain extension")
        return "system", {"system_disconnect"}
    if plan.goes_out:
        return None, {"customer_abandon"} if any(rang.who == "customer" for rang in log.rang) else set()
    if log.gave_up_at is None:
        return "system", set()
    if plan.caller != "customer":
        return None if _role(plan.caller) == "extension" else _role(plan.caller), set()
    failed = any(offer.outcome in FAILED for offer in offers)
    short = log.gave_up_at - log.called_at < SHORT_ABANDON and not failed
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


def _hides_code(plan: Plan, rang: Rang) -> bool:
    step = plan.steps[rang.step] if rang.step is not None else None
    options = step.options if isinstance(step, Dial | Queue) else ""
    told = rang.code in DECLINES or rang.acted != "declined"
    return not told and ("C" in options if isinstance(step, Queue) else "tkc" in options)


def _consultation(plan: Plan, log: Log, deed: Deed) -> Expected:
    offers = [Offer(rang.who, _outcome(plan, log, rang), rang.at) for rang in log.rang if _called_in(deed, rang)]
    offers = [offer for offer in offers if offer.who in STAFF]
    if _gone(plan, deed.to) and deed.to in STAFF:
        offers.append(Offer(deed.to, "cpe_rejected", deed.began))
    tags = {FAILED[offer.outcome] for offer in offers if offer.outcome in FAILED}
    if "extension" not in (_role(deed.by), _role(deed.to)):
        tags.add("agent_to_agent_call")
    ended_by = None
    if deed.dropped_by and _role(deed.dropped_by) != "extension":
        ended_by = _role(deed.dropped_by)
        tags.add("agent_disconnect")
    return Expected(
        tags=" ".join(sorted(tags)), offers=_told(offers), direction="internal", ended_by=ended_by, consult=True
    )


def _called_in(deed: Deed, rang: Rang) -> bool:
    return rang.step is None and rang.who == deed.to and deed.began <= rang.at <= deed.ended


def _gone(plan: Plan, who: str) -> bool:
    return plan.manners[who].by_itself == "gone"


def _offers(plan: Plan, log: Log, members_told: bool, dropped: list[Deed]) -> Iterator[Offer]:
    for rang in log.rang:
        if rang.who in STAFF and not any(_called_in(deed, rang) for deed in dropped):
            yield Offer(rang.who, _outcome(plan, log, rang), rang.at)
    for deed in log.deeds:
        if deed.what in ("blind", "is moved") and _gone(plan, deed.to):
            yield Offer(deed.to, "cpe_rejected", deed.began)
    dials = [plan.steps[number] for number in log.reached if number < len(plan.steps)]
    unreachable = {
        who for step in dials if isinstance(step, Dial) and _calls_nobody(plan, step) for who in step.targets
    }
    for number, at in log.reached.items():
        step = plan.steps[number] if number < len(plan.steps) else None
        if isinstance(step, Dial) and _calls_nobody(plan, step):
            for _ in range(step.tries):
                yield from (Offer(who, "cpe_rejected", at) for who in step.targets)
        if isinstance(step, Queue) and members_told and _nobody_to_go_to(plan, step) and step.name != "shut":
            for who, _ in step.members:
                if _gone(plan, who) and who not in (*step.paused, *unreachable):
                    unreachable.add(who)
                    yield Offer(who, "cpe_rejected", at, unreachable=True)


def _calls_nobody(plan: Plan, step: Dial) -> bool:
    return all(_gone(plan, who) for who in step.targets)


def _nobody_to_go_to(plan: Plan, step: Queue) -> bool:
    return all(_gone(plan, who) or who in step.paused for who, _ in step.members)


def _outcome(plan: Plan, log: Log, rang: Rang) -> str:
    manner = plan.manners[rang.who]
    if manner.by_itself == "refuse":
        return "cpe_rejected"
    if rang.acted == "answered":
        return "answered"
    if rang.acted == "forwarded":
        return "forwarded"
    if rang.acted == "not confirmed":
        if log.gave_up_at is not None and rang.acted_at <= log.gave_up_at <= rang.over_at + CLOSE:
            return "cancelled"
        return "rejected" if rang.hung_up else "no_answer"
    if rang.acted == "declined":
        return "rejected" if rang.code in DECLINES else "cpe_rejected"
    pressed = log.keyed.get(rang.step) if rang.step is not None else None
    if pressed is not None and rang.at <= pressed <= rang.over_at + CLOSE and rang.over_at - pressed < PRESSING:
        return "cancelled"
    if log.picked_up_at is not None and rang.at <= log.picked_up_at <= rang.over_at + 2 * CLOSE:
        return "answered_elsewhere"
    gave_up = [deed.gave_up_at for deed in log.deeds if deed.to == rang.who and deed.began <= rang.at <= deed.ended]
    if any(at is not None and rang.at <= at <= rang.over_at + CLOSE for at in (log.gave_up_at, *gave_up)):
        return "cancelled"
    if any(
        other.acted == "answered" and other is not rang and rang.at <= other.acted_at <= rang.over_at + CLOSE
        for other in log.rang
    ):
        return "answered_elsewhere"
    return "cpe_rejected" if manner.by_itself == "nothing" else "no_answer"


def _number_rounds(plan: Plan, log: Log, offers: list[Offer]) -> None:
    """Phones that ring side by side are one round."""
    first = 0.0
    before: Dial | Queue | None = None
    for place, offer in enumerate(offers):
        step = _step(plan, log, offer)
        together = step is before and (
            (isinstance(step, Dial) and len(step.targets) > 1)
            or (isinstance(step, Queue) and (step.together or offer.unreachable) and offer.at - first < ROUND)
        )
        if place and together:
            offer.round = offers[place - 1].round
        else:
            offer.round, first = place, offer.at
        before = step


def _step(plan: Plan, log: Log, offer: Offer) -> Dial | Queue | None:
    for rang in log.rang:
        if rang.who == offer.who and rang.at == offer.at:
            number = rang.step
            break
    else:
        number = next((number for number, at in log.reached.items() if at == offer.at), None)
    step = plan.steps[number] if number is not None else None
    return step if isinstance(step, Dial | Queue) else None


def _offered_again(offers: list[Offer]) -> set[str]:
    tags = set()
    for offer in offers:
        before = [other for other in offers if other.round < offer.round]
        # Who once answered had the call: what failed before is over.
        had = max((other.round for other in before if other.outcome == "answered"), default=-1)
        if any(other.outcome in FAILED for other in before if other.round > had):
            tags.add("reassign")
            if all(other.who != offer.who for other in before):
                tags.add("reassigned_call")
    return tags


def _in_step(log: Log, number: int) -> tuple[float, float]:
    later = [at for other, at in log.reached.items() if other > number]
    return log.reached[number], min(later, default=log.gave_up_at or log.over_at)


def _queued(plan: Plan, log: Log, number: int) -> bool:
    step = plan.steps[number] if number < len(plan.steps) else None
    if not isinstance(step, Queue) or (step.name == "shut" and _nobody_to_go_to(plan, step)):
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
    if step.name == "shut" and _nobody_to_go_to(plan, step):
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


def _told(offers: list[Offer]) -> str:
    text = ""
    for place, offer in enumerate(offers):
        if place:
            text += " & " if offer.at - offers[place - 1].at < CLOSE else ", "
        text += f"{offer.who} {offer.outcome}"
    return text


def _not_too_close(plan: Plan, log: Log) -> None:
    if log.picked_up_at is not None and any(abs(rang.acted_at - log.picked_up_at) < PRESSING for rang in log.rang):
        raise TooCloseError("acted and picked up at once")
    for number, at in log.keyed.items():
        acted = [when for rang in log.rang if rang.step == number for when in (rang.at, rang.acted_at)]
        if any(-CLOSE < when - at < PRESSING for when in acted):
            raise TooCloseError("a key was pressed while somebody acted")
    heard = [deed.began for deed in log.deeds if deed.what == "keeps listening"]
    if any(deed.by_keys and deed.ended > at for deed in log.deeds for at in heard):
        raise TooCloseError("a supervisor listened to a consultation as well")
    if log.crossed:
        raise TooCloseError("the PBX ended the call as it was answered")
    if plan.version == "16" and any(_hides_code(plan, rang) for rang in log.rang):
        raise TooCloseError("Asterisk 16 does not tell the code of a phone that is to show no missed call")
    failed = [deed.began for deed in log.deeds if deed.what in ("blind", "is moved") and not deed.connected]
    if any(deed.astray for deed in log.deeds) or any(at > began for at in log.reached.values() for began in failed):
        raise TooCloseError("the dialplan went on with a call that was passed on")
    answers = sorted(rang.acted_at for rang in log.rang if rang.acted == "answered")
    for rang in log.rang:
        if rang.acted is None and plan.manners[rang.who].by_itself != "refuse" and rang.over_at - rang.at < CLOSE:
            raise TooCloseError(f"{rang.who} was called off at once")
        if log.gave_up_at is not None:
            for at in (rang.at, rang.acted_at):
                if abs(at - log.gave_up_at) < CLOSE:
                    raise TooCloseError(f"the customer gave up while {rang.who} acted")
            if 0 < log.gave_up_at - rang.over_at < CLOSE and rang.acted is None:
                raise TooCloseError(f"the customer gave up when {rang.who}'s time was up")
    for one, other in pairwise(answers):
        if other - one < CLOSE:
            raise TooCloseError("two answered at once")
    if log.gave_up_at is not None and any(abs(at - log.gave_up_at) < CLOSE for at in log.reached.values()):
        raise TooCloseError("the customer gave up between two steps")
    if log.gave_up_at is not None and abs(log.gave_up_at - log.called_at - SHORT_ABANDON) < CLOSE:
        raise TooCloseError("the customer gave up when it was no longer short")
