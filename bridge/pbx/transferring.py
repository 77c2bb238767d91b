"""Transfers and parking, as the PBX tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.channel import Channel, TransferSeen
from bridge.vocabulary import facts as f

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def _transfer(
    transferer: Channel, transferee: Channel | None, at: float, attended: bool, dest_type: str = ""
) -> TransferSeen:
    """The transfer that is told, perhaps again: who made it three before may still pass the call on."""
    for seen in transferer.transfers:
        same = seen.attended == attended and (transferee is None or seen.transferee in (None, transferee))
        if same and (seen.dest_type == dest_type or not seen.dest_type or not dest_type):
            return seen
    seen = TransferSeen(at, transferer, attended)
    transferer.transfers.append(seen)
    return seen


def blind(m: Mirror, fact: f.BlindTransferred) -> None:
    transferer = m.known(fact.transferer, fact.transferer_name, fact.at)
    # Known or not: who began to listen just now must not take the two for two calls.
    transferee = m.known(fact.transferee, "", fact.at) if fact.transferee else None
    seen = _transfer(transferer, transferee, fact.at, attended=False)
    seen.transferee = seen.transferee or transferee
    seen.context, seen.exten = fact.context, fact.exten
    if transferee is not None:
        m.join(transferer, transferee)


def attended(m: Mirror, fact: f.AttendedTransferred) -> None:
    transferer = m.known(fact.transferer, fact.transferer_name, fact.at)
    others = [m.channels.get(c) if c else None for c in (fact.second, fact.transferee, fact.target)]
    seen = _transfer(transferer, others[1], fact.at, attended=True, dest_type=fact.dest_type)
    seen.second, seen.transferee, seen.target = (new or old for new, old in zip(
        others, (seen.second, seen.transferee, seen.target), strict=True))  # fmt: skip
    seen.dest_type = seen.dest_type or fact.dest_type
    for other in others:
        if other is not None:
            m.join(transferer, other)
    if seen.dest_type == "App":
        _takes_place(m, seen)


def _takes_place(m: Mirror, seen: TransferSeen) -> None:
    """Who is passed on to an application, a conference say, takes the place there of the transferer's line, and the
    PBX tells of neither's coming and going."""
    passed = seen.transferee or seen.target
    for line in (seen.second, seen.transferer):
        if passed is None or line is None or line.bridge_now is None or line is passed:
            continue
        place = line.bridge_now
        if passed.gone_at is None and all(s.bridge != place for s in passed.stays):
            m.leave(line, seen.at)
            m.enter(passed, place, seen.at)


def parked(m: Mirror, fact: f.Parked) -> None:
    channel = m.channels.get(fact.channel)
    if channel is not None and fact.at not in channel.parked:
        channel.parked.append(fact.at)


def unparked(m: Mirror, fact: f.Unparked) -> None:
    channel, retriever = m.channels.get(fact.channel), m.channels.get(fact.retriever)
    if channel is not None and retriever is not None:
        m.join(channel, retriever)


APPLIERS = {
    f.BlindTransferred: blind,
    f.AttendedTransferred: attended,
    f.Parked: parked,
    f.Unparked: unparked,
}
