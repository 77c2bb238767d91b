"""What became of an offer: witnesses, of which the first that knows decides.

Asterisk gives one event for a decline, a dead phone and a timeout; the truth is on the offered leg (tags.md, "Reject,
device failure or no answer"). It is read when the call is over, for the leg's events come in changing order.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from bridge.calls.attempt import Attempt, Verdict
from bridge.calls.codes import CANCELLED, said
from bridge.calls.dialled import by_queue, follows_none
from bridge.calls.hangups import refused, refused_itself
from bridge.calls.silence import ELSEWHERE, answered_elsewhere, ran_out, taken_away, tolerance, waiting_for
from bridge.calls.tolerances import ANSWERING, AT_ONCE, TOLERANCE
from bridge.pbx.unseen import RACE
from bridge.vocabulary.terms import Outcome

REPORTS: dict[str, tuple[Outcome, str]] = {
    "rejected_by_user": ("rejected", "declined"),
    "rejected_by_page": ("cpe_rejected", "rejected_by_page"),
    "media_failed": ("cpe_rejected", "media_failed"),
    "transport_lost": ("cpe_rejected", "device_lost"),
    "page_closed": ("cpe_rejected", "page_closed"),
    "unanswered": ("no_answer", "timeout"),
}
"""How a browser phone's own word (endpoint feed) decides an offer that it did not answer."""
NOT_FOLLOWED = "forward not followed"
"""Why an offer failed whose phone sent the call on: that the PBX did not call anybody there must have been seen."""
SAYS_ALL = ("rejected_by_user", "rejected_by_page", "media_failed", "unanswered")
"""Reports that cannot be of a call that was taken after all, whatever else was not seen."""


Witness = Callable[[Attempt], Verdict | None]


# -- the phone was answered, by whomever


def picked_up(a: Attempt) -> Verdict | None:
    """Another phone took the call that rang here, or sits behind the leg since."""
    leg = a.leg
    if leg.picked_up is None and (leg.up_at is None or leg.device == a.dial.device):
        return None
    at = leg.picked_up[0] if leg.picked_up else leg.up_at or a.ended_at
    return Verdict("answered_elsewhere", "picked_up", at)


def answered(a: Attempt) -> Verdict | None:
    """It was answered and put through."""
    return Verdict("answered", None, a.leg.up_at) if a.leg.up_at is not None and not a.parted else None


def nobody_saw_whether_put_through(a: Attempt) -> Verdict | None:
    up_at = a.leg.up_at
    if not a.parted or up_at is None:
        return None
    unwatched = a.unseen.any(up_at, a.ended_at) or any(c.gone_unseen or c.met_midway for c in a.parted)
    return Verdict(None, None, up_at, unseen=True) if unwatched else None


def another_was_put_through(a: Attempt) -> Verdict | None:
    if not a.parted or a.leg.cause != ELSEWHERE:
        return None
    elsewhere = answered_elsewhere(a.leg, a.dials, a.started_at, a.gone_at, a.answers)
    return Verdict("answered_elsewhere", None, a.gone_at) if elsewhere else None


def failed_when_answered(a: Attempt) -> Verdict | None:
    """The phone gave up the call that it had answered: by a code, not by a button."""
    request = a.leg.hangup_request
    if not a.parted or request is None or not refused(a.leg):
        return None
    return Verdict("cpe_rejected", "failed when answered", request.at)


def hung_up_before_being_connected(a: Attempt) -> Verdict | None:
    """The agent was to confirm the call, or heard who calls, and hung up before the caller did."""
    request = a.leg.hangup_request
    if not a.parted or request is None or min(a.caller_left_at, a.taken_at) <= min(a.gone_at, request.at):
        return None
    return Verdict("rejected", "hung up before being connected", request.at)


def caller_left_before_being_connected(a: Attempt) -> Verdict | None:
    left = a.caller_left_at <= a.gone_at and a.caller_left_at < a.taken_at
    return Verdict("cancelled", None, a.gone_at) if a.parted and left else None


