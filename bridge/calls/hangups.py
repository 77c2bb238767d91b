"""Who hung up, and who refused.

A HangupRequest comes from a channel's far side in both cases, and for a caller also when the PBX turns her away. All
rooms that ask "had this one left by then?" ask ``hung_up_at``.
"""

from __future__ import annotations

from math import inf

from bridge.calls.codes import CANCELLED
from bridge.calls.dialled import step_at
from bridge.pbx.channel import Channel, Dial

TURNED_AWAY = (17, 34)
"""Q.850 causes of 486 and 503, with which the PBX turns a caller away; a caller who gives up has 16, 127 or none."""
FAILED = (18, 58)
"""Those of 408 and 488, with which Asterisk gives up a conversation before it tells SIP codes (20.17, 22.7, 23.1)."""
OWN_WORDS = ("BUSY", "CONGESTION")
"""How a dial ends by the called side's own word: chan_sip, IAX2 and DAHDI give it so, without a HangupRequest."""


def hung_up_at(channel: Channel) -> float:
    """When a channel's far side ended it by itself; infinity where it did not, or where its request was a refusal."""
    request = channel.hangup_request
    return request.at if request is not None and not refused(channel) else inf


def hung_up(channel: Channel) -> bool:
    """Whether the far side of a channel ended it by itself."""
    return hung_up_at(channel) < inf


def refused(channel: Channel) -> bool:
    """Whether a channel's HangupRequest is a refusal: by the PBX of who calls, or by a phone of what the PBX asked.

    When the dialplan ends after a failed Dial, the PBX answers the caller with 503 or 486, and the channel then has a
    HangupRequest with that cause, in state Busy or just before it. When the dialplan sends the caller elsewhere by a
    302 (Transfer), it has one too, before 20.17 and 22.7 without the code. In a conversation people hang up by a BYE,
    which has no SIP code; with a code the phone failed: it refused a re-INVITE, or answered no more.
    """
    request = channel.hangup_request
    if request is None:
        return False
    calls = channel.dial is None
    if request.sip_code is not None and (calls or request.state == "Up"):
        return request.sip_code >= 300 and request.sip_code != CANCELLED
    if request.state == "Up":
        return request.cause in FAILED
    if not calls or request.state != "Ring":
        return calls and request.state == "Busy"
    step = step_at(channel, request.at)
    return request.cause in TURNED_AWAY or (step is not None and step.application == "Transfer")


def refused_itself(leg: Channel, dial: Dial) -> float | None:
    """When a called phone refused: by a HangupRequest of its leg, or in chan_sip's way by how the dial ended."""
    if leg.hangup_request is not None:
        return leg.hangup_request.at
    return dial.ended_at if dial.status in OWN_WORDS else None
