"""Transfers and parking, as the PBX tells them."""

from __future__ import annotations

from bridge.pbx.apply.row import CHANNEL, TRANSFERER, Row, Table
from bridge.pbx.channel import Channel, TransferSeen
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f


def _transfer(
    transferer: Channel, transferee: Channel | None, at: float, attended: bool, dest_type: str = ""
) -> TransferSeen:
    """The transfer that is told: one that is known, or a new one. A transferer who made a three-way call may still
    transfer it later."""
    for seen in transferer.transfers:
        same = seen.attended == attended and (transferee is None or seen.transferee in (None, transferee))
        if same and (seen.dest_type == dest_type or not seen.dest_type or not dest_type):
            return seen
    seen = TransferSeen(at, transferer, attended)
    transferer.transfers += (seen,)
    return seen


def blind(pbx: Pbx, fact: f.BlindTransferred) -> None:
    transferer = pbx.state.known(fact.transferer, fact.transferer_name, fact.at)
    # Added if unknown: right after connecting, the two must not count as two calls.
    transferee = pbx.state.known(fact.transferee, "", fact.at) if fact.transferee else None
    seen = _transfer(transferer, transferee, fact.at, attended=False)
    seen.transferee = seen.transferee or transferee
    seen.exten = fact.exten
    if transferee is not None:
        pbx.joining.join(transferer, transferee)


def attended(pbx: Pbx, fact: f.AttendedTransferred) -> None:
    transferer = pbx.state.known(fact.transferer, fact.transferer_name, fact.at)
    others = [pbx.state.channel_now(c) if c else None for c in (fact.second, fact.transferee, fact.target)]
    seen = _transfer(transferer, others[1], fact.at, attended=True, dest_type=fact.dest_type)
    seen.second, seen.transferee, seen.target = (new or old for new, old in zip(
        others, (seen.second, seen.transferee, seen.target), strict=True))  # fmt: skip
    if seen.second is not None:
        seen.second.is_second = True
    seen.dest_type = seen.dest_type or fact.dest_type
    if seen.target is None and seen.dest_type != "App":
        seen.target = _met_last(seen)
    for other in others:
        if other is not None:
            pbx.joining.join(transferer, other)
    if seen.dest_type == "App":
        _take_place(pbx, seen)
    pbx.recalls.note(seen)


def _met_last(seen: TransferSeen) -> Channel | None:
    """The channel that the transferer was bridged with last: a busy PBX may have moved the target before it tells the
    transfer, and then names none."""
    who = seen.second or seen.transferer
    if who.group is None or not who.stays:
        return None
    there = who.stays[-1].bridge
    others = (c for c in who.group.channels if c is not who and c is not seen.transferee)
    return next((c for c in others if any(s.bridge == there for s in c.stays)), None)


def _take_place(pbx: Pbx, seen: TransferSeen) -> None:
    """A channel that is transferred into an application (a conference, say) takes the place of the transferer's
    channel there. No bridge event tells of that."""
    passed = seen.transferee or seen.target
    for line in (seen.second, seen.transferer):
        if passed is None or line is None or line.bridge_now is None or line is passed:
            continue
        place = line.bridge_now
        if passed.gone_at is None and all(s.bridge != place for s in passed.stays):
            pbx.presence.leave(line, seen.at)
            pbx.presence.enter(passed, place, seen.at)


def parked(pbx: Pbx, fact: f.Parked) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is not None and fact.at not in channel.parked:
        channel.parked += (fact.at,)


def unparked(pbx: Pbx, fact: f.Unparked) -> None:
    channel, retriever = pbx.state.channel_now(fact.channel), pbx.state.channel_now(fact.retriever)
    if channel is not None and retriever is not None:
        pbx.joining.join(channel, retriever)


TABLE: Table = {
    f.BlindTransferred: Row(blind, TRANSFERER, (TRANSFERER,)),
    f.AttendedTransferred: Row(attended, TRANSFERER, (TRANSFERER,)),
    f.Parked: Row(parked, CHANNEL, (CHANNEL,)),
    f.Unparked: Row(unparked, CHANNEL, (CHANNEL,)),
}
