"""Which events an AMI user is not given: Asterisk leaves out what the user may not read, and says no word of it.

``manager.conf`` lets a user read by class. That a class is missing shows by what others tell: channels that come and
take no step, steps of channels that never came, members who are called by a queue that never calls one.
"""

from collections.abc import Mapping
from typing import Any

ENOUGH = 30
"""Channels that must have shown it: some were there before we listened, and some only wait."""
CALL = frozenset({"Newchannel", "Newstate", "DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave", "Hangup"})
"""Of the events in class ``call`` those of which every call has one."""


class Silence:
    """What is heard of one connection, until every class was."""

    def __init__(self) -> None:
        self._shown: dict[str, set[str]] = {"call": set(), "dialplan": set(), "agent": set()}
        """Channels that show a class to be missing, by the classes that were not heard yet."""
        self._queued: set[str] = set()

    def breaks(self, event: Mapping[str, Any]) -> bool:
        """Takes an event in; whether there is nothing left to find out."""
        name, channel = event.get("Event"), str(event.get("Uniqueid"))
        if name in CALL:
            self._shown.pop("call", None)
            if name == "Newchannel":
                self._show("dialplan", channel)
            elif name == "DialBegin" and channel in self._queued:
                self._show("agent", channel)
        elif name == "Newexten":
            self._shown.pop("dialplan", None)
            self._show("call", channel)
            if event.get("Application") == "Queue" and "agent" in self._shown and len(self._queued) < ENOUGH:
                self._queued.add(channel)
        elif name in ("AgentCalled", "QueueCallerJoin"):
            self._shown.pop("agent", None)
        return not self._shown

    def missing(self) -> str | None:
        """A class that cannot be among those that the user reads, once."""
        for name, channels in self._shown.items():
            if len(channels) >= ENOUGH:
                del self._shown[name]
                return name
        return None

    def _show(self, name: str, channel: str) -> None:
        if name in self._shown:
            self._shown[name].add(channel)
