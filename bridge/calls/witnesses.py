"""What became of an offer: a ranked list of witnesses, of which the first that knows decides.

Asterisk gives one event for a decline, a dead phone and a timeout. The offered leg tells them apart (tags.md,
"Reject, device failure or no answer"). It is read when the call is over, since the leg's events come in varying
order.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from bridge.calls.attempt import Attempt, Verdict
from bridge.calls.codes import CANCELLED, is_refusal
from bridge.calls.dialled import by_queue, forward_not_followed
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
"""How a browser phone's report (endpoint feed) decides an offer that it did not answer."""
NOT_FOLLOWED = "forward not followed"
"""The reason of an offer that failed because nobody was called where the phone forwarded it. It counts only if the
time after the forward was seen."""
SAYS_ALL = ("rejected_by_user", "rejected_by_page", "media_failed", "unanswered")
"""Reports after which the phone cannot have taken the call, whatever else was not seen."""

Witness = Callable[[Attempt], Verdict | None]


# -- the phone was answered, by its agent or somebody else


def picked_up(a: Attempt) -> Verdict | None:
    """Another phone took the call that rang here; its channel may have replaced the leg."""
    leg = a.leg
    if leg.picked_up is None and (leg.up_at is None or leg.device == a.dial.device):
        return None
    at = leg.picked_up[0] if leg.picked_up else leg.up_at or a.ended_at
    return Verdict("answered_elsewhere", "picked_up", at)


def answered(a: Attempt) -> Verdict | None:
    """It was answered and put through to the caller."""
    return Verdict("answered", None, a.leg.up_at) if a.leg.up_at is not None and not a.unbridged else None


def nobody_saw_whether_put_through(a: Attempt) -> Verdict | None:
    up_at = a.leg.up_at
    if not a.unbridged or up_at is None:
        return None
    unwatched = a.unseen.any(up_at, a.ended_at) or any(c.gone_unseen or c.met_midway for c in a.unbridged)
    return Verdict(None, None, up_at, unseen=True) if unwatched else None


def another_was_put_through(a: Attempt) -> Verdict | None:
    if not a.unbridged or a.leg.cause != ELSEWHERE:
        return None
    elsewhere = answered_elsewhere(a.leg, a.dials, a.started_at, a.gone_at, a.answers)
    return Verdict("answered_elsewhere", None, a.gone_at) if elsewhere else None


def failed_when_answered(a: Attempt) -> Verdict | None:
    """The phone ended the call that it had answered by an error code: no button was pressed."""
    request = a.leg.hangup_request
    if not a.unbridged or request is None or not refused(a.leg):
        return None
    return Verdict("cpe_rejected", "failed when answered", request.at)


def hung_up_before_being_connected(a: Attempt) -> Verdict | None:
    """The agent was asked to confirm the call, or heard an announcement, and hung up before the caller did."""
    request = a.leg.hangup_request
    if not a.unbridged or request is None or min(a.caller_left_at, a.taken_at) <= min(a.gone_at, request.at):
        return None
    return Verdict("rejected", "hung up before being connected", request.at)


def caller_left_before_being_connected(a: Attempt) -> Verdict | None:
    left = a.caller_left_at <= a.gone_at and a.caller_left_at < a.taken_at
    return Verdict("cancelled", None, a.gone_at) if a.unbridged and left else None


def log_tells_no_keys(a: Attempt) -> Verdict | None:
    return Verdict(None, None, a.gone_at) if a.unbridged and a.leg.from_log else None


def declined_by_key(a: Attempt) -> Verdict | None:
    return Verdict("rejected", "declined by key", a.gone_at) if a.unbridged and a.leg.dtmf else None


def another_was_connected(a: Attempt) -> Verdict | None:
    """Somebody else was connected with the caller before the agent confirmed the call."""
    return Verdict("answered_elsewhere", None, a.gone_at) if a.unbridged and a.taken_at < inf else None


def not_confirmed(a: Attempt) -> Verdict | None:
    return Verdict("no_answer", "not confirmed", a.gone_at) if a.unbridged else None


# -- it was not answered, and something was said


def forwarded(a: Attempt) -> Verdict | None:
    """The phone forwards the call (302). If the PBX calls nobody there (option ``i`` of Queue and Dial, or no such
    number), that is a refusal: by a person if the phone had rung."""
    if not a.dial.forward and not (a.sip_code is not None and 300 <= a.sip_code < 400):
        return None
    if not a.leg.from_log and forward_not_followed(a.dial):
        rang = a.leg.ringing_at is not None
        return Verdict("rejected" if rang else "cpe_rejected", NOT_FOLLOWED, a.ended_at)
    return Verdict("forwarded", a.dial.forward, a.ended_at)


