"""To whom a call was offered, and what became of that, by what the phones did."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.live.chance.plan import Dial, Plan, Queue
from tests.live.chance.seen import Deed, Log, Rang
from tests.live.chance.undecided import CLOSE, PRESSING, UNHEARD, TooCloseError, announces_unheard, declines

FAILED = {"rejected": "agent_reject", "cpe_rejected": "cpe_reject", "no_answer": "agent_no_answer_timeout"}
ROUND = 0.5
"""Seconds within which the phones of a round are called."""


def is_staff(who: str) -> bool:
    return who[0] in "as"


@dataclass
class Offer:
    who: str
    outcome: str | None
    """None where the phone failed and nobody can say how."""
    at: float
    round: int = 0
    unreachable: bool = False
    until: float | None = None
    """When it was over, as its phone saw it."""
    rings: bool = False
    step: int | None = None


def offers_of(plan: Plan, log: Log, members_told: bool, dropped: list[Deed]) -> list[Offer]:
    """All of the customer's call, in order of time; ``dropped``: the consultations that led to nothing."""
    offers = sorted(_offers(plan, log, members_told, dropped), key=lambda offer: offer.at)
    rounds_of(plan, log, offers)
    return offers


def asked(plan: Plan, log: Log, deed: Deed) -> list[Offer]:
    """Those of a consultation."""
    offers = [Offer(rang.who, _outcome(plan, log, rang), rang.at) for rang in log.rang if _called_in(log, deed, rang)]
    called = _called(deed)
    if all(gone(plan, who) for who in called):
        offers += [Offer(who, "cpe_rejected", deed.began) for who in called]
    return [offer for offer in offers if is_staff(offer.who)]


def _called_in(log: Log, deed: Deed, rang: Rang) -> bool:
    """Whether it was for that deed, and for no later one, that somebody was called."""
    # Whose phone refuses at once may write it down a moment after the PBX has told so.
    called = [other for other in log.deeds if other.began <= rang.at <= other.ended + CLOSE / 3]
    called = [other for other in called if rang.who in _called(other)]
    return rang.step is None and called[-1:] == [deed]


def _called(deed: Deed) -> tuple[str, ...]:
    return deed.group.targets if deed.group is not None else (deed.to,)


def _offer(plan: Plan, log: Log, rang: Rang) -> Offer:
    dead = any(rang is each for each in log.called_dead.values())
    alive = rang.acted not in (None, "died", "unregistered")
    until = rang.acted_at if alive else rang.over_at
    step = plan.steps[rang.step] if rang.step is not None else None
    asked = isinstance(step, Dial | Queue) and step.asks(rang.who)
    if asked or plan.manners[rang.who].by_itself == "announce":
        return Offer(rang.who, _outcome(plan, log, rang), rang.at, step=rang.step)
    rings = plan.manners[rang.who].rings and not dead
    return Offer(rang.who, _outcome(plan, log, rang), rang.at, until=until, rings=rings, step=rang.step)


def gone(plan: Plan, who: str) -> bool:
    return plan.manners[who].by_itself == "gone"


def cannot_take(plan: Plan, step: Queue, who: str) -> bool:
    """Whether the queue passes this one over: the phone is gone, or in use where the queue calls none that is."""
    return gone(plan, who) or (plan.manners[who].busy and step.name != "hurried")


def _offers(plan: Plan, log: Log, members_told: bool, dropped: list[Deed]) -> Iterator[Offer]:
    for rang in log.rang:
        if is_staff(rang.who) and not any(_called_in(log, deed, rang) for deed in dropped):
            yield _offer(plan, log, rang)
    for deed in log.deeds:
        called = _called(deed)
        if deed.what in ("blind", "is moved") and all(gone(plan, who) for who in called):
            yield from (Offer(who, "cpe_rejected", deed.began) for who in called if is_staff(who))
    if log.moved is not None and gone(plan, log.moved[1]):
        yield Offer(log.moved[1], "cpe_rejected", log.moved[0])
    dials = [plan.steps[number] for number in log.reached if number < len(plan.steps)]
    unreachable = {
        who for step in dials if isinstance(step, Dial) and _calls_nobody(plan, step) for who in step.targets
    }
    for number, at in log.reached.items():
        step = plan.steps[number] if number < len(plan.steps) else None
        if isinstance(step, Dial) and _calls_nobody(plan, step):
            # A busy PBX dates what it did later than the phones.
            at = min([at, *(rang.at - 0.001 for rang in log.rang if (rang.step or 0) > number)])
            for _ in range(step.tries):
                yield from (Offer(who, "cpe_rejected", at) for who in step.targets)
        if isinstance(step, Queue) and members_told and step.name != "shut":
            for who, _ in step.members:
                if gone(plan, who) and who not in unreachable and (since := _needed(plan, log, step, number, who)):
                    unreachable.add(who)
                    yield Offer(who, "cpe_rejected", since, unreachable=True)


def _calls_nobody(plan: Plan, step: Dial) -> bool:
    return all(gone(plan, who) for who in step.targets)


def _needed(plan: Plan, log: Log, step: Queue, number: int, who: str) -> float | None:
    """Since when the queue had nobody else to call than this one, whose phone is gone, though it did not pause."""
    for since, until, paused in paused_in(log, step, number):
        if who not in paused and all(each in paused or cannot_take(plan, step, each) for each, _ in step.members):
            if until - since < 2 * CLOSE:
                raise TooCloseError("a queue had nobody to call for a moment")
            return since
    return None


