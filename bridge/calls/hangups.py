"""Who hung up, and who refused.

A channel has a HangupRequest in both cases; a caller has one also when the PBX turns her away. Whoever asks "had this
one left by then?" asks ``hung_up_at``.
"""

from __future__ import annotations

from math import inf

from bridge.calls.codes import CANCELLED, is_refusal
from bridge.calls.dialled import queue_of
from bridge.calls.tolerances import TOLERANCE
from bridge.pbx.applications import REFUSES
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Request

TURNED_AWAY = (17, 34)
"""Q.850 causes of 486 and 503, by which the PBX turns a caller away; a caller who gives up has 16, 127 or none."""
TURN_AWAY = ("Busy", "Congestion", "Transfer")
"""Applications by which the PBX answers a caller with 486, 503 or 302, after which she can no longer hang up."""
ENDS_DIALOG = frozenset({408, 415, 481, 488, 500, 503, 606})
"""SIP codes of a phone that fails in a conversation: it refuses a re-INVITE, or no longer answers."""
FAILED = (18, 58)
"""Q.850 causes of 408 and 488, as Asterisk tells them without the code (before 20.17, 22.7, 23.1)."""
GIVES_UP = 127
"""The Q.850 cause of a caller who cancels, where no SIP code is told."""
SOURCES = ("PJSIP", "SIP", "IAX2", "DAHDI")
"""Technologies for which CEL tells which side hung up (``hangupsource``); for chan_sccp it does not."""
OWN_WORDS = ("BUSY", "CONGESTION")
"""DialStatus by which the called side refuses in chan_sip, IAX2 and DAHDI, which send no HangupRequest then."""


def hung_up_at(channel: Channel) -> float:
    """When a channel's far side hung up; infinity if it did not, or if it refused."""
    request = channel.hangup_request
    return request.at if request is not None and not refused(channel) else inf


def codes_of(channel: Channel, request: Request | None) -> tuple[int | None, int | None]:
    """The Q.850 cause and the SIP code of a channel's end: its HangupRequest's, else its Hangup's."""
    cause = request.cause if request is not None else None
    sip_code = request.sip_code if request is not None else None
    return cause or channel.cause, sip_code or channel.sip_code


def hung_up(channel: Channel) -> bool:
    """Whether a channel's far side hung up."""
    return hung_up_at(channel) < inf


def is_untold(channel: Channel) -> bool:
    """Whether nothing can tell if a channel's far side hung up: it is known from CEL only, in a table without the
    column ``extra`` (then it has no cause either), or of a technology for which CEL does not say."""
    return channel.from_log and (channel.cause is None or channel.technology not in SOURCES)


def refused(channel: Channel) -> bool:
    """Whether a channel's HangupRequest is no hangup but a refusal: the PBX refused the caller, or a phone failed.

    When the dialplan ends after a failed Dial, the PBX answers the caller with 503 or 486; her channel then has a
    HangupRequest with that cause, in state Busy or just before it. It has one, too, when the dialplan sends the
    caller elsewhere by a 302 (Transfer), before 20.17 and 22.7 without the code. In a conversation people hang up by
    a BYE, which has no SIP code; with a code the phone failed: it refused a re-INVITE, or no longer answered.

    Any other code is left over from a Dial that failed before: see ``is_left_over``.
    """
    request = channel.hangup_request
    return request is not None and _bears_refusal(channel, request) and not is_left_over(channel)


def _bears_refusal(channel: Channel, request: Request) -> bool:
    calls = channel.dial is None
    if request.state == "Up":
        if request.sip_code is not None:
            return request.sip_code in ENDS_DIALOG
        return request.cause in FAILED
    if calls and request.sip_code is not None:
        return request.sip_code >= 300 and request.sip_code != CANCELLED
    if not calls or request.state != "Ring":
        return calls and request.state == "Busy"
    # The dialplan may have gone on to its Hangup before the channel is gone.
    step = next((s for s in reversed(channel.steps) if s.at <= request.at and s.application != "Hangup"), None)
    return request.cause in TURNED_AWAY or (step is not None and step.application in TURN_AWAY)


def is_left_over(channel: Channel) -> bool:
    """Whether the cause of a channel's HangupRequest comes from an earlier Dial of the channel that failed.

    Asterisk keeps that cause until a Dial is answered, whatever the dialplan does next (a menu, a queue, a mailbox),
    and tells it of a caller who then hangs up by a BYE, or gives up.
    """
    request = channel.hangup_request
    if request is None or not is_refusal(request.sip_code, request.cause) or not _goes_on(channel, request):
        return False
    if request.sip_code is None and request.cause == GIVES_UP:
        return False
    failed: list[int | None] = []
    answered_at = -inf
    dials = [d for d in channel.dials if d.began_at <= request.at and queue_of(d) is None]
    for dial in dials:
        if dial.status == "ANSWER":
            answered_at = dial.began_at
            failed.clear()
        else:
            failed.append(dial.dest.cause)
    if request.cause in failed:
        return True
    # A Dial that found nobody to call has no leg, so its cause is unknown: any but those that end a conversation.
    after = [s for s in channel.steps if s.application == "Dial" and answered_at < s.at <= request.at]
    ends = [*(s.at for s in after), inf][1:]
    return request.cause not in FAILED and any(
        s.status not in (None, "ANSWER") and not any(s.at <= d.began_at < end for d in dials)
        for s, end in zip(after, ends, strict=True)
    )


def _goes_on(channel: Channel, request: Request) -> bool:
    """Whether the dialplan was still running when a caller's HangupRequest came: then she left by herself. Once it
    has ended, the PBX turns away a caller whom nothing has answered."""
    if request.state == "Up":
        return True
    if request.state != "Ring" or channel.running is None or channel.running[0] in REFUSES:
        return False
    if any(d.began_at <= request.at and (d.ended_at is None or d.ended_at >= request.at) for d in channel.dials):
        return True
    ended = [d.ended_at for d in channel.dials if d.ended_at is not None and d.ended_at <= request.at]
    return request.at - max([channel.running[4], *ended]) > TOLERANCE


def refused_itself(leg: Channel, dial: Dial) -> float | None:
    """When a called phone refused, by its leg's HangupRequest, or (chan_sip) by the end of the dial; None if
    never."""
    if leg.hangup_request is not None:
        return leg.hangup_request.at
    return dial.ended_at if is_own_word(dial) else None


def is_own_word(dial: Dial) -> bool:
    """Whether a dial's status tells that the called side refused. A PJSIP leg then has a HangupRequest; without one,
    somebody had the PBX end the leg with that cause (AMI's Hangup, ARI's DELETE)."""
    leg = dial.dest
    return dial.status in OWN_WORDS and leg.soft_at is None and (leg.from_log or leg.technology != "PJSIP")