def log_tells_no_keys(a: Attempt) -> Verdict | None:
    return Verdict(None, None, a.gone_at) if a.parted and a.leg.from_log else None


def declined_by_key(a: Attempt) -> Verdict | None:
    return Verdict("rejected", "declined by key", a.gone_at) if a.parted and a.leg.dtmf else None


def another_was_connected(a: Attempt) -> Verdict | None:
    """Somebody else had the caller before the agent confirmed the call."""
    return Verdict("answered_elsewhere", None, a.gone_at) if a.parted and a.taken_at < inf else None


def not_confirmed(a: Attempt) -> Verdict | None:
    return Verdict("no_answer", "not confirmed", a.gone_at) if a.parted else None


# -- it was not answered, and something was said


def forwarded(a: Attempt) -> Verdict | None:
    """The phone sends the call on (302). If the PBX calls nobody there (option ``i`` of Queue and Dial, or there is
    no such number), that is a refusal: by a person where it rang."""
    if not a.dial.forward and not (a.sip_code is not None and 300 <= a.sip_code < 400):
        return None
    if not a.leg.from_log and follows_none(a.dial):
        rang = a.leg.ringing_at is not None
        return Verdict("rejected" if rang else "cpe_rejected", NOT_FOLLOWED, a.ended_at)
    return Verdict("forwarded", a.dial.forward, a.ended_at)


def phones_own_word(a: Attempt) -> Verdict | None:
    """What the phone reported by itself. A person's decline outweighs what the network did before or after it."""
    for at, report, reason in sorted(a.leg.phone_reports, key=lambda said: said[1] != "rejected_by_user"):
        if report in REPORTS:
            outcome, plain = REPORTS[report]
            return Verdict(outcome, f"{plain}: {reason}" if reason else plain, min(at, a.ended_at), report)
    return None


def refusal(a: Attempt) -> Verdict | None:
    """The leg's code. Where nothing tells whether it rang, only a code that means the same rung or not: in a log no
    phone rings, and of one that announces its ringing by 183 a queue does not tell; but then it refuses late."""
    refused_at = _refused_at(a)
    if refused_at is None:
        return None
    rung, unrung = (a.codes.verdict(a.sip_code, a.cause, rang, a.dial.device) for rang in (True, False))
    at = min(refused_at, a.ended_at)
    unknown = a.leg.from_log or (a.leg.ringing_at is None and by_queue(a.dial) and at - a.started_at > AT_ONCE)
    if unknown and rung != unrung:
        return Verdict(None, None, at)
    outcome, reason = rung if a.leg.ringing_at is not None else unrung
    return Verdict(outcome, reason, at)


def _refused_at(a: Attempt) -> float | None:
    """When the phone refused. Its own HangupRequest is a refusal whatever it bears: before 20.17, 22.7 and 23.1 a
    Dial or Queue that is to show no missed call (options c, C) leaves none of the phone's causes."""
    at = refused_itself(a.leg, a.dial)
    by_request = a.leg.hangup_request is not None and a.sip_code != CANCELLED
    return at if by_request or said(a.sip_code, a.cause) else None


# -- nothing was said: the codes of the leg's end are those of whoever ended it, not the phone's


def device_lost(a: Attempt) -> Verdict | None:
    return Verdict("cpe_rejected", "device_lost", a.ended_at) if a.leg.lost_at is not None else None


def another_answered(a: Attempt) -> Verdict | None:
    elsewhere = answered_elsewhere(a.leg, a.dials, a.started_at, a.ended_at, a.answers)
    return Verdict("answered_elsewhere", None, a.ended_at) if elsewhere else None


def caller_left(a: Attempt) -> Verdict | None:
    """The caller, or whoever had it rung, gave up before the time was over."""
    caller = a.caller or waiting_for(a.leg)
    time_was_up = ran_out(a.dials, caller, a.ended_at, tolerance(a.leg))
    return None if time_was_up else Verdict("cancelled", None, a.ended_at)


