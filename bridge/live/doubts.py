"""What the calls show to be wrong in the settings: a trunk taken for a phone, calls without customers, numbers that
are no DN.

Wrong roles raise no error: every call gets a record, and the record is wrong. So each doubt is told once, as soon as
enough calls show it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Literal, NamedTuple

from bridge.calls.call import Call
from bridge.calls.roles import outside_number
from bridge.vocabulary.terms import INSIDE

Kind = Literal["no_customers", "trunk_as_phone", "no_dn", "dn_otherwise"]
WHY: Mapping[Kind, str] = {
    "no_customers": "{calls} calls and none has a customer: no device of theirs is a trunk; name yours in [roles] "
    "trunks",
    "trunk_as_phone": "{device} counts as {role}, yet calls of {numbers} different numbers came in by it, as by a "
    "trunk; if it is one, name it in [roles] trunks",
    "no_dn": "{calls} calls came in and none for a number under [[dn]]; they dialled {dialled}; write the DNs as the "
    "trunk dials them",
    "dn_otherwise": 'calls come in for {dialled}, and [[dn]] says "{written}"; write number = "{dialled}"',
}
"""Each doubt in one line for an operator, with the mend."""
ENOUGH = 5
"""Calls, or numbers behind one device, that are needed for a doubt: a few internal calls, or a few caller IDs of one
phone, are normal."""
MOST_DEVICES = 10_000
"""Devices whose callers' numbers are remembered, up to `ENOUGH` numbers each."""
TELLING_DIGITS = 7
"""Two numbers with the same last digits may be one number, written with or without country and area code."""


class Doubt(NamedTuple):
    kind: Kind
    about: str
    """The device or number that it is about; empty where it is about all calls."""
    facts: dict[str, str]
    """The values that `WHY` names in braces."""

    @property
    def why(self) -> str:
        """The doubt in one line for an operator, with the mend."""
        return WHY[self.kind].format_map(self.facts)


class Doubts:
    """Looks at the calls of one PBX as they end."""

    def __init__(self, dns: Container[str], written: list[str]) -> None:
        """``dns`` and ``written`` are the numbers under [[dn]]: ``dns`` to look one up, ``written`` to name one."""
        self.found: list[Doubt] = []
        """Every doubt so far, in the order in which they arose."""
        self._dns = dns
        self._alike: dict[str | None, str] = {end: dn for dn in reversed(written) if (end := _end(dn))}
        """By the last digits, the first DN with them."""
        self._calls = self._inbound = 0
        self._has_customer = self._has_dn = False
        self._shown: dict[str, set[str]] = {}
        """By device that is no trunk, the numbers of callers who came in by it."""
        self._unknown: dict[str, None] = {}
        self._told: set[tuple[Kind, str]] = set()

    def look(self, call: Call) -> None:
        """Look at a call that has ended."""
        self._calls += 1
        self._has_customer = self._has_customer or call.customer is not None
        if self._calls >= ENOUGH and not self._has_customer:
            self._tell("no_customers", "", calls=str(self._calls))
        self._look_at_the_caller(call)
        if call.direction == "inbound" and call.dialled:
            self._look_at_the_dn(call.dialled)

    def _look_at_the_caller(self, call: Call) -> None:
        caller = call.originator
        role = call.party(caller).role if caller.id in call.parties else "system"
        number = outside_number(caller) if caller.dial is None else None
        if (
            role not in INSIDE
            or not number
            or (len(self._shown) >= MOST_DEVICES and caller.device not in self._shown)
        ):
            return
        numbers = self._shown.setdefault(caller.device, set())
        if len(numbers) < ENOUGH:
            numbers.add(number)
        if len(numbers) >= ENOUGH:
            self._tell("trunk_as_phone", caller.device, device=caller.device, role=role, numbers=str(ENOUGH))

    def _look_at_the_dn(self, number: str) -> None:
        if number in self._dns:
            self._has_dn = True
            return
        alike = self._alike.get(_end(number))
        if alike is not None:
            self._tell("dn_otherwise", alike, dialled=number, written=alike)
        self._inbound += 1
        if len(self._unknown) < 3:
            self._unknown[number] = None
        if self._inbound >= ENOUGH and not self._has_dn:
            self._tell("no_dn", "", calls=str(self._inbound), dialled=", ".join(self._unknown))

    def _tell(self, kind: Kind, about: str, **facts: str) -> None:
        if (kind, about) not in self._told and len(self._told) < MOST_DEVICES:
            self._told.add((kind, about))
            self.found.append(Doubt(kind, about, facts))


def _end(number: str) -> str | None:
    """The last digits, which two ways to write one number have in common (``+886221234567``, ``0221234567``)."""
    end = number.strip().replace("-", "").replace(" ", "")[-TELLING_DIGITS:]
    return end if len(end) == TELLING_DIGITS and end.isdigit() else None
