"""What the picture of a call shows, before a pixel is thought of: bars, marks, arrows, frames and pins, by time.

The list beside the picture shows the same pieces with the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from bridge.records.explain import because, in_words, transferred
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Offer, Record, Transfer
from bridge.vocabulary.times import seconds
from bridge.web.lanes import CUSTOMER, PBX, Lanes
from bridge.web.texts import IN, length, refusal

Shape = Literal["bar", "tie", "frame", "gap", "arrow", "mark", "flag", "pin", "dot"]
EVERYWHERE = "\0everywhere"
"""In place of a lane's key."""
SHORTEST_MENU = 0.05
"""Seconds: what is shorter is the PBX thinking, no menu."""
ALLOWED = re.compile(r"allowed ([\d.]+) s")
"""How the evidence of the two thresholds' tags tells the limit, in records that do not have it in `thresholds`."""


class Piece(msgspec.Struct, frozen=True):
    """One thing in the picture. Times in seconds since the epoch."""

    shape: Shape
    kind: str
    """Which bar, mark or arrow: ``ringing``, ``rejected``, ``blind``. Of a pin the tag's name."""
    lane: str
    since: float
    until: float
    text: str
    """The whole of it, for who hears it or points at it."""
    labels: tuple[str, ...] = ()
    """What may stand on it or beside it, the longest first."""
    to: tuple[str, ...] = ()
    """Other lanes: where an arrow or a tie leads, which ones a frame holds."""
    outcome: str = ""
    """Of an arrow."""
    number: int = 0
    """From 1, by time."""

    @property
    def name(self) -> str:
        """``tag-22`` of a tag's pin, else its number.

        Its link in the picture has the id ``picture-NAME`` and leads to ``list-NAME``, the entry in the list beside.
        """
        return f"tag-{BY_NAME[self.kind].bit}" if self.shape == "pin" else str(self.number)


def story(record: Record, lanes: Lanes, language: Language) -> list[Piece]:
    """Every piece of the record's picture, by time; of two at the same time what lasts comes first."""
    found = sorted(_Teller(record, lanes, language).pieces(), key=lambda piece: piece.since)
    return [replace(piece, number=number) for number, piece in enumerate(found, 1)]