def log_tells_no_ringing(a: Attempt) -> Verdict | None:
    """Time was up; a log does not tell whether it rang. A caller who left the queue just then may have done so by a
    key."""
    if not a.leg.from_log:
        return None
    stays = a.caller.queue_stays if a.caller is not None else ()
    unseen = any(
        s.left_at is not None and s.status is None and abs(s.left_at - a.ended_at) <= TOLERANCE for s in stays
    )
    return Verdict(None, None, a.ended_at, unseen=unseen)


def taken_away_by_an_administrator(a: Attempt) -> Verdict | None:
    return Verdict("cancelled", "hung up by an administrator", a.ended_at) if taken_away(a.dials) else None


def rang_out(a: Attempt) -> Verdict | None:
    return Verdict("no_answer", "timeout", a.ended_at) if a.leg.ringing_at is not None else None


def never_rang(a: Attempt) -> Verdict | None:
    """It never answered the INVITE."""
    return Verdict("cpe_rejected", "no_response", a.ended_at)


WITNESSES: tuple[Witness, ...] = (
    # An answer outweighs whatever was said before it. Who has the call? Then, of a phone that was answered and whose
    # agent never had the caller: who parted them?
    picked_up,
    answered,
    nobody_saw_whether_put_through,
    another_was_put_through,
    failed_when_answered,
    hung_up_before_being_connected,
    caller_left_before_being_connected,
    log_tells_no_keys,
    declined_by_key,
    another_was_connected,
    not_confirmed,
    # The phone's word outweighs the leg's code: it knows a button from a page that closed, where both send 603.
    forwarded,
    phones_own_word,
    refusal,
    # From here on the phone was silent. A device that was lost could not have said a word, whoever answered later;
    # an answer elsewhere and a caller who leaves end the ringing, and only what is left is a matter of time.
    device_lost,
    another_answered,
    caller_left,
    log_tells_no_ringing,
    taken_away_by_an_administrator,
    rang_out,
    never_rang,
)
"""The first that knows decides; the last one always does."""


def verdict_of(attempt: Attempt) -> Verdict:
    """What became of an offer: by the first witness that knows, unless the agent had pressed answer, or it was not
    watched."""
    verdict = next(v for witness in WITNESSES if (v := witness(attempt)) is not None)
    return as_watched(attempt, pressed_in_vain(attempt, verdict))


def pressed_in_vain(a: Attempt, verdict: Verdict) -> Verdict:
    """The agent pressed answer, and the PBX heard of nothing, or of a refusal: page or media died on the way."""
    pressed = next((at for at, report, _ in a.leg.phone_reports if report == "answered_by_user"), None)
    if pressed is None or verdict.reported is not None:
        return verdict
    unheard = verdict.outcome in ("no_answer", "cancelled", "answered_elsewhere")
    if verdict.outcome == "rejected" or (unheard and verdict.ended_at - pressed > ANSWERING):
        return Verdict("cpe_rejected", "answer_failed", pressed, "answered_by_user")
    return verdict


def as_watched(a: Attempt, verdict: Verdict) -> Verdict:
    """How an offer failed is known only of one that was watched: until the phone refused, or said why it did not take
    it, or of one that said nothing until the last word of it."""
    if verdict.outcome == "answered" or not a.unseen or verdict.reported in SAYS_ALL:
        return verdict
    until = verdict.ended_at
    if verdict.reported not in REPORTS:
        refused_at = _refused_at(a) if verdict.reason != NOT_FOLLOWED else None
        # The refusal was told; nothing that matters comes just before it.
        until = refused_at - RACE if refused_at is not None else (a.leg.gone_at or until) + TOLERANCE
    if not a.unseen.any(min(a.dials[-1].began_at, a.leg.created_at), until):
        return verdict
    last_seen = max(a.started_at, a.unseen.last_seen(verdict.ended_at))
    return Verdict(None, None, last_seen, unseen=True, ended_unseen=last_seen != verdict.ended_at)
