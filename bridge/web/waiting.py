"""How the caller reached somebody: stretches that were not seen, the menu, queues, phones and numbers that were
tried."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from bridge.records.explain import in_words, left
from bridge.vocabulary.causes import refusal
from bridge.vocabulary.record import Offer
from bridge.vocabulary.times import seconds
from bridge.web.lanes import CUSTOMER, PBX
from bridge.web.piece import EVERYWHERE, Piece, Teller

SHORTEST_MENU = 0.05
"""Seconds: a shorter time before the first queue or phone is the PBX working, not a menu."""
LONG_TO_RING = 0.1
"""Seconds from the call of a phone to its ringing that are worth a word: most phones need less."""
_DIALLED = {
    "answered": "answered",
    "busy": "cpe_rejected",
    "no_answer": "no_answer",
    "refused": "rejected",
    "failed": "cpe_rejected",
    "cancelled": "cancelled",
}
"""Which mark a dial's outcome has: that of the similar outcome of an offer."""


def gaps(teller: Teller) -> Iterator[Piece]:
    for gap in teller.record.gaps:
        since, until = teller.time(gap.from_, teller.start), teller.time(gap.until, teller.end)
        text = teller.words("gap of", time=teller.length(since, until))
        yield Piece("gap", "gap", EVERYWHERE, since, until, text, (text, teller.words("gap")))


def menu(teller: Teller) -> Iterator[Piece]:
    record = teller.record
    if record.direction != "inbound" or (record.gaps and record.gaps[0].from_ is None):
        return
    begun = [stay.joined_at or stay.left_at for stay in record.queues] + [o.started_at for o in record.offers]
    begun += [talk.from_ for talk in teller.conversations] + [dial.started_at for dial in teller.dials]
    begun += [who.joined_at for who in record.participants if teller.lanes[who.party].key != CUSTOMER]
    until = min((seconds(time) for time in begun if time), default=teller.end)
    if until - teller.start >= SHORTEST_MENU:
        yield teller.bar("menu", PBX, teller.start, until, teller.words("menu"))


def queues(teller: Teller) -> Iterator[Piece]:
    for stay in teller.record.queues:
        since = teller.time(stay.joined_at, teller.start)
        until = teller.until(stay.left_at, since)
        short = teller.words("waiting", queue=stay.name)
        long = teller.words("waiting as", queue=stay.name, position=stay.position) if stay.position else short
        if stay.exit not in ("full", "join_empty"):
            key = "waited in as" if stay.position else "waited in"
            time = teller.length(since, until)
            text = teller.words(key, queue=stay.name, position=stay.position, time=time)
            bar = teller.bar("waiting", PBX, since, until, long, text)
            yield replace(bar, labels=(f"{long} · {bar.labels[-1]}", long, short, stay.name))
        how = teller.words(f"exit {stay.exit}")
        label = teller.words("how", who=stay.name, how=how)
        yield Piece("mark", f"exit {stay.exit}", PBX, until, until, left(stay, teller.language), (label, how))


def dialling(teller: Teller) -> Iterator[Piece]:
    """Every try to reach somebody who is not of the staff. Of a record without `dials` only the customer's answer
    is known."""
    record = teller.record
    for dial in teller.dials:
        lane, since = teller.lanes[dial.number].key, seconds(dial.started_at)
        until = teller.until(dial.ended_at, since)
        yield teller.bar("dialling", lane, since, until, teller.words("dialling"))
        refused = dial.outcome in ("busy", "refused", "failed")
        code = refusal(dial.sip_code, dial.cause, teller.language) if refused else ""
        how = teller.words(str(dial.outcome))
        whole = teller.join(how, code)
        text = teller.words("how", who=teller.lanes.name(lane), how=whole)
        yield Piece("mark", _DIALLED.get(str(dial.outcome), "None"), lane, until, until, text, (whole, how))
    if record.direction == "outbound" and not teller.dials and CUSTOMER in teller.lanes:
        until = teller.time(record.answered_at, teller.end)
        yield teller.bar("dialling", CUSTOMER, teller.start, until, teller.words("dialling"))


def offers(teller: Teller) -> Iterator[Piece]:
    devices: dict[str, set[str]] = {}
    for offer in teller.record.offers:
        devices.setdefault(offer.agent, set()).add(offer.device)
    for offer in teller.record.offers:
        yield from _offer(teller, offer, device=offer.device if len(devices[offer.agent]) > 1 else "")


def _offer(teller: Teller, offer: Offer, device: str) -> Iterator[Piece]:
    lane, who = teller.lanes[offer.agent].key, f"{offer.agent} {device}".rstrip()
    since = seconds(offer.started_at)
    until = teller.until(offer.ended_at, seconds(offer.ringing_at or offer.started_at))
    how, labels = _outcome(teller, offer)
    time = teller.length(since, until)
    if offer.ringing_at is None:
        text = teller.words("did not ring", who=who, time=time, how=how)
        yield Piece("bar", "calling", lane, since, until, text, (device,) if device else ())
    else:
        rung = max(since, seconds(offer.ringing_at))  # older records may date the call of a phone a little late
        key = "rang after" if rung - since >= LONG_TO_RING else "was called"
        text = teller.words(key, who=who, time=teller.length(since, rung))
        yield Piece("bar", "calling", lane, since, rung, text)
        key = "rang" if offer.ended_at else "rang, end unseen"
        text = teller.words(key, who=who, time=teller.length(rung, until), how=how)
        bar = teller.bar("ringing", lane, rung, until, teller.words("ringing"), text)
        yield replace(bar, labels=(f"{device} {bar.labels[0]}", *bar.labels)) if device else bar
    if offer.ended_at is not None:
        text = teller.words("how", who=who, how=how)
        yield Piece("mark", str(offer.outcome), lane, until, until, text, labels)


def _outcome(teller: Teller, offer: Offer) -> tuple[str, tuple[str, ...]]:
    """How an offer ended: the whole text, and the texts that may stand beside the mark, the longest first."""
    how = teller.words(str(offer.outcome))
    if offer.outcome not in ("rejected", "cpe_rejected", None):
        return how, (how,)
    code = refusal(offer.sip_code, offer.cause, teller.language)
    why = in_words(offer.reason, teller.language) if offer.reason and offer.outcome == "cpe_rejected" else ""
    labels = dict.fromkeys(part for part in (teller.join(why, code), code, how) if part)
    return teller.join(how, why, f"SIP {code}" if offer.sip_code else code), tuple(labels)
