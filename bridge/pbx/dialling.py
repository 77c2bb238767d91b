"""One channel dialling another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.channel import Dial, device_of
from bridge.vocabulary import facts as f

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def dial_began(m: Mirror, fact: f.DialBegan) -> None:
    dest = m.known(fact.dest, fact.dest_name, fact.at)
    caller = m.known(fact.caller, "", fact.at) if fact.caller else None
    dial = m.dial(caller, dest, fact.at)
    if dest.is_party and caller is not None and caller.running is not None and caller.running[0] == "Queue":
        m.members.add(dest.device, dest.device)  # ARI alone tells of no members
    dial.dialstring = dial.dialstring or fact.dialstring
    dial.shown_number = dial.shown_number or fact.shown_number


def dial_progressed(m: Mirror, fact: f.DialProgressed) -> None:
    channel = m.channels.get(fact.dest)
    if channel is not None and fact.status in ("RINGING", "PROGRESS") and channel.ringing_at is None:
        channel.ringing_at = fact.at


def dial_ended(m: Mirror, fact: f.DialEnded) -> None:
    dest = m.channels.get(fact.dest)
    caller = m.channels.get(fact.caller) if fact.caller else None
    if dest is None:
        return
    if dest.dial is None and not dest.met_midway:
        # Nobody dialled this one: its phone picked the call up that rang elsewhere.
        if caller is not None and all(d.dest is not dest for d in caller.dials):
            m.join(caller, dest)
            dial = Dial(caller, dest, dest.created_at)
            dial.status, dial.ended_at = fact.status, fact.at
            caller.dials.append(dial)
        return
    dial = m.dial(caller, dest, fact.at)
    if caller is not None and dial.caller is not caller:
        # A transfer put another in the place of the one who dialled.
        dial.caller = caller
        dial.inherited = True
        caller.dials.append(dial)
        m.join(caller, dest)
    dial.forward = dial.forward or fact.forward
    dial.given_up |= fact.status == "CANCEL"
    if dial.status is None:
        dial.status, dial.ended_at = fact.status, fact.at


def local_bridged(m: Mirror, fact: f.LocalBridged) -> None:
    one, two = m.channels.get(fact.one), m.channels.get(fact.two)
    if one is not None and two is not None and one.other_half is None:
        m.pair(one, two)


def picked_up(m: Mirror, fact: f.CallPickedUp) -> None:
    target = m.known(fact.target, fact.target_name, fact.at)
    channel = m.known(fact.channel, fact.name, fact.at)
    if target.picked_up is None:
        target.picked_up = (fact.at, device_of(fact.name))
        m.join(target, channel)


APPLIERS = {
    f.DialBegan: dial_began,
    f.DialProgressed: dial_progressed,
    f.DialEnded: dial_ended,
    f.LocalBridged: local_bridged,
    f.CallPickedUp: picked_up,
}
