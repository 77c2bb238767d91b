"""Overflow: the call was refused because a limit was reached.

A full queue says so (``QUEUESTATUS=FULL``). A cap on a DN's or a trunk's calls is the dialplan's own doing: it says
so itself by ``CALLBRIDGE_OVERFLOW``, or it is recognised by its shape, a call that was counted in a GROUP and then
turned away before anybody was tried.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from bridge.calls.call import Call
from bridge.calls.ending import hung_up
from bridge.pbx.channel import Channel, Step
from bridge.tags.proof import Proof

Reason = Literal["queue_full", "line_cap", "trunk_cap"]
REFUSALS = ("Busy", "Congestion", "Hangup")


class Overflow(NamedTuple):
    reason: Reason
    proof: Proof


def overflow(call: Call) -> Overflow | None:
    for p in call.queues:
        if p.exit == "full":
            who = call.party(p.channel).name
            return Overflow("queue_full", Proof(p.stay.began_at, "VarSet", p.channel, who, f"{p.name} is full"))
    said = call.variable("CALLBRIDGE_OVERFLOW")
    if said is not None:
        channel, value = said
        reason: Reason = "trunk_cap" if value == "trunk_cap" else "line_cap"
        return Overflow(reason, Proof(call.ended_at, "VarSet", channel, call.party(channel).name, value))
    return _turned_away(call)


def _turned_away(call: Call) -> Overflow | None:
    channel = call.originator
    if call.connected_at is not None or call.offers or call.queues or channel.dials or hung_up(channel):
        return None
    counted = next((s for s in channel.steps if s.application == "Set" and s.data.startswith("GROUP(")), None)
    refused = _refusal(channel, counted) if counted is not None else None
    if counted is None or refused is None or call.direction == "internal":
        return None
    reason: Reason = "line_cap" if call.direction == "inbound" else "trunk_cap"
    detail = f"turned away by {refused.application} after {counted.data}"
    return Overflow(reason, Proof(refused.at, "Newexten", channel, call.party(channel).name, detail))


def _refusal(channel: Channel, counted: Step) -> Step | None:
    return next((s for s in channel.steps if s.at >= counted.at and s.application in REFUSALS), None)
