"""Why an offer ended though its phone sent nothing: another answered, the caller left, the time was up, or an
administrator hung it up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from math import inf

from bridge.calls import dial_string
from bridge.calls.dialled import by_follow_me, by_queue, dialling, step_at, time_was_up
from bridge.calls.hangups import OWN_WORDS, hung_up_at, is_own_word
from bridge.calls.tolerances import DATED_LATE, GIVES_UP, LOGGED, TOLERANCE
from bridge.pbx.channel import Channel, Dial, party_in

OUT_OF_TIME = 19
"""Q.850 cause that Asterisk 20 and later give a leg that no channel waits for, when its time is up."""
ELSEWHERE = 26
"""Q.850 cause of a leg that rang until another answered."""


def tolerance(leg: Channel) -> float:
    """Seconds by which the event that ended an offer may seem to come after its end."""
    return LOGGED if leg.from_log else TOLERANCE


class Answers:
    """The answered dials of each caller in one call, in order of time: every offer asks who answered while it
    rang."""

    def __init__(self) -> None:
        self._by_caller: dict[str, list[tuple[float, Dial]]] = {}

    def between(self, caller: Channel, since: float, until: float) -> list[Dial]:
        """A caller's dials that were answered in an interval, its ends included."""
        found = self._by_caller.get(caller.id)
        if found is None:
            answered = [(_answered_at(d), d) for d in caller.dials if d.status == "ANSWER" and d.ended_at is not None]
            found = self._by_caller[caller.id] = sorted(answered, key=_time)
        if not found:
            return []
        first = bisect_left(found, since, key=_time)
        within = []
        for at, dial in found[first:] if first else found:
            if at > until:
                break
            within.append(dial)
        return within


def _answered_at(dial: Dial) -> float:
    """When a leg was answered and the others of its Dial were given up. The dial's own end may be later: after an
    announcement (Dial's option A) or a routine (U)."""
    ended_at = dial.ended_at if dial.ended_at is not None else inf
    return ended_at if dial.dest.up_at is None else min(ended_at, max(dial.began_at, dial.dest.up_at))


def _time(answer: tuple[float, Dial]) -> float:
    return answer[0]


def answered_elsewhere(
    leg: Channel, dials: Sequence[Dial], started_at: float, ended_at: float, answers: Answers
) -> bool:
    """Whether another phone answered the call that rang at this leg. ``dials``: the leg's and those in front of it.

    The leg's cause alone does not tell: with Queue's option ``C`` and Dial's ``c`` the PBX gives the cause "answered
    elsewhere" to every leg that it gives up, so that no phone shows a missed call.
    """
    dial, caller = dials[0], dials[-1].caller
    if leg.cause == ELSEWHERE and (caller is None or not caller.is_party):
        return True  # told by an application, or by a transfer
    if dial.status == "NOANSWER":
        return False  # the dial timed out before
    if leg.cause == ELSEWHERE and caller is not None and _put_through(caller, ended_at):
        return True  # to one who picked up another phone of the group, which no dial tells as an answer
    for d in dials:
        if d.status == "NOANSWER":
            continue  # the dial in front timed out before
        others = answers.between(d.caller, started_at, ended_at + tolerance(leg)) if d.caller is not None else ()
        if any(other.dest is not leg and other is not d and _ended_ringing(other, leg, ended_at) for other in others):
            return True
    return dial.status is None and _picked_up(caller, ended_at)


def _ended_ringing(other: Dial, leg: Channel, at: float) -> bool:
    """Whether an answered leg is why another stopped ringing. FollowMe lets the others ring while it asks the first
    one to confirm, who may decline."""
    ended_by_it = other.ended_at is None or at - other.ended_at <= tolerance(leg)
    return other.began_at <= at and (ended_by_it or bool(other.dest.joined))


def _put_through(caller: Channel, at: float) -> bool:
    return any(abs(stay.entered_at - at) <= TOLERANCE for stay in caller.joined)


def _picked_up(caller: Channel | None, at: float) -> bool:
    """Whether somebody who was not dialled got the ringing call. Only AMI has an event for a pickup."""
    return caller is not None and any(
        mine.bridge == other.bridge and abs(mine.entered_at - other.entered_at) <= TOLERANCE
        for mine in caller.joined
        if abs(mine.entered_at - at) <= TOLERANCE
        for c in (caller.group or ())
        if c.is_party and c.dial is None and c is not caller and c.created_at <= at + TOLERANCE
        for other in c.joined
    )


