"""Who may hang up by a key: the PBX's feature code for it (``disconnect`` in features.conf).

Of a talk that Dial or Queue began, the options ``h`` (who was called) and ``H`` (who called) allow it. Where they do
not, the keys were for something else: a record of the talk, a number that somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.pbx.applications import options
from bridge.pbx.channel import Channel
from bridge.pbx.unseen import Unseen

BEGIN_TALKS = ("Dial", "Queue")
BY_SETTINGS = ("AgentLogin", "AgentRequest", "Bridge", "ParkedCall")
"""Applications that begin talks in which settings may allow it of which no event tells."""


def may_hang_up_by_key(presser: Channel, channels: Iterable[Channel], unseen: Unseen) -> bool:
    """``channels``: those of the call. Where the PBX does not tell what began the talk, anybody may; where that was
    not seen, nobody."""
    allowed: list[str] = []
    for channel in channels:
        if channel.from_log or channel.steps_forgotten:
            return True
        for step in channel.steps:
            if step.application in BY_SETTINGS:
                return True
            if step.application in BEGIN_TALKS and step.data:
                allowed.append(options(step.application, step.data))
    if not allowed:
        return not unseen
    was_called = presser.dial is not None
    calls = not was_called or any(step.application in BEGIN_TALKS for step in presser.steps)
    letters = "h" * was_called + "H" * calls
    return any(letter in each for letter in letters for each in allowed)
