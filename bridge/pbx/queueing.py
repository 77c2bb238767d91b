"""Callers waiting in queues, and the queues' members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.channel import QueueCall
from bridge.pbx.queues import Member
from bridge.vocabulary import facts as f

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def queue_joined(m: Mirror, fact: f.QueueJoined) -> None:
    channel = m.known(fact.channel, "", fact.at)
    stay = channel.queue_stays[-1] if channel.queue_stays else None
    mine = stay is not None and stay.queue.name == fact.queue
    if (
        stay is not None
        and mine
        and stay.joined_at is not None
        and (stay.left_at is None or stay.joined_at == fact.at)
    ):
        return
    if stay is None or not mine or stay.left_at is not None:
        stay = m.waits(channel, fact.queue, fact.at)
    stay.joined_at, stay.position, stay.told = fact.at, fact.position, True
    stay.began_at = min(stay.began_at, fact.at)


def queue_left(m: Mirror, fact: f.QueueLeft) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None:
        return
    for stay in reversed(channel.queue_stays):
        if stay.queue.name == fact.queue:
            stay.told = True
            stay.left_at = stay.left_at or fact.at
            stay.status = stay.status or fact.status
            return
    if fact.status is not None:
        # An application turned the caller away: a leave without a join.
        stay = m.waits(channel, fact.queue, fact.at)
        stay.left_at, stay.status, stay.told = fact.at, fact.status, True


def agent_called(m: Mirror, fact: f.AgentCalled) -> None:
    caller, dest = m.known(fact.caller, "", fact.at), m.known(fact.dest, "", fact.at)
    dial = m.dial(caller, dest, fact.at)
    if dest.is_party:
        m.members.add(dest.device, fact.member)
    member = m.queue(fact.queue).members.get(fact.interface)
    state_interface = member.state_interface if member else fact.interface
    dial.queue_call = QueueCall(fact.queue, fact.interface, fact.member, state_interface)


def queue_listed(m: Mirror, fact: f.QueueListed) -> None:
    m.queue(fact.queue).strategy = fact.strategy


def queues_listed(m: Mirror, fact: f.QueuesListed) -> None:
    """Members that a fresh snapshot does not list were removed while we were away."""
    m.queues_listed = fact.src in m.listed_from_start
    for queue in m.queues.values():
        for interface in queue.unconfirmed:
            queue.drop(interface)
        queue.unconfirmed.clear()
        if queue.strategy is not None:
            queue.listed(fact.at)


def member_changed(m: Mirror, fact: f.MemberChanged) -> None:
    interface = fact.interface
    queue = m.queue(fact.queue)
    member = queue.members.get(interface)
    if member is None:
        member = queue.members[interface] = Member(interface)
    if member.name != fact.member or member.state_interface != fact.state_interface:
        member.state_interface, member.name = fact.state_interface, fact.member
        for device in {interface, fact.state_interface}:
            m.members.add(device, fact.member if fact.member != interface else device)
    member.status, member.paused = fact.status, fact.paused
    queue.unconfirmed.discard(interface)
    if queue.count(member):
        queue.noted(fact.at)


def member_removed(m: Mirror, fact: f.MemberRemoved) -> None:
    queue = m.queue(fact.queue)
    if queue.drop(fact.interface):
        queue.noted(fact.at)


APPLIERS = {
    f.QueueJoined: queue_joined,
    f.QueueLeft: queue_left,
    f.AgentCalled: agent_called,
    f.QueueListed: queue_listed,
    f.QueuesListed: queues_listed,
    f.MemberChanged: member_changed,
    f.MemberRemoved: member_removed,
}
