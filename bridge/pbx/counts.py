"""Which channels are counted in which group of the dialplan (``Set(GROUP(category)=name)``), by which it caps calls.

Asterisk tells that a channel joins a group, but not the count; so the members are counted here. A dialplan refuses a
call by its count only while the group holds as many calls as it ever let in.
"""

from __future__ import annotations

import re

from bridge.pbx.applications import REFUSES, WITHOUT_EFFECT, taken
from bridge.pbx.channel import Channel
from bridge.pbx.history import Step

COUNTS = re.compile(
    r"\s*_*(?:GROUP\((?P<category>[^)]*)\)|OUTBOUND_GROUP(?:_ONCE)?)\s*=\s*(?P<name>[^@]+)(?:@(?P<of>.*))?"
)

UNSERVED = WITHOUT_EFFECT | REFUSES
Group = tuple[str, str]
"""Category and name of a group."""
GROUPS = 1_000
"""For how many groups the highest count is kept: a dialplan may make a group for each call."""


def group_of(step: Step) -> Group | None:
    """The group in which a step counts its channel, if any."""
    found = COUNTS.match(step.data) if step.application == "Set" else None
    return (found["category"] or found["of"] or "", found["name"].strip()) if found is not None else None


class Counts:
    """The channels of each group until their calls are forgotten, and the highest count of each group."""

    __slots__ = ("_counted", "_groups", "_held")

    def __init__(self) -> None:
        self._groups: dict[Group, dict[str, tuple[Channel, int]]] = {}
        """Each channel with the count before it joined."""
        self._held: dict[Group, int] = {}
        self._counted: dict[str, dict[str, Group]] = {}
        """The group of each channel id in each category: it is in one at a time."""

    def count(self, channel: Channel, group: Group) -> bool:
        """Counts a channel in a group from now on. Returns whether the group may have been full before: others are in
        it who were let in, and it never let in more."""
        mine = self._counted.setdefault(channel.id, {})
        if (before := mine.get(group[0])) is not None:
            self._leave(channel.id, before)
        mine[group[0]] = group
        others = self._groups.setdefault(group, {})
        there = sum(c.gone_at is None and _was_let_in(c) for c, _ in others.values())
        held = max(self._held.get(group, 0), *map(_held_with, others.values()), 0)
        others[channel.id] = channel, there
        return there >= max(held, 1)

    def forget(self, channel_id: str) -> None:
        """A channel's call is forgotten."""
        for group in self._counted.pop(channel_id, {}).values():
            self._leave(channel_id, group)

    def __len__(self) -> int:
        return len(self._counted)

    def _leave(self, channel_id: str, group: Group) -> None:
        members = self._groups.get(group, {})
        if (left := members.pop(channel_id, None)) is not None:
            self._held[group] = max(self._held.pop(group, 0), _held_with(left))
            if len(self._held) > GROUPS:
                del self._held[next(iter(self._held))]
        if not members:
            self._groups.pop(group, None)


def _held_with(counted: tuple[Channel, int]) -> int:
    """The count of a group that one of its channels proves. ``counted``: the channel, and the count before it."""
    channel, before = counted
    return before + 1 if _was_let_in(channel) else 0


def _was_let_in(channel: Channel) -> bool:
    """Whether a counted channel has been served since, or at least was not led away by a condition."""
    led_away = False
    for step in channel.steps:
        if step.application not in UNSERVED:
            return True
        led_away = led_away or (step.application in ("GotoIf", "GosubIf") and taken(step.data))
    return not led_away
