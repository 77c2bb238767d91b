"""Channels coming, changing and going."""

from __future__ import annotations

from bridge.pbx import steps
from bridge.pbx.applications import CALLED
from bridge.pbx.apply.row import CHANNEL, Row, Table
from bridge.pbx.channel import Channel
from bridge.pbx.history import Request, Step
from bridge.pbx.rooms import ROOMS
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f

END_AFTER_BRIDGE = 0.1
"""Seconds from a channel's last bridge to its end at most; CEL tells only with the end who hung up."""


def channel_created(pbx: Pbx, fact: f.ChannelCreated) -> None:
    state = pbx.state
    channel = state.channel_now(fact.channel)
    if channel is None:
        if fact.channel in state.departed:
            return
        channel = _come(pbx, fact)
    if fact.src == pbx.visibility.primary and not channel.met_midway:
        channel.seen_from_start = True
    channel.caller_number = channel.caller_number or fact.caller_number
    channel.caller_name = channel.caller_name or fact.caller_name
    state.link(channel, fact.linkedid)


def _come(pbx: Pbx, fact: f.ChannelCreated) -> Channel:
    state = pbx.state
    channel = state.new(fact.channel, fact.name, fact.at)
    channel.context, channel.exten = fact.context, fact.exten
    state.set_state(channel, fact.state, fact.at)
    first = fact.linkedid
    if first not in (None, channel.id) and first not in state.channels and first not in state.linked:
        # It joins a call whose beginning was not seen, or which seemed to be over while the PBX was away.
        state.began_before(channel, fact.at)
    channel.from_log = fact.src == "cel"
    if channel.from_log and channel.spies:
        pbx.spies.forget_all_of(channel)
    return channel


def channel_listed(pbx: Pbx, fact: f.ChannelListed) -> None:
    state, presence = pbx.state, pbx.presence
    pbx.visibility.list_channel(fact.src, fact.channel)
    is_known = fact.channel in state.channels
    channel = state.known(fact.channel, fact.name, fact.at)
    if channel.gone_at is not None:
        return
    state.set_state(channel, fact.state, fact.at)
    if not is_known:
        _begin_midway(pbx, channel, fact)
    elif fact.src == "ami" and channel.bridge_now is not None and fact.bridge != channel.bridge_now:
        presence.leave(channel, pbx.visibility.last_seen(channel, fact.at))
        channel = state.known(fact.channel, fact.name, fact.at)  # the agent's line, if this was a leg on it
    channel.caller_number = channel.caller_number or fact.caller_number
    channel.caller_name = channel.caller_name or fact.caller_name
    state.link(channel, fact.linkedid)
    if fact.application in ROOMS:
        channel.muted += ((fact.at, True),)  # assumed: nothing tells whether it is muted
    if fact.bridge and channel.bridge_now is None:
        presence.enter(channel, fact.bridge, fact.at)


def _begin_midway(pbx: Pbx, channel: Channel, fact: f.ChannelListed) -> None:
    channel.context, channel.exten = fact.context, fact.exten
    steps.run(pbx, channel, Step(fact.at, fact.context, fact.exten, fact.application, fact.data))
    if fact.application in CALLED:
        # It was dialled before callbridge connected.
        pbx.joining.dial(None, channel, fact.at)


def state_changed(pbx: Pbx, fact: f.ChannelStateChanged) -> None:
    channel = pbx.state.known(fact.channel, fact.name, fact.at)
    pbx.state.named(channel, fact.name)
    channel.caller_number = channel.caller_number or fact.caller_number
    channel.connected_number = channel.connected_number or fact.connected_number
    if channel.state != "Up":
        pbx.state.set_state(channel, fact.state, fact.at)


def caller_changed(pbx: Pbx, fact: f.CallerChanged) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is not None and fact.number:
        channel.shown_number = fact.number


def identified(pbx: Pbx, fact: f.ChannelIdentified) -> None:
    pbx.state.identify(fact.channel, fact.sip_call_id)


def hangup_requested(pbx: Pbx, fact: f.HangupRequested) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is None:
        return
    if fact.src == "cel" and channel.is_login:
        channel = _left_conversation(pbx, channel, fact.at)
    if fact.soft:
        channel.soft_at = channel.soft_at or fact.at
    elif channel.hangup_request is None:
        channel.hangup_request = Request(fact.at, fact.state, fact.cause, fact.sip_code)
    else:
        request = channel.hangup_request
        request.cause = request.cause if request.cause is not None else fact.cause
        request.sip_code = request.sip_code or fact.sip_code


def _left_conversation(pbx: Pbx, login: Channel, at: float) -> Channel:
    """The leg of a logged-in agent that has just left a conversation: CEL tells the hangup only after that."""
    for leg in pbx.state.legs_of(login.device):
        if leg.stands_for is login and leg.gone_at and at - leg.gone_at < END_AFTER_BRIDGE:
            return leg
    return login


def gone(pbx: Pbx, fact: f.ChannelGone) -> None:
    channel = pbx.state.channel_now(fact.channel)
    while channel is not None:
        if channel.cause is None:
            channel.cause = fact.cause
        channel.sip_code = channel.sip_code or fact.sip_code
        _invited_in_vain(pbx, channel)
        pbx.presence.end(channel, fact.at)
        channel = channel.stands_for  # the agent's line ends after the leg on it


def _invited_in_vain(pbx: Pbx, leg: Channel) -> None:
    """Joins a phone that has not answered to the call whose dialplan called it into a room. Who answered may sit in
    the room all day; who meets the caller there is joined by that."""
    if leg.up_at is None and leg.dial is not None and leg.dial.caller is None:
        caller = pbx.paging.inviter_of(leg, leg.dial.began_at)
        if caller is not None:
            pbx.joining.dial(caller, leg, leg.dial.began_at)


TABLE: Table = {
    f.ChannelCreated: Row(channel_created, CHANNEL, (CHANNEL,)),
    f.ChannelListed: Row(channel_listed, CHANNEL, (CHANNEL,)),
    f.ChannelStateChanged: Row(state_changed, CHANNEL, (CHANNEL,)),
    f.CallerChanged: Row(caller_changed, CHANNEL, (CHANNEL,)),
    f.ChannelIdentified: Row(identified, CHANNEL),
    f.HangupRequested: Row(hangup_requested, CHANNEL),
    f.ChannelGone: Row(gone, CHANNEL),
}
