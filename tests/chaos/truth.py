"""What Asterisk itself says of the calls, in its CEL: the truth that the records are held against."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import kinds


@dataclass
class Call:
    """A call by Asterisk's own account. Times are seconds since the epoch."""

    linked: dict[str, str]
    """The Linkedid with which it began, by the ids of channels: another one where two calls became one."""
    began: float
    ended: float
    numbers: set[str] = field(default_factory=set)
    """Customers' numbers in it."""
    open: set[str] = field(default_factory=set)
    """Channels that have begun and not ended."""
    talked: bool = False
    """Whether anybody was connected."""
    hung_up_at: float = 0.0
    """When a phone hung up last that Asterisk had not hung up on before."""
    cut: bool = False
    """It was up when the PBX went away."""
    by_pbx: bool = False
    """And by Asterisk's account it was Asterisk that ended it, whatever its phones were about to do."""


def calls(path: Path) -> list[Call]:
    """Every call in a CEL file: channels that shared a Linkedid, and Linkedids that shared a channel, are one."""
    with path.open(newline="", errors="replace") as file:
        rows = [row for row in csv.reader(file) if len(row) > 8]
    by_id: dict[str, Call] = {}
    for at, event, channel, linked, name, caller, _, _, exten, *more in rows:
        t = float(at)
        call = by_id.get(linked) or by_id.get(channel) or Call({}, t, t)
        for other in {id(c): c for i in (linked, channel) if (c := by_id.get(i)) and c is not call}.values():
            call.linked |= other.linked
            call.numbers |= other.numbers
            call.open |= other.open
            call.talked |= other.talked
            call.hung_up_at = max(call.hung_up_at, other.hung_up_at)
            call.began = min(call.began, other.began)
            by_id.update({i: call for i, c in by_id.items() if c is other})
        by_id[linked] = by_id[channel] = call
        call.linked.setdefault(linked, linked)
        call.linked.setdefault(channel, linked)
        call.ended = t
        call.numbers.update(number[-8:] for number in (caller, exten) if kinds.of(number))
        if event == "CHAN_START":
            call.open.add(channel)
        elif event == "CHAN_END":
            call.open.discard(channel)
        elif event == "BRIDGE_ENTER":
            call.talked = True
        elif event == "HANGUP" and more and f'"hangupsource":"{name}"' in more[-1]:
            call.hung_up_at = t
    return list({id(call): call for call in by_id.values()}.values())