def phones_own_word(a: Attempt) -> Verdict | None:
    """The browser phone's report. A person's decline outweighs what the network did before or after it."""
    for at, report, reason in sorted(a.leg.phone_reports, key=lambda said: said[1] != "rejected_by_user"):
        if report in REPORTS:
            outcome, plain = REPORTS[report]
            return Verdict(outcome, f"{plain}: {reason}" if reason else plain, min(at, a.ended_at), report)
    return None


def refusal(a: Attempt) -> Verdict | None:
    """The code of the leg. If it is unknown whether the phone rang, only a code that means the same either way
    decides. That is so in CEL, and for a phone that announces its ringing by 183 to a queue; such a phone refuses
    late."""
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
    """When the phone refused; None if it did not. Its own HangupRequest is a refusal even without a cause: before
    20.17, 22.7 and 23.1 a Dial or Queue with option c or C (show no missed call) removes the phone's cause. A leg
    that the PBX has cancelled has none, though a log may tell its 487."""
    at = refused_itself(a.leg, a.dial)
    by_request = a.leg.hangup_request is not None and not (a.leg.from_log and a.sip_code == CANCELLED)
    return at if by_request or is_refusal(a.sip_code, a.cause) else None


# -- the phone said nothing: the codes of the leg's end come from whatever ended it


def device_lost(a: Attempt) -> Verdict | None:
    return Verdict("cpe_rejected", "device_lost", a.ended_at) if a.leg.lost_at is not None else None


def another_answered(a: Attempt) -> Verdict | None:
    elsewhere = answered_elsewhere(a.leg, a.dials, a.started_at, a.ended_at, a.answers)
    return Verdict("answered_elsewhere", None, a.ended_at) if elsewhere else None


def caller_left(a: Attempt) -> Verdict | None:
    """The caller, or whoever had the phone rung, gave up before the time was up."""
    caller = a.caller or waiting_for(a.leg)
    time_was_up = ran_out(a.dials, caller, a.ended_at, tolerance(a.leg))
    return None if time_was_up else Verdict("cancelled", None, a.ended_at)


def log_tells_no_ringing(a: Attempt) -> Verdict | None:
    """The time was up, but CEL does not tell whether the phone rang. A caller who left the queue just then may have
    left by a key."""
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
    """The phone never answered the INVITE."""
    return Verdict("cpe_rejected", "no_response", a.ended_at)


WITNESSES: tuple[Witness, ...] = (
    # An answer outweighs whatever was said before it. First: who answered? Then, if the phone was answered and its
    # agent never had the caller: why?
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
    # The phone's report outweighs the leg's code: a button and a closed page both send 603.
    forwarded,
    phones_own_word,
    refusal,
    # From here on the phone said nothing. A lost device could not, whoever answered later. An answer elsewhere and a
    # caller who leaves both end the ringing; what is left is a timeout.
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
    """What became of an offer, by the first witness that knows; corrected if the agent had pressed answer, or if part
    of the offer was not seen."""
    verdict = next(v for witness in WITNESSES if (v := witness(attempt)) is not None)
    return as_watched(attempt, pressed_in_vain(attempt, verdict))


def pressed_in_vain(a: Attempt, verdict: Verdict) -> Verdict:
    """The agent pressed answer, but the PBX saw no answer, or a refusal: the page or its media failed on the way."""
    pressed = next((at for at, report, _ in a.leg.phone_reports if report == "answered_by_user"), None)
    if pressed is None or verdict.reported is not None:
        return verdict
    unheard = verdict.outcome in ("no_answer", "cancelled", "answered_elsewhere")
    if verdict.outcome == "rejected" or (unheard and verdict.ended_at - pressed > ANSWERING):
        return Verdict("cpe_rejected", "answer_failed", pressed, "answered_by_user")
    return verdict


def as_watched(a: Attempt, verdict: Verdict) -> Verdict:
    """A failure counts only if the offer was seen: until the phone refused or reported, or if it said nothing, until
    the end of its leg."""
    if verdict.outcome == "answered" or not a.unseen or verdict.reported in SAYS_ALL:
        return verdict
    until = verdict.ended_at
    if verdict.reported not in REPORTS:
        refused_at = _refused_at(a) if verdict.reason != NOT_FOLLOWED else None
        # The refusal itself was seen, so nothing can be missing just before it.
        until = refused_at - RACE if refused_at is not None else (a.leg.gone_at or until) + TOLERANCE
    if not a.unseen.any(min(a.dials[-1].began_at, a.leg.created_at), until):
        return verdict
    last_seen = max(a.started_at, a.unseen.last_seen(verdict.ended_at))
    return Verdict(None, None, last_seen, unseen=True, ended_unseen=last_seen != verdict.ended_at)