def ran_out(dials: Sequence[Dial], caller: Channel | None, at: float, later: float) -> bool:
    """Whether an offer ended by a timeout (of the Dial, the queue's member or the queue itself), not by its caller.

    ``dials``: the leg's and those in front of it. ``caller``: who waited for an answer. ``at``: when the offer ended.
    ``later``: seconds by which the event that ended it may seem to come after that.
    """
    statuses, root = [d.status for d in dials], dials[-1]
    hub = _consulting(caller) if caller is not None and caller.is_local else None
    if hub is not None:
        return not _gave_up_consulting(hub, at)
    if root.status in OWN_WORDS:
        return True
    left_at = hung_up_at(caller) if caller is not None else None
    if "NOANSWER" in statuses:
        # The first status counts: a timeout is told as NOANSWER behind, and then as CANCEL in front.
        return left_at is None or left_at >= at
    if caller is None or left_at is None:
        # An Originate, which no caller waits for, tells no end of the dial when its time is up.
        if _is_followed(dials):
            return True
        return root.status is None and (root.dest.soft_at is None or root.dest.cause == OUT_OF_TIME)
    if left_at <= at + later or _was_ended(caller, root.began_at, _given_up_at(dials, at)):
        return False
    if "CANCEL" not in statuses or _is_followed(dials) or time_was_up(caller, at):
        return True  # FollowMe cancels one number when its time is up, and calls the next
    return any(
        s.status == "TIMEOUT" and s.left_at is not None and abs(s.left_at - at) <= 2 * TOLERANCE
        for s in caller.queue_stays
    )


def _given_up_at(dials: Sequence[Dial], at: float) -> float:
    """When a leg that ended at ``at`` was given up: a leg behind a Local channel ends after that channel's half does,
    on a busy PBX noticeably later."""
    return min([at, *(d.dest.gone_at for d in dials[1:] if d.dest.gone_at is not None)])


def _was_ended(caller: Channel, since: float, at: float) -> bool:
    """Whether the PBX had ended the waiting caller's channel by then."""
    ends = (caller.soft_at, caller.gone_at)
    return any(end is not None and since <= end <= at for end in ends)


def _consulting(local: Channel) -> Channel | None:
    """The transferer behind a Local channel that was not dialled: the PBX made the channel for a consultation."""
    half = local.other_half
    if half is None or half.dial is not None or local.group is None:
        return None
    return party_in({s.bridge for s in half.stays}, local.group)


def _gave_up_consulting(transferer: Channel, at: float) -> bool:
    """Whether a transferer gave up a consultation, by keys or by hanging up, before it timed out."""
    if any(at - GIVES_UP <= pressed <= at + TOLERANCE for pressed, _ in transferer.dtmf):
        return True
    # Before the target's leg ended: after that the transferer is back with the customer.
    request = transferer.hangup_request
    return request is not None and 0.0 <= at - request.at <= 2 * TOLERANCE


def _is_followed(dials: Sequence[Dial]) -> bool:
    """Whether FollowMe called a leg, or a Local channel in front of it."""
    return any(map(by_follow_me, dials))


def waiting_for(leg: Channel) -> Channel | None:
    """The caller for whom the PBX itself dialled a leg: the party of the same call that was not dialled."""
    return next((c for c in leg.group or () if c.is_party and c.dial is None), None)


def taken_away(dials: Sequence[Dial]) -> bool:
    """Whether an administrator hung up a leg that a Queue, a Dial or an Originate rang, or half of a Local channel in
    front of it.

    No event tells of AMI's Hangup: the leg ends though nobody gave it up and its phone sent nothing.
    """
    # FollowMe answers its caller at once: what rings is behind it.
    root, *behind = reversed([dials[0], *takewhile(lambda d: d.status != "ANSWER", dials[1:])])
    if not _is_unanswered(root) or _timed_out(root):
        return False
    for d in behind:
        if d.status == "CANCEL":
            # The Local half in front was ended, though nothing had given it up.
            return d.queue_call is not None or dialling(d) is not None
        if not _is_unanswered(d) or _timed_out(d):
            return False
    return True


def _is_unanswered(dial: Dial) -> bool:
    """Whether the PBX says of a dial only that it was not answered. A hangup with a cause is told by that cause, and
    a Local channel's dial by what the dialplan behind it made of its own dial."""
    return dial.status == "NOANSWER" or (dial.status in OWN_WORDS and (dial.dest.is_local or not is_own_word(dial)))


def _timed_out(dial: Dial) -> bool:
    """Whether a leg that ended with NOANSWER timed out, as far as can be known."""
    if dial.caller is None:
        return dial.status is None or dial.dest.soft_at is not None  # by ARI an application may have ended it itself
    if by_queue(dial) or by_follow_me(dial):
        return dial.given_up
    step = step_at(dial.caller, dial.began_at)
    if step is None or step.application != "Dial" or dial.ended_at is None:
        return True
    if not step.data:
        # The arguments of a moved channel's Dial are not told. CHANUNAVAIL means that all called legs were ended.
        return step.status != "CHANUNAVAIL"
    allowed = dial_string.seconds(step.data)
    return allowed is not None and dial.ended_at - step.at > allowed - DATED_LATE
