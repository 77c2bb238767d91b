"""Who was with whom: talk and hold, conferences, listening and whispering, transfers."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.records.explain import all_of, transferred
from bridge.vocabulary.record import Transfer
from bridge.vocabulary.times import seconds
from bridge.web.lanes import PBX
from bridge.web.piece import Piece, Teller


def talks(teller: Teller) -> Iterator[Piece]:
    for talk in teller.conversations:
        since = seconds(talk.from_)
        until = teller.until(talk.until, since)
        held = {teller.lanes[party].key for party in talk.held or ()}
        parties = list(dict.fromkeys(teller.lanes[party].key for party in talk.parties))
        for lane in parties:
            if _spies(teller, lane, since, until):
                continue  # drawn as listening, whispering or joined
            waits = lane in held or (held and held >= set(parties) - {lane})
            kind = "hold" if waits else "talking"
            yield teller.bar(kind, lane, since, until, teller.words(kind))


def _spies(teller: Teller, lane: str, since: float, until: float) -> bool:
    spied = [spy for spy in teller.record.supervisions if teller.lanes[spy.by].key == lane]
    return any(seconds(spy.from_) <= since and until <= teller.until(spy.until, since) for spy in spied)


def in_call(teller: Teller) -> Iterator[Piece]:
    """For a record without `conversations`, which only says when a channel was there."""
    listeners = {spy.by for spy in teller.record.supervisions}
    for person in teller.record.participants:
        if person.role == "system" or (person.party in listeners and _only_listens(teller, person.party)):
            continue
        since = seconds(person.joined_at)
        until = teller.until(person.left_at, since)
        yield teller.bar("in_call", teller.lanes[person.party].key, since, until, teller.words("in_call"))


def _only_listens(teller: Teller, party: str) -> bool:
    return all(transfer.to != party for transfer in teller.record.transfers)


def conferences(teller: Teller) -> Iterator[Piece]:
    for conference in teller.record.conferences:
        since = seconds(conference.from_)
        until = teller.until(conference.until, since)
        names = all_of([teller.lanes.name(speaker) for speaker in conference.speakers], teller.language)
        text = teller.words("confer", who=names, time=teller.length(since, until))
        lanes = tuple(dict.fromkeys(teller.lanes[speaker].key for speaker in conference.speakers))
        if lanes:
            yield Piece("frame", "conference", lanes[0], since, until, text, (teller.words("conference"),), lanes)


def supervisions(teller: Teller) -> Iterator[Piece]:
    for spy in teller.record.supervisions:
        lane, target = teller.lanes[spy.by].key, teller.lanes[spy.target].key
        since = seconds(spy.from_)
        until = teller.until(spy.until, since)
        kind = spy.mode or "spying"
        text = teller.words(f"spied {kind}", who=spy.by, target=spy.target, time=teller.length(since, until))
        yield teller.bar(kind, lane, since, until, teller.words(kind), text, to=(target,))


def transfers(teller: Teller) -> Iterator[Piece]:
    for transfer in teller.record.transfers:
        at, source = seconds(transfer.at), _source(teller, transfer)
        target = _target(teller, transfer)
        how = teller.words(transfer.kind, to=transfer.to or teller.words("pbx"))
        text = transferred(transfer, teller.language)
        labels: tuple[str, ...] = (how,)
        if transfer.outcome != "answered":
            labels = (teller.join(how, teller.words(f"transfer {transfer.outcome}")), how)
        yield Piece("arrow", transfer.kind, source, at, at, text, labels, (target,), transfer.outcome)


def _source(teller: Teller, transfer: Transfer) -> str:
    party = transfer.from_ if transfer.kind == "takeover" else transfer.by or transfer.from_
    return teller.lanes[party].key


def _target(teller: Teller, transfer: Transfer) -> str:
    inside = transfer.target_type not in ("queue", "system")
    return teller.lanes[transfer.to].key if inside else PBX