class _Teller:
    def __init__(self, record: Record, lanes: Lanes, language: Language) -> None:
        self.record, self.lanes, self.language = record, lanes, language
        self.words = IN[language]
        self.start, self.end = seconds(record.started_at), seconds(record.ended_at)
        self.conversations: list[Any] = getattr(record, "conversations", None) or []
        self.dials: list[Any] = getattr(record, "dials", None) or []

    def pieces(self) -> Iterator[Piece]:
        yield from self._gaps()
        yield from self._menu()
        yield from self._queues()
        yield from self._dialling()
        yield from self._offers()
        yield from self._talks() if self.conversations else self._in_call()
        yield from self._conferences()
        yield from self._supervisions()
        yield from self._transfers()
        yield from self._flags()
        yield self._hangup()
        yield from self._pins()

    def _time(self, time: str | None, otherwise: float) -> float:
        return seconds(time) if time is not None else otherwise

    def _end(self, time: str | None, since: float) -> float:
        """When what began at ``since`` ended; untold: when the PBX was lost sight of, else with the call."""
        lost = (seconds(gap.from_) for gap in self.record.gaps if gap.from_ is not None)
        return self._time(time, min((at for at in lost if at > since), default=max(since, self.end)))

    def _length(self, since: float, until: float) -> str:
        return length(until - since, self.language)

    def _bar(self, kind: str, lane: str, since: float, until: float, word: str, text: str = "", **more: Any) -> Piece:
        time = self._length(since, until)
        who = self.lanes.name(lane) or self.words("pbx" if lane == PBX else "lane customer")
        text = text or self.words("bar of", who=who, what=word, time=time)
        return Piece(
            "bar", kind, lane, since, until, text, (self.words("bar", what=word, time=time), word, time), **more
        )

    def _gaps(self) -> Iterator[Piece]:
        for gap in self.record.gaps:
            since, until = self._time(gap.from_, self.start), self._time(gap.until, self.end)
            text = self.words("gap of", time=self._length(since, until))
            yield Piece("gap", "gap", EVERYWHERE, since, until, text, (text, self.words("gap")))

    def _menu(self) -> Iterator[Piece]:
        record = self.record
        if record.direction != "inbound" or (record.gaps and record.gaps[0].from_ is None):
            return
        begun = [stay.joined_at or stay.left_at for stay in record.queues] + [o.started_at for o in record.offers]
        begun += [talk.from_ for talk in self.conversations] + [dial.started_at for dial in self.dials]
        begun += [who.joined_at for who in record.participants if self.lanes[who.party].key != CUSTOMER]
        until = min((seconds(time) for time in begun if time), default=self.end)
        if until - self.start >= SHORTEST_MENU:
            yield self._bar("menu", PBX, self.start, until, self.words("menu"))

    def _queues(self) -> Iterator[Piece]:
        for stay in self.record.queues:
            since = self._time(stay.joined_at, self.start)
            until = self._end(stay.left_at, since)
            short = self.words("waiting", queue=stay.name)
            long = self.words("waiting as", queue=stay.name, position=stay.position) if stay.position else short
            if stay.exit not in ("full", "join_empty"):
                bar = self._bar("waiting", PBX, since, until, long)
                yield replace(bar, labels=(f"{long} · {bar.labels[-1]}", long, short, stay.name))
            how = self.words(f"exit {stay.exit}")
            text = self.words("how", who=stay.name, how=how)
            yield Piece("mark", f"exit {stay.exit}", PBX, until, until, text, (text, how))

    def _dialling(self) -> Iterator[Piece]:
        record = self.record
        for dial in self.dials:
            lane = self.lanes[dial.number].key
            since = seconds(dial.started_at)
            until = self._end(dial.ended_at, since)
            yield self._bar("dialling", lane, since, until, self.words("dialling"))
            how = self.words(dial.outcome if dial.outcome else "None")
            code = (
                refusal(dial.sip_code, dial.cause, self.language)
                if dial.outcome in ("busy", "refused", "failed")
                else ""
            )
            text = self.words("how", who=self.lanes.name(lane), how=self._join(how, code))
            yield Piece(
                "mark", _DIALLED.get(dial.outcome, "None"), lane, until, until, text, (self._join(how, code), how)
            )
        if record.direction == "outbound" and not self.dials and CUSTOMER in self.lanes:
            until = self._time(record.answered_at, self.end)
            yield self._bar("dialling", CUSTOMER, self.start, until, self.words("dialling"))

    def _offers(self) -> Iterator[Piece]:
        devices: dict[str, set[str]] = {}
        for offer in self.record.offers:
            devices.setdefault(offer.agent, set()).add(offer.device)
        for offer in self.record.offers:
            yield from self._offer(offer, device=offer.device if len(devices[offer.agent]) > 1 else "")

    def _offer(self, offer: Offer, device: str) -> Iterator[Piece]:
        lane, who = self.lanes[offer.agent].key, f"{offer.agent} {device}".rstrip()
        since = seconds(offer.started_at)
        until = self._end(offer.ended_at, seconds(offer.ringing_at or offer.started_at))
        how, labels = self._outcome(offer)
        time = self._length(since, until)
        if offer.ringing_at is None:
            text = self.words("did not ring", who=who, time=time, how=how)
            yield Piece("bar", "calling", lane, since, until, text, (device,) if device else ())
        else:
            rung = seconds(offer.ringing_at)
            text = self.words("was called", who=who, time=self._length(since, rung))
            yield Piece("bar", "calling", lane, since, rung, text)
            key = "rang" if offer.ended_at else "rang, end unseen"
            text = self.words(key, who=who, time=self._length(rung, until), how=how)
            bar = self._bar("ringing", lane, rung, until, self.words("ringing"), text)
            yield replace(bar, labels=(f"{device} {bar.labels[0]}", *bar.labels)) if device else bar
        if offer.ended_at is not None:
            text = self.words("how", who=who, how=how)
            yield Piece("mark", str(offer.outcome), lane, until, until, text, labels)

    def _outcome(self, offer: Offer) -> tuple[str, tuple[str, ...]]:
        """How it ended, whole, and what of it may stand beside the mark, the longest first."""
        how = self.words(str(offer.outcome))
        if offer.outcome not in ("rejected", "cpe_rejected", None):
            return how, (how,)
        code = refusal(offer.sip_code, offer.cause, self.language)
        why = in_words(offer.reason, self.language) if offer.reason and offer.outcome == "cpe_rejected" else ""
        sip = f"SIP {code}" if offer.sip_code else code
        return self._join(how, why, sip), tuple(
            dict.fromkeys(part for part in (self._join(why, code), code, how) if part)
        )

    def _join(self, *parts: str) -> str:
        return self.words("join").join(part for part in parts if part)

    def _talks(self) -> Iterator[Piece]:
        for talk in self.conversations:
            since = seconds(talk.from_)
            until = self._end(talk.until, since)
            held = {self.lanes[party].key for party in talk.held or ()}
            parties = list(dict.fromkeys(self.lanes[party].key for party in talk.parties))
            for lane in parties:
                if self._spies(lane, since, until):
                    continue  # drawn as listening, whispering or joined
                waits = lane in held or (held and held >= set(parties) - {lane})
                kind = "hold" if waits else "talking"
                yield self._bar(kind, lane, since, until, self.words(kind))

    def _spies(self, lane: str, since: float, until: float) -> bool:
        spied = [spy for spy in self.record.supervisions if self.lanes[spy.by].key == lane]
        return any(seconds(spy.from_) <= since and until <= self._end(spy.until, since) for spy in spied)

    def _in_call(self) -> Iterator[Piece]:
        """A record without `conversations` tells only when a channel was there."""
        listeners = {spy.by for spy in self.record.supervisions}
        for person in self.record.participants:
            if person.role == "system" or (person.party in listeners and self._only_listens(person.party)):
                continue
            since = seconds(person.joined_at)
            until = self._end(person.left_at, since)
            yield self._bar("in_call", self.lanes[person.party].key, since, until, self.words("in_call"))

    def _only_listens(self, party: str) -> bool:
        return all(transfer.to != party for transfer in self.record.transfers)

    def _conferences(self) -> Iterator[Piece]:
        for conference in self.record.conferences:
            since = seconds(conference.from_)
            until = self._end(conference.until, since)
            names = self.words("join").join(self.lanes.name(speaker) for speaker in conference.speakers)
            text = self.words("confer", who=names, time=self._length(since, until))
            lanes = tuple(dict.fromkeys(self.lanes[speaker].key for speaker in conference.speakers))
            if lanes:
                yield Piece("frame", "conference", lanes[0], since, until, text, (self.words("conference"),), lanes)

    def _supervisions(self) -> Iterator[Piece]:
        for spy in self.record.supervisions:
            lane, target = self.lanes[spy.by].key, self.lanes[spy.target].key
            since = seconds(spy.from_)
            until = self._end(spy.until, since)
            kind = spy.mode or "spying"
            text = self.words(
                "spied", who=spy.by, what=self.words(kind), target=spy.target, time=self._length(since, until)
            )
            yield self._bar(kind, lane, since, until, self.words(kind), text, to=(target,))

    def _transfers(self) -> Iterator[Piece]:
        for transfer in self.record.transfers:
            at, source = seconds(transfer.at), self._source(transfer)
            target = self._target(transfer)
            how = self.words(transfer.kind, to=transfer.to or self.words("pbx"))
            text = transferred(transfer, self.language)
            labels: tuple[str, ...] = (how,)
            if transfer.outcome != "answered":
                labels = (self._join(how, self.words(f"transfer {transfer.outcome}")), how)
            yield Piece("arrow", transfer.kind, source, at, at, text, labels, (target,), transfer.outcome)

    def _source(self, transfer: Transfer) -> str:
        party = transfer.from_ if transfer.kind == "takeover" else transfer.by or transfer.from_
        return self.lanes[party].key

    def _target(self, transfer: Transfer) -> str:
        inside = transfer.target_type not in ("queue", "system")
        return self.lanes[transfer.to].key if inside else PBX

    def _flags(self) -> Iterator[Piece]:
        for tag, key in (("over_agent_answer_threshold", "agent"), ("over_customer_waiting_threshold", "customer")):
            for proof in self.record.evidence.get(tag, ()):
                allowed = ALLOWED.search(proof.detail or "")
                if allowed is None:
                    continue
                limit = float(allowed[1])
                lane = self.lanes[proof.party].key if key == "agent" else PBX
                at = self._begun(key, proof.party, limit) + limit
                text = self.words(f"over {key}", limit=length(limit, self.language))
                yield Piece("flag", "flag", lane, at, at, text, (text,))

    def _begun(self, key: str, party: str | None, limit: float) -> float:
        """When the wait began that passed its limit: of a phone its ringing, of a customer the first queue."""
        if key == "customer":
            joined = [stay.joined_at for stay in self.record.queues if stay.joined_at]
            return seconds(joined[0]) if joined else self.start
        rung = [o for o in self.record.offers if o.agent == party and o.ringing_at and o.ring_seconds > limit]
        return self._time(rung[0].ringing_at if rung else None, self.start)

    def _hangup(self) -> Piece:
        record = self.record
        text = self.words(f"ended {record.ended_by}")
        cause = refusal(None, record.hangup_cause, self.language) if record.hangup_cause not in (None, 16) else ""
        return Piece(
            "mark", f"ended {record.ended_by}", self._ender(), self.end, self.end, self._join(text, cause), (text,)
        )

    def _ender(self) -> str:
        record = self.record
        if record.ended_by == "customer" and CUSTOMER in self.lanes:
            return CUSTOMER
        proofs = [
            proof for tag in ("agent_disconnect", "customer_disconnect") for proof in record.evidence.get(tag, ())
        ]
        if proofs and self.lanes[proofs[0].party].role == record.ended_by:
            return self.lanes[proofs[0].party].key
        there = [who for who in record.participants if who.role == record.ended_by]
        return self.lanes[max(there, key=lambda who: who.left_at or "~").party].key if there else PBX

    def _pins(self) -> Iterator[Piece]:
        for name in self.record.tags:
            tag = BY_NAME[name]
            label = tag.en if self.language == "en" else tag.zh
            for n, proof in enumerate(self.record.evidence.get(name, ())):
                why = because(proof, self.language)
                text = self.words("tag", bit=tag.bit, label=label, at=why.split(" ", 1)[0], why=why.split(" ", 1)[-1])
                at = seconds(proof.at)
                yield Piece("dot" if n else "pin", name, self.lanes[proof.party].key, at, at, text, (str(tag.bit),))


_DIALLED = {
    "answered": "answered",
    "busy": "cpe_rejected",
    "no_answer": "no_answer",
    "refused": "rejected",
    "failed": "cpe_rejected",
    "cancelled": "cancelled",
}
"""A dial's outcome to the mark that an offer's would have."""
