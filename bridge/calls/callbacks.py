"""Call backs of a virtual queue: joins the inbound call that asked with the outbound call that calls back.

A dialplan may say so itself (``CALLBRIDGE_CALLBACK``, ``CALLBRIDGE_CALLBACK_OF``). Without that, a call back is
concluded: a caller left a queue by a key without an answer, and later the PBX, not somebody's phone, entered that
queue and called the same number.
"""

from __future__ import annotations

import msgspec

from bridge.calls.call import Call
from bridge.pbx.channel import Group

WITHIN = 4 * 3600.0
"""Seconds for which a caller who left by a key may still be called back."""
DIGITS = 6
"""How many trailing digits two spellings of one number must share."""


class Asked(msgspec.Struct, frozen=True):
    """A call whose caller left a queue by a key and may have asked to be called back."""

    group: Group
    call_id: str
    at: float
    number: str
    queues: frozenset[str]


class Callbacks:
    def __init__(self) -> None:
        self._asked: list[Asked] = []

    def relate(self, call: Call, group: Group) -> Asked | None:
        """Remembers an inbound call that may have asked. Of an outbound call, tells which of those it calls back."""
        self._asked = [a for a in self._asked if call.ended_at - a.at < WITHIN]
        if call.unseen:
            return None  # part of the call was not seen, so nothing can be concluded from it
        if call.direction == "inbound":
            self._note(call, group)
        elif call.direction == "outbound" and call.callback_of is None:
            return self._answered(call)
        return None

    def _note(self, call: Call, group: Group) -> None:
        left = frozenset(p.name for p in call.queues if p.exit == "key")
        number = call.party(call.customer).name if call.customer is not None else ""
        if not left or call.answered_at is not None or group.called_back_by is not None or not _digits(number):
            return
        self._asked = [a for a in self._asked if a.call_id != call.call_id]
        group.kept = True
        self._asked.append(Asked(group, call.call_id, call.ended_at, number, left))

    def _answered(self, call: Call) -> Asked | None:
        if call.customer is None or call.originator.dial is None:
            return None  # placed from somebody's phone
        number = _digits(call.party(call.customer).name)
        queues = {p.name for p in call.queues if not call.party(p.channel).is_inside}
        for asked in reversed(self._asked):
            theirs = _digits(asked.number)
            same = min(len(number), len(theirs)) >= DIGITS and (number.endswith(theirs) or theirs.endswith(number))
            # The same call back may come again, as when a late fact changes its record.
            if same and asked.queues & queues and asked.group.called_back_by in (None, call.call_id):
                return asked
        return None


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())
