"""What the calls tell that come while somebody watches: who brings them, for which numbers, and who listens in."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bridge.pbx.names import device_of
from bridge.wire.framing import AmiMessage

OUTSIDE_DIGITS = 7
"""Digits from which on a caller's number is one from outside."""


def is_outside(number: str) -> bool:
    """Whether a caller's number is one from outside, by its length."""
    return sum(letter.isdigit() for letter in number) >= OUTSIDE_DIGITS


class Traffic(msgspec.Struct):
    """Of one PBX."""

    calls: int = 0
    callers: dict[str, set[str]] = {}
    """Of each device that brought calls from outside, their numbers."""
    dialled: dict[str, int] = {}
    """The numbers that those calls dialled, and how often."""
    contexts: dict[str, set[str]] = {}
    """Of each such device, the dialplan's contexts that they came into."""
    spies: set[str] = set()
    """Devices that listened to calls."""

    def take(self, events: Iterable[AmiMessage]) -> None:
        for event in events:
            name = event.get("Event")
            if name == "ChanSpyStart":
                self.spies.add(device_of(str(event.get("SpyerChannel", ""))))
            elif name == "Newchannel" and event.get("Exten") and event.get("ChannelState") == "4":
                self._take(event)

    def _take(self, event: AmiMessage) -> None:
        """A channel that rings in: somebody dialled ``Exten``."""
        self.calls += 1
        number = str(event.get("CallerIDNum", ""))
        if not is_outside(number):
            return
        device, dialled = device_of(str(event.get("Channel", ""))), str(event["Exten"])
        self.callers.setdefault(device, set()).add(number)
        self.contexts.setdefault(device, set()).add(str(event.get("Context", "")))
        if dialled not in ("s", "h", "i", "t"):
            self.dialled[dialled] = self.dialled.get(dialled, 0) + 1
