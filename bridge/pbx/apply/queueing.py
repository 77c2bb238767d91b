"""Callers waiting in queues, and the queues' members."""

from __future__ import annotations

from bridge.pbx import steps
from bridge.pbx.apply.row import CALLER, CHANNEL, DIALLED, NO_CHANNEL, Row, Table
from bridge.pbx.history import QueueCall
from bridge.pbx.queue_member import GONE, Member
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f


def queue_joined(pbx: Pbx, fact: f.QueueJoined) -> None:
    channel = pbx.state.known(fact.channel, "", fact.at)
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
        stay = steps.wait(pbx, channel, fact.queue, fact.at)
    stay.joined_at, stay.position, stay.told = fact.at, fact.position, True
    stay.began_at = min(stay.began_at, fact.at)
    if pbx.changes.watched:
        pbx.changes.mark_queue(fact.queue)


def queue_left(pbx: Pbx, fact: f.QueueLeft) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is None:
        return
    if pbx.changes.watched:
        pbx.changes.mark_queue(fact.queue)
    for stay in reversed(channel.queue_stays):
        if stay.queue.name == fact.queue:
            stay.told = True
            stay.left_at = stay.left_at or fact.at
            stay.status = stay.status or fact.status
            return
    if fact.status is not None:
        # A leave without a join: an application of ARI turned the caller away.
        stay = steps.wait(pbx, channel, fact.queue, fact.at)
        stay.left_at, stay.status, stay.told = fact.at, fact.status, True


def agent_called(pbx: Pbx, fact: f.AgentCalled) -> None:
    caller, dest = pbx.state.known(fact.caller, "", fact.at), pbx.state.known(fact.dest, "", fact.at)
    dial = pbx.joining.dial(caller, dest, fact.at)
    if dest.is_party:
        pbx.call_member(dest.device, fact.member)
    member = pbx.queue(fact.queue).members.get(fact.interface)
    state_interface = member.state_interface if member else fact.interface
    dial.queue_call = QueueCall(fact.queue, fact.interface, fact.member, state_interface)


def queue_listed(pbx: Pbx, fact: f.QueueListed) -> None:
    pbx.queue(fact.queue).strategy = fact.strategy
    if pbx.changes.watched:
        pbx.changes.mark_queue(fact.queue)


def queues_listed(pbx: Pbx, fact: f.QueuesListed) -> None:
    pbx.queues.list_ended(from_start=fact.src in pbx.visibility.listed_from_start)
    for queue in pbx.queues.by_name.values():
        removed = queue.list_ended(fact.at)
        if pbx.changes.watched:
            pbx.changes.mark_queue(queue.name)
            for member in removed:
                _mark_member(pbx, queue.name, member.interface, member.state_interface)
        for member in removed:
            pbx.members.left(_interfaces(member.told))
    pbx.forget_members()
    pbx.changes.mark_visibility()


def member_changed(pbx: Pbx, fact: f.MemberChanged) -> None:
    queue, changes = pbx.queue(fact.queue), pbx.changes
    member = queue.members.get(fact.interface)
    if changes.tracked and _tells_agent(pbx, member, fact):
        changes.touch((fact.queue, fact.interface))
    before = member.told if member is not None else None
    if queue.tell(fact):
        now = _interfaces(fact)
        for device in now:
            pbx.members.add(device, fact.member if fact.member != fact.interface else device)
        pbx.members.joined(now)
        if before is not None:
            pbx.members.left(_interfaces(before))
            pbx.forget_members()
    if changes.watched:
        _mark_member(pbx, fact.queue, fact.interface, fact.state_interface)


def _tells_agent(pbx: Pbx, member: Member | None, fact: f.MemberChanged) -> bool:
    """Whether a fact about a member may change the agent's state: a new member, a pause, another state interface, or
    a device that becomes unreachable or reachable, unless its contacts tell that."""
    if member is None or member.paused != fact.paused or member.reason != fact.reason:
        return True
    if member.state_interface != fact.state_interface:
        return True
    if (member.status in GONE) == (fact.status in GONE):
        return False
    device = pbx.devices.by_name.get(fact.state_interface)
    return device is None or device.reachable is None


def member_removed(pbx: Pbx, fact: f.MemberRemoved) -> None:
    queue = pbx.queue(fact.queue)
    member = queue.drop(fact.interface)
    if member is not None:
        if pbx.changes.tracked:
            pbx.changes.touch((queue.name, member.interface))
        if pbx.changes.watched:
            _mark_member(pbx, queue.name, member.interface, member.state_interface)
        pbx.members.left(_interfaces(member.told))
        pbx.forget_members()
        queue.noted(fact.at)


def _interfaces(told: f.MemberChanged) -> set[str]:
    return {told.interface, told.state_interface}


def _mark_member(pbx: Pbx, queue: str, interface: str, state_interface: str) -> None:
    pbx.changes.mark_queue(queue)
    pbx.changes.mark_device(interface)
    if state_interface != interface:
        pbx.changes.mark_device(state_interface)


TABLE: Table = {
    f.QueueJoined: Row(queue_joined, CHANNEL, (CHANNEL,)),
    f.QueueLeft: Row(queue_left, CHANNEL, (CHANNEL,)),
    f.AgentCalled: Row(agent_called, DIALLED, (DIALLED, CALLER)),
    f.QueueListed: Row(queue_listed, NO_CHANNEL),
    f.QueuesListed: Row(queues_listed, NO_CHANNEL),
    f.MemberChanged: Row(member_changed, NO_CHANNEL),
    f.MemberRemoved: Row(member_removed, NO_CHANNEL),
}
