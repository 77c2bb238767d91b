"""What the calls say against the settings: a trunk taken for a phone, no customer in any call, numbers of no DN.

Wrong roles raise no error: every call has a record, and it is wrong. So each doubt is told once, as soon as enough
calls show it.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Literal, NamedTuple

from bridge.calls.call import Call
from bridge.calls.roles import outside_number
from bridge.vocabulary.terms import INSIDE

Kind = Literal["no_customers", "trunk_as_phone", "no_dn"]
ENOUGH = 5
"""Calls, or numbers of one device, that must show it: a few internal calls or caller IDs of a phone do not."""
MOST_DEVICES = 10_000
"""Devices whose numbers are remembered, up to `ENOUGH` each."""
TELLING_DIGITS = 7
"""Last digits by which two ways to write a number are seen to be one: country and area codes come before them."""


class Doubt(NamedTuple):
    kind: Kind
    about: str
    """The device or number that it is about; empty where it is about all calls."""
    why: str
    """One line for an operator, with the mend."""


class Doubts:
    """Watches the calls of one PBX as they end."""

    def __init__(self, dns: Container[str], written: list[str]) -> None:
        """``dns`` and ``written``: the numbers under [[dn]]; the first to look one up, the second to name them."""
        self.found: list[Doubt] = []
        """Every doubt so far, in order."""
        self._dns = dns
        self._written = written
        self._calls = self._inbound = 0
        self._has_customer = self._has_dn = False
        self._shown: dict[str, set[str]] = {}
        """Numbers of the callers that came in by a device of the house."""
        self._unknown: dict[str, None] = {}
        self._told: set[tuple[Kind, str]] = set()

    def look(self, call: Call) -> None:
        """Takes in a call that is over."""
        self._calls += 1
        self._has_customer = self._has_customer or call.customer is not None
        if self._calls >= ENOUGH and not self._has_customer:
            self._tell(
                "no_customers", "", f"{self._calls} calls and none has a customer: no device of theirs is a trunk; "
                "name yours in [roles] trunks",
            )  # fmt: skip
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
            self._tell(
                "trunk_as_phone", caller.device,
                f"{caller.device} counts as {role}, yet calls of {ENOUGH} different numbers came in by it, as by a "
                "trunk; if it is one, name it in [roles] trunks",
            )  # fmt: skip

    def _look_at_the_dn(self, number: str) -> None:
        if number in self._dns:
            self._has_dn = True
            return
        alike = next((dn for dn in self._written if _alike(dn, number)), None)
        if alike is not None:
            self._tell(
                "no_dn", alike, f'calls come in for {number}, and [[dn]] says "{alike}"; write number = "{number}"'
            )
        self._inbound += 1
        if len(self._unknown) < 3:
            self._unknown[number] = None
        if self._inbound >= ENOUGH and not self._has_dn:
            numbers = ", ".join(self._unknown)
            self._tell(
                "no_dn", "", f"{self._inbound} calls came in and none for a number under [[dn]]; they dialled "
                f"{numbers}; write the DNs as the trunk dials them",
            )  # fmt: skip

    def _tell(self, kind: Kind, about: str, why: str) -> None:
        if (kind, about) not in self._told and len(self._told) < MOST_DEVICES:
            self._told.add((kind, about))
            self.found.append(Doubt(kind, about, why))


def _alike(one: str, other: str) -> bool:
    """Whether two numbers differ only in how they begin (``+886221234567``, ``0221234567``)."""
    ends = [text.strip().replace("-", "").replace(" ", "")[-TELLING_DIGITS:] for text in (one, other)]
    return ends[0] == ends[1] and len(ends[0]) == TELLING_DIGITS and ends[0].isdigit()