def paused_in(log: Log, step: Queue, number: int) -> Iterator[tuple[float, float, set[str]]]:
    """Which members paused, from when until when, while the caller was in that step."""
    joined, left = in_step(log, number)
    paused, since = set(step.paused), joined
    for queue, who, now, at in sorted(log.pauses, key=lambda pause: pause[3]):
        if queue.endswith(f"-{step.name}") and joined < at < left:
            yield since, at, set(paused)
            since = at
            (paused.add if now else paused.discard)(who)
    yield since, left, paused


def in_step(log: Log, number: int) -> tuple[float, float]:
    later = [at for other, at in log.reached.items() if other > number]
    ends = [log.gave_up_at, log.struck_at, log.moved[0] if log.moved else None, log.over_at]
    return log.reached[number], min([*later, *(at for at in ends if at)])


def nobody_to_go_to(plan: Plan, step: Queue) -> bool:
    return all(gone(plan, who) or who in step.paused for who, _ in step.members)


def _outcome(plan: Plan, log: Log, rang: Rang) -> str | None:
    manner = plan.manners[rang.who]
    if rang.acted == "struck":
        return "cancelled"
    if manner.by_itself == "refuse":
        return "cpe_rejected"
    if rang.acted == "answered":
        return "answered"
    if rang.acted == "forwarded":
        return "forwarded"
    if rang.acted == "not confirmed":
        if log.gave_up_at is not None and rang.acted_at <= log.gave_up_at <= rang.over_at + CLOSE:
            return "cancelled"
        if rang.hung_up:
            return "rejected"
        return "answered_elsewhere" if _somebody_else_answered(log, rang) else "no_answer"
    if rang.acted == "declined":
        if announces_unheard(plan, rang) and declines(plan, rang.code) and rang.acted_at - rang.at > UNHEARD:
            return None
        by_a_person = declines(plan, rang.code) and not announces_unheard(plan, rang)
        return "rejected" if by_a_person else "cpe_rejected"
    if rang.acted == "unregistered":
        return "cpe_rejected"
    pressed = log.keyed.get(rang.step) if rang.step is not None else None
    if pressed is not None and rang.at <= pressed <= rang.over_at + CLOSE and rang.over_at - pressed < PRESSING:
        return "cancelled"
    if log.picked_up_at is not None and rang.at <= log.picked_up_at <= rang.over_at + 2 * CLOSE:
        return "answered_elsewhere"
    gave_up = [deed.gave_up_at for deed in log.deeds if _called_in(log, deed, rang)]
    ends = (log.gave_up_at, log.struck_at, log.moved[0] if log.moved else None, *gave_up)
    if any(at is not None and rang.at <= at <= rang.over_at + CLOSE for at in ends):
        return "cancelled"
    if _somebody_else_answered(log, rang):
        return "answered_elsewhere"
    lost = any(rang is each for each in log.called_dead.values())
    return "cpe_rejected" if lost or manner.by_itself == "nothing" else "no_answer"


def _somebody_else_answered(log: Log, rang: Rang) -> bool:
    return any(
        other.acted == "answered" and other is not rang and rang.at <= other.acted_at <= rang.over_at + CLOSE
        for other in log.rang
    )


def rounds_of(plan: Plan, log: Log, offers: list[Offer]) -> None:
    """Phones that ring side by side are one round."""
    first = 0.0
    before: Dial | Queue | None = None
    for place, offer in enumerate(offers):
        step = _step(plan, log, offer)
        if place and step is before and _together(step, offers[place - 1], offer, first):
            offer.round = offers[place - 1].round
        else:
            offer.round, first = place, offer.at
        before = step


def _together(step: Dial | Queue | None, one: Offer, other: Offer, first: float) -> bool:
    """Whether a step called two side by side; first: when the first of them all was called."""
    if isinstance(step, Queue):
        alike = step.together and step.penalty(one.who) == step.penalty(other.who)
        return (alike or other.unreachable) and other.at - first < ROUND
    return step is not None and len(step.targets) > 1


def _step(plan: Plan, log: Log, offer: Offer) -> Dial | Queue | None:
    for deed in log.deeds:
        if (
            deed.group is not None
            and offer.who in deed.group.targets
            and deed.began <= offer.at <= deed.ended + CLOSE
        ):
            return deed.group
    for rang in log.rang:
        if rang.who == offer.who and rang.at == offer.at:
            number = rang.step
            break
    else:
        number = next((number for number, at in log.reached.items() if at == offer.at), None)
    step = plan.steps[number] if number is not None else None
    return step if isinstance(step, Dial | Queue) else None


def has_failed(offer: Offer) -> bool:
    return offer.outcome is None or offer.outcome in FAILED


def offered_again(offers: list[Offer]) -> set[str]:
    tags = set()
    for offer in offers:
        before = [other for other in offers if other.round < offer.round]
        if any(has_failed(other) for other in before):
            tags.add("reassign")
            if all(other.who != offer.who for other in before):
                tags.add("reassigned_call")
    return tags


def told(offers: list[Offer]) -> str:
    text = ""
    for place, offer in enumerate(offers):
        if place:
            text += " & " if offer.at - offers[place - 1].at < CLOSE else ", "
        text += f"{offer.who} {offer.outcome}"
    return text
