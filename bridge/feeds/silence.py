"""Finds out which classes of events an AMI user may not read. Asterisk leaves such events out and does not say so.

``manager.conf`` gives a user rights by class. A missing class shows in the events of the other classes: channels are
created but never take a step in the dialplan, channels take steps but were never created, queues dial phones but
never report an AgentCalled, or AGI scripts run but never command anything.
"""

from collections.abc import Mapping
from typing import Any

ENOUGH = 30
"""How many channels must show it. A few prove nothing: some were up before, and some only wait."""
CALL = frozenset({"Newchannel", "Newstate", "DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave", "Hangup"})
"""Events of class ``call``; every call has some of them."""
VARIABLES = "VarSet"
"""Events of class ``dialplan``, like ``Newexten``; they are the first that an eventfilter removes."""


def unheard(user: str, missing: str) -> str:
    """One line that an AMI user is not told of ``missing``, and how to mend it."""
    if missing == VARIABLES:
        return (
            f'"{user}" is told no VarSet, though calls ran Dial(): see eventfilter in manager.conf, or tags are wrong'
        )
    return (
        f'"{user}" is told no event of class {missing}, though there are calls: tags will be wrong; add it to read '
        "in manager.conf, and see that no eventfilter takes it out"
    )


class Silence:
    """Watches one connection until every class has been heard."""

    def __init__(self, enough: int = ENOUGH) -> None:
        self._enough = enough
        self._shown: dict[str, set[str]] = {"call": set(), "dialplan": set(), "agent": set(), VARIABLES: set()}
        """For each class that was not heard yet, the channels that suggest that it is missing."""
        self._queued: set[str] = set()
        self._agi_is_known = False
        """Whether class ``agi`` was heard, or found missing; only a PBX that runs AGI scripts needs it."""

    def breaks(self, event: Mapping[str, Any]) -> bool:
        """Takes an event. Returns whether every class has been heard."""
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
            if event.get("Application") == "Dial":
                self._show(VARIABLES, channel)  # Dial() begins by clearing DIALSTATUS
            if event.get("Application") == "Queue" and "agent" in self._shown and len(self._queued) < ENOUGH:
                self._queued.add(channel)
            elif event.get("Application") == "AGI" and not self._agi_is_known:
                self._shown.setdefault("agi", set())
                self._show("agi", channel)
        elif name == "AGIExecStart":
            self._agi_is_known = True
            self._shown.pop("agi", None)
        elif name == "VarSet":
            self._shown.pop(VARIABLES, None)
        elif name in ("AgentCalled", "QueueCallerJoin"):
            self._shown.pop("agent", None)
        return not self._shown

    def missing(self) -> str | None:
        """A class that the user evidently may not read. Each is returned once."""
        for name, channels in self._shown.items():
            if len(channels) >= self._enough:
                del self._shown[name]
                self._agi_is_known = self._agi_is_known or name == "agi"
                return name
        return None

    def _show(self, name: str, channel: str) -> None:
        if name in self._shown:
            self._shown[name].add(channel)
