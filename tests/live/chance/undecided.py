"""Calls of which nobody can say what they deserve."""

from itertools import pairwise

from tests.live.chance.plan import Dial, Plan, Queue
from tests.live.chance.seen import Deed, Log, Rang

CLOSE = 0.3
"""Seconds within which two things are too close for anybody to say which came first."""
PRESSING = 1.0
"""Seconds in which the PBX hears a key and does what it means."""
SPIES = ("listens", "keeps listening", "whispers", "barges in")
DECLINES = (480, 486, 600, 603, 607)
"""What a person's phone sends; other codes are the device's."""
DECLINES_16 = (401, 403, 407, 480, 486, 600, 603)
"""The same by the causes for which an old PBX takes them."""
UNHEARD = 1.0
"""Seconds after which a phone of which nobody knows whether it rings may have been declined by a person."""


class TooCloseError(Exception):
    """Nobody can say what the call deserves: two things happened at once, or docs/tags.md leaves it open."""


def not_too_close(plan: Plan, log: Log) -> None:
    if any(rang.acted == "not confirmed" and rang.pressed == "1" for rang in log.rang):
        raise TooCloseError("the PBX did not heed the key by which somebody took the call")
    called_out = [rang.acted for rang in log.rang if rang.who == plan.caller]
    if plan.way_in == "click" and None in called_out and any(rang.who == "customer" for rang in log.rang):
        raise TooCloseError("the customer refused before the phone that was answered had noticed")
    clicked = plan.way_in == "click" and any(rang.acted == "answered" for rang in log.rang)
    if clicked and not log.conversations and all(rang.who != "customer" for rang in log.rang):
        raise TooCloseError("the phone outside did not hear that it was called")
    if not plan.goes_out and not log.reached:
        raise TooCloseError("the caller gave up before the PBX had told anything")
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
    if plan.way_in == "inside" and any(deed.what in ("is moved", "is bridged") for deed in log.deeds):
        raise TooCloseError("a panel moved who talked inside: docs/tags.md does not say whose call that was")
    if any(_unheard(plan, log, rang) for rang in log.rang):
        raise TooCloseError("nobody knows whether a phone rang that announces it by 183 alone")
    if _strikes_close(log):
        raise TooCloseError("an administrator was as quick as somebody else")
    if log.moved and any(rang.at < log.moved[0] <= rang.over_at and rang.who == log.moved[1] for rang in log.rang):
        raise TooCloseError("moved to whose phone rang")
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


def declines(plan: Plan, code: int) -> bool:
    return code in (DECLINES_16 if plan.version == "16" else DECLINES)


def announces_unheard(plan: Plan, rang: Rang) -> bool:
    """Whether a queue calls a phone that says by 183 that it rings: the queue does not tell of it."""
    step = plan.steps[rang.step] if rang.step is not None else None
    direct = isinstance(step, Queue) and (rang.who, "") in step.members
    return plan.manners[rang.who].by_itself == "announce" and direct


def _strikes_close(log: Log) -> bool:
    """Whether an administrator did something just when somebody else did."""
    struck = [rang.acted_at for rang in log.rang if rang.acted == "struck"]
    times = [*struck, log.struck_at or 0.0, log.moved[0] if log.moved else 0.0]
    others = [at for rang in log.rang for at in (rang.at, rang.acted_at, rang.over_at) if at not in times]
    others += [*log.reached.values(), log.gave_up_at or 0.0]
    near = [(at, other) for at in times for other in others if at and -0.2 < other - at < CLOSE]
    return any(other not in [rang.over_at for rang in log.rang] or other < at for at, other in near)


def _is_followed(plan: Plan, rang: Rang) -> bool:
    step = plan.steps[rang.step] if rang.step is not None else None
    return isinstance(step, Dial | Queue) and step.asks(rang.who)


def _unheard(plan: Plan, log: Log, rang: Rang) -> bool:
    if not announces_unheard(plan, rang) or rang.acted == "answered":
        return False
    if rang.acted == "declined":
        return declines(plan, rang.code) and abs(rang.acted_at - rang.at - UNHEARD) < CLOSE
    return True


def _may_be_lost(log: Log, deed: Deed) -> bool:
    talk = next(talk for talk in reversed(log.conversations) if talk.began <= deed.began)
    did = [other for other in log.deeds if other.by == deed.by and deed.began < other.began <= talk.ended]
    return talk.ended_by != "staff" and all(other.what in ("registers anew", "is moved") for other in did)


def _hides_code(plan: Plan, rang: Rang) -> bool:
    step = plan.steps[rang.step] if rang.step is not None else None
    options = step.options if isinstance(step, Dial | Queue) else ""
    told = declines(plan, rang.code) or rang.acted != "declined"
    return not told and ("C" in options if isinstance(step, Queue) else "tkc" in options)
