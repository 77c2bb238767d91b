"""One channel dialling another."""

from __future__ import annotations

from math import inf

from bridge.pbx.apply.row import CALLER, CHANNEL, DIALLED, NO_CHANNEL, TARGET, Row, Table
from bridge.pbx.channel import Channel
from bridge.pbx.names import device_of
from bridge.pbx.unseen import RACE
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f


def dial_began(pbx: Pbx, fact: f.DialBegan) -> None:
    dest = pbx.state.known(fact.dest, fact.dest_name, fact.at)
    caller = pbx.state.known(fact.caller, "", fact.at) if fact.caller else _for_whom(pbx, dest, fact.at)
    if caller is None and abs(fact.at - pbx.visibility.connected_at.get(fact.src, -inf)) < RACE:
        # Perhaps a page, which names no caller either, and whose Page the snapshot does not show any more.
        pbx.visibility.missed_until(dest.group, fact.at)
    if caller is None:
        pbx.forwards.note(dest, fact.at)
    dial = pbx.joining.dial(caller, dest, fact.at)
    if dest.is_party and caller is not None and caller.runs(("Queue",)):
        pbx.call_member(dest.device, dest.device)  # ARI alone tells of no members
    dial.dialstring = dial.dialstring or fact.dialstring
    dial.shown_number = dial.shown_number or fact.shown_number


def _for_whom(pbx: Pbx, dest: Channel, at: float) -> Channel | None:
    """The caller of a phone for which the PBX names none: who pages, or who waits for a recalled transferer."""
    return pbx.paging.caller_of(dest, at) or pbx.recalls.waits_for(dest, at)


def dial_progressed(pbx: Pbx, fact: f.DialProgressed) -> None:
    channel = pbx.state.channel_now(fact.dest)
    if channel is not None and fact.status in ("RINGING", "PROGRESS") and channel.ringing_at is None:
        channel.ringing_at = fact.at


def dial_ended(pbx: Pbx, fact: f.DialEnded) -> None:
    dest = pbx.state.channel_now(fact.dest)
    caller = pbx.state.channel_now(fact.caller) if fact.caller else None
    if dest is None:
        return
    if dest.dial is None and not dest.met_midway:
        # It was not dialled: its phone picked up the call that rang elsewhere.
        if caller is not None and all(d.dest is not dest for d in caller.dials):
            pbx.joining.pick_up(caller, dest, fact.status, fact.at)
        return
    dial = pbx.joining.dial(caller, dest, fact.at)
    if caller is not None and dial.caller is not caller:
        pbx.joining.inherit_dial(dial, caller)
    dial.forward = dial.forward or fact.forward
    if fact.forward and dial.caller is None and (leg := pbx.forwards.leads_to(fact.forward, fact.at)) is not None:
        pbx.joining.join(dest, leg)
    dial.given_up |= fact.status == "CANCEL"
    if dial.status is None:
        dial.status, dial.ended_at = fact.status, fact.at


def local_bridged(pbx: Pbx, fact: f.LocalBridged) -> None:
    one, two = pbx.state.channel_now(fact.one), pbx.state.channel_now(fact.two)
    if one is not None and two is not None and one.other_half is None:
        pbx.joining.pair(one, two)


def picked_up(pbx: Pbx, fact: f.CallPickedUp) -> None:
    target = pbx.state.known(fact.target, fact.target_name, fact.at)
    channel = pbx.state.known(fact.channel, fact.name, fact.at)
    if target.picked_up is None:
        target.picked_up = (fact.at, device_of(fact.name))
        pbx.joining.join(target, channel)


TABLE: Table = {
    f.DialBegan: Row(dial_began, DIALLED, (DIALLED, CALLER)),
    f.DialProgressed: Row(dial_progressed, DIALLED, (DIALLED,)),
    f.DialEnded: Row(dial_ended, DIALLED, (DIALLED, CALLER)),
    f.LocalBridged: Row(local_bridged, NO_CHANNEL),
    f.CallPickedUp: Row(picked_up, CHANNEL, (CHANNEL, TARGET)),
}
