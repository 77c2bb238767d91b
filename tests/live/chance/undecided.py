"""Calls of which nobody can say what they deserve."""

from itertools import pairwise

from tests.live.chance.plan import Dial, Plan, Queue
from tests.live.chance.seen import Deed, Log, Rang

CLOSE = 0.3
"""Seconds within which two things are too close for anybody to say which came first."""
PRESSING = 1.0
"""Seconds in which the PBX hears a key and does what it means."""
SPIES = ("listens", "keeps listening", "whispers", "barges in")
DECLINES = (480, 486, 600, 603)
"""What a person's phone sends; other codes are the device's."""


class TooCloseError(Exception):
    """Nobody can say what the call deserves: two things happened at once, or docs/tags.md leaves it open."""


def not_too_close(plan: Plan, log: Log) -> None:
    if log.picked_up_at is not None and any(abs(rang.acted_at - log.picked_up_at) < PRESSING for rang in log.rang):
        raise TooCloseError("acted and picked up at once")
    if log.picked_up_at is not None and any(_is_followed(plan, rang) for rang in log.rang):
        raise TooCloseError("picked up what must be taken by a key")
    for number, at in log.keyed.items():
        acted = [when for rang in log.rang if rang.step == number for when in (rang.at, rang.acted_at)]
        if any(-CLOSE < when - at < PRESSING for when in acted):
            raise TooCloseError("a key was pressed while somebody acted")
    heard = [deed.began for deed in log.deeds if deed.what == "keeps listening"]
    if any(deed.by_keys and deed.ended > at for deed in log.deeds for at in heard):
        raise TooCloseError("a supervisor listened to a consultation as well")
    if any(_may_be_lost(log, deed) for deed in log.deeds if deed.what == "registers anew"):
        raise TooCloseError("a phone was gone for a while, and nothing tells that it was in the talk after that")
    if any(deed.gave_up_at is not None and deed.connected for deed in log.deeds):
        raise TooCloseError("gave up as it was answered")
    if any(deed.what in SPIES and plan.manners[deed.to].busy for deed in log.deeds):
        raise TooCloseError("a phone with two calls was spied on: nobody knows on which")
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


def _is_followed(plan: Plan, rang: Rang) -> bool:
    step = plan.steps[rang.step] if rang.step is not None else None
    return isinstance(step, Dial | Queue) and step.asks(rang.who)


def _may_be_lost(log: Log, deed: Deed) -> bool:
    talk = next(talk for talk in reversed(log.conversations) if talk.began <= deed.began)
    did = [other for other in log.deeds if other.by == deed.by and deed.began < other.began <= talk.ended]
    return talk.ended_by != "staff" and all(other.what in ("registers anew", "is moved") for other in did)


def _hides_code(plan: Plan, rang: Rang) -> bool:
    step = plan.steps[rang.step] if rang.step is not None else None
    options = step.options if isinstance(step, Dial | Queue) else ""
    told = rang.code in DECLINES or rang.acted != "declined"
    return not told and ("C" in options if isinstance(step, Queue) else "tkc" in options)
