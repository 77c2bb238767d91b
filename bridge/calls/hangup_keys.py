"""Who may hang up by the PBX's feature code for it (``disconnect`` in features.conf).

In a talk that Dial or Queue began, option ``h`` allows it to the called side and ``H`` to the calling one; the
variable ``BRIDGE_FEATURES`` of the caller may hold the same letters. Without them, keys were pressed for something
else: to record the talk, or to type a number.
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.pbx.applications import options
from bridge.pbx.channel import Channel
from bridge.pbx.unseen import Unseen

BEGIN_TALKS = ("Dial", "Queue")
FEATURES = "BRIDGE_FEATURES"
BY_SETTINGS = ("AgentLogin", "AgentRequest", "Bridge", "ParkedCall")
"""Applications that begin talks in which settings of the PBX allow it or not, of which no event tells."""


def may_hang_up_by_key(presser: Channel, channels: Iterable[Channel], unseen: Unseen) -> bool:
    """Whether a party may hang up by keys. ``channels``: those of the call. If the PBX does not tell what began the
    talk, anybody may; if callbridge did not see it, nobody may."""
    allowed: list[str] = []
    for channel in channels:
        if channel.from_log or channel.steps_forgotten:
            return True
        for step in channel.steps:
            if step.application in BY_SETTINGS:
                return True
            if step.application in BEGIN_TALKS and step.data:
                allowed.append(options(step.application, step.data) + channel.variables.get(FEATURES, ""))
    if not allowed:
        return not unseen
    was_called = presser.dial is not None
    calls = not was_called or any(step.application in BEGIN_TALKS for step in presser.steps)
    letters = "h" * was_called + "H" * calls
    return any(letter in each for letter in letters for each in allowed)
