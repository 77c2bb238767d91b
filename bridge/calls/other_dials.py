"""Attempts to reach somebody other than the staff: a number outside, or a plain extension."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.calls import dial_string
from bridge.calls.call import OtherDial
from bridge.calls.dialled import root_of
from bridge.calls.hangups import codes_of
from bridge.calls.roles import outside_number
from bridge.calls.scene import Scene
from bridge.calls.undialled import dials_without_leg
from bridge.pbx.channel import Channel
from bridge.pbx.names import extension
from bridge.vocabulary.terms import DialOutcome

BY_STATUS: dict[str, DialOutcome] = {
    "ANSWER": "answered", "BUSY": "busy", "NOANSWER": "no_answer", "CANCEL": "cancelled",
    "CONGESTION": "failed", "CHANUNAVAIL": "failed", "DONTCALL": "refused", "TORTURE": "refused",
}  # fmt: skip
"""What Asterisk says of a dial that ended."""
BY_SIP: dict[int, DialOutcome] = {
    486: "busy", 600: "busy", 403: "refused", 603: "refused", 607: "refused", 408: "no_answer", 480: "no_answer",
    487: "cancelled",
}  # fmt: skip
BY_CAUSE: dict[int, DialOutcome] = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "refused", 26: "cancelled"}
"""Q.850."""


def other_dials(scene: Scene) -> tuple[OtherDial, ...]:
    """All such attempts of a call, in order of time."""
    found = [dial for channel in scene.channels if (dial := _of_leg(scene, channel)) is not None]
    found += _of_nobody(scene)
    return tuple(sorted(found, key=lambda dial: dial.started_at))


def _of_leg(scene: Scene, leg: Channel) -> OtherDial | None:
    dial = leg.dial
    if dial is None or not leg.is_party or leg.stands_for is not None:
        return None
    party = scene.party(leg)
    if party.is_staff or (leg.device != dial.device and party.role != "customer"):
        return None  # somebody else has picked up the call
    trunk = dial.device if party.role == "customer" else None
    number = outside_number(leg) if trunk is not None else party.name
    ended_at = leg.up_at if leg.up_at is not None else min(
        (t for t in (leg.gone_at, dial.ended_at) if t is not None), default=None
    )  # fmt: skip
    request = leg.hangup_request
    cause, sip_code = codes_of(leg, request)
    outcome = _outcome(dial.status, cause, sip_code if request is not None else None)
    if leg.up_at is not None:
        outcome, cause, sip_code = "answered", None, None
    elif scene.unseen.any(dial.began_at, ended_at if ended_at is not None else scene.ended_at):
        outcome = None
    caller = root_of(dial).caller
    by = scene.party(caller).name if caller is not None and caller.is_party else None
    return OtherDial(
        number or dial.device, dial.device, trunk, by, dial.began_at, leg.ringing_at, ended_at, outcome, cause,
        sip_code,
    )  # fmt: skip


def _outcome(status: str | None, cause: int | None, sip_code: int | None) -> DialOutcome | None:
    """The outcome by the far side's SIP code first, since one DialStatus of Asterisk stands for several of them."""
    if sip_code is not None and sip_code in BY_SIP:
        return BY_SIP[sip_code]
    if status in ("CANCEL", "NOANSWER", "BUSY"):
        return BY_STATUS[status]
    if cause in BY_CAUSE:
        return BY_CAUSE[cause]
    if status is not None:
        return BY_STATUS.get(status, "failed")
    return "failed" if cause else None


def _of_nobody(scene: Scene) -> Iterator[OtherDial]:
    """The attempts of a Dial that could call nobody: no channel tells of them."""
    for channel in scene.channels:
        for step, until in dials_without_leg(channel, scene):
            if scene.unseen.any(step.at, until):
                continue
            for aim in dial_string.targets(step.data):
                role = scene.directory.role(aim.device)
                if role in ("customer", "extension"):
                    yield OtherDial(
                        aim.number or extension(aim.device), aim.device, aim.device if role == "customer" else None,
                        scene.party(channel).name if channel.is_party else None,
                        step.at, None, until, "failed", None, None,
                    )  # fmt: skip
