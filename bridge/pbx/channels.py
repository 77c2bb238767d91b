"""Channels coming, changing and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx import registrations
from bridge.pbx.channel import Request
from bridge.vocabulary import facts as f

PARTING = 0.1
"""Seconds that a channel may take from its last bridge to its end."""
EARLY = 1_000
"""Channels whose SIP Call-ID may be known before AMI tells of them: ARI is often a little ahead."""

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def channel_created(m: Mirror, fact: f.ChannelCreated) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None:
        if fact.channel in m.departed:
            return
        channel = m.new(fact.channel, fact.name, fact.at)
        channel.context, channel.exten = fact.context, fact.exten
        m.state(channel, fact.state, fact.at)
        first = fact.linkedid
        if first not in (None, channel.id) and first not in m.channels and first not in m.linked:
            # It joins a call whose beginning was not heard, and which seemed to be over when the PBX was away.
            m.met_midway(channel, fact.at)
        channel.from_log = fact.src == "cel"
        if channel.from_log and channel.spies:
            m.unspied(channel)
    if fact.src == m.primary and not channel.met_midway:
        channel.seen_from_start = True
    channel.caller_number = channel.caller_number or fact.caller_number
    channel.caller_name = channel.caller_name or fact.caller_name
    m.link(channel, fact.linkedid)


def channel_listed(m: Mirror, fact: f.ChannelListed) -> None:
    m.listed.setdefault(fact.src, set()).add(fact.channel)
    known = fact.channel in m.channels
    channel = m.known(fact.channel, fact.name, fact.at)
    if channel.gone_at is not None:
        return
    if known:
        m.state(channel, fact.state, fact.at)
        if fact.src == "ami" and channel.bridge_now is not None and fact.bridge != channel.bridge_now:
            m.leave(channel, m.last_seen(channel, fact.at))
            channel = m.channels[fact.channel]  # an agent who logged in has left the call that it stood for
    else:
        channel.context, channel.exten = fact.context, fact.exten
        m.state(channel, fact.state, fact.at)
        m.step(channel, fact.at, fact.context, fact.exten, fact.application, fact.data)
        if fact.application in ("AppDial", "AppDial2", "AppQueue"):
            # Somebody dialled it, before we came.
            m.dial(None, channel, fact.at)
    channel.caller_number = channel.caller_number or fact.caller_number
    channel.caller_name = channel.caller_name or fact.caller_name
    m.link(channel, fact.linkedid)
    if fact.application == "ConfBridge":
        channel.muted.append((fact.at, True))  # or not: nothing tells
    if fact.bridge and channel.bridge_now is None:
        m.enter(channel, fact.bridge, fact.at)


def state_changed(m: Mirror, fact: f.ChannelStateChanged) -> None:
    channel = m.known(fact.channel, fact.name, fact.at)
    m.named(channel, fact.name)
    channel.caller_number = channel.caller_number or fact.caller_number
    channel.connected_number = channel.connected_number or fact.connected_number
    if channel.state != "Up":
        m.state(channel, fact.state, fact.at)


def caller_changed(m: Mirror, fact: f.CallerChanged) -> None:
    channel = m.channels.get(fact.channel)
    if channel is not None and fact.number:
        channel.shown_number = fact.number


def identified(m: Mirror, fact: f.ChannelIdentified) -> None:
    channel = m.channels.get(fact.channel)
    if channel is not None:
        channel.sip_call_id = fact.sip_call_id
        if channel.stands_for is not None:
            channel.stands_for.sip_call_id = fact.sip_call_id  # told of the line, and of its later calls too
        for leg in [*m.legs.get(channel.device, {}).values()] if fact.channel in m.logins else ():
            if leg.sip_call_id is None and leg.id.startswith(f"{fact.channel}#"):
                leg.sip_call_id = fact.sip_call_id  # of a call that was over before it was told
                if leg.group is not None and leg.group.due is not None:
                    m.schedule(leg.group)
        if channel.device in m.early_reports:
            registrations.known_late(m, channel)
    elif fact.channel not in m.departed:
        m.identified_early[fact.channel] = fact.sip_call_id
        while len(m.identified_early) > EARLY:
            del m.identified_early[next(iter(m.identified_early))]


def hangup_requested(m: Mirror, fact: f.HangupRequested) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None:
        return
    if fact.src == "cel" and channel.is_login:
        # The log tells who hung up when the channel has left the conversation, which was a leg of its own.
        legs = [c for c in m.legs.get(channel.device, {}).values() if c.stands_for is channel and c.gone_at]
        channel = next((c for c in legs if fact.at - (c.gone_at or 0.0) < PARTING), channel)
    if fact.soft:
        channel.soft_at = channel.soft_at or fact.at
    elif channel.hangup_request is None:
        channel.hangup_request = Request(fact.at, fact.state, fact.cause, fact.sip_code)
    else:
        channel.hangup_request.cause = (
            channel.hangup_request.cause if channel.hangup_request.cause is not None else fact.cause
        )
        channel.hangup_request.sip_code = channel.hangup_request.sip_code or fact.sip_code


def gone(m: Mirror, fact: f.ChannelGone) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None:
        return
    if channel.cause is None:
        channel.cause = fact.cause
    channel.sip_code = channel.sip_code or fact.sip_code
    m.end(channel, fact.at)
    if channel.stands_for is not None:
        gone(m, fact)  # the logged-in agent's own channel, behind the conversation that it ended


APPLIERS = {
    f.ChannelCreated: channel_created,
    f.ChannelListed: channel_listed,
    f.ChannelStateChanged: state_changed,
    f.CallerChanged: caller_changed,
    f.ChannelIdentified: identified,
    f.HangupRequested: hangup_requested,
    f.ChannelGone: gone,
}
