"""Who is in a bridge; and in conference rooms (ConfBridge), who waits there for a leader.

A participant with the option ``wait_marked`` hears music or nothing, and none of the others, until somebody with the
option ``marked`` comes. No event says who waits or leads. The music tells it, and the dialplan if it sets these
options; options of a profile in confbridge.conf are not told at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bridge.pbx.channel import Channel

ROOMS = ("ConfBridge", "MeetMe")
"""Applications that bring a channel into a conference room; their first argument is its name."""
OPTION = re.compile(r"CONFBRIDGE\(\s*user\s*,\s*(\w+)\s*\)\s*=\s*(\w+)", re.IGNORECASE)
"""How the dialplan sets an option for a channel's next ConfBridge."""


def note_options(channel: Channel, data: str) -> None:
    """Notes the options that a step sets. ``data``: the arguments of its Set or MSet."""
    for option, value in OPTION.findall(data):
        channel.variables[f"CONFBRIDGE(user,{option.lower()})"] = value.lower()


def has_option(channel: Channel, option: str) -> bool:
    return channel.variables.get(f"CONFBRIDGE(user,{option})") in ("yes", "true", "1", "on")


def may_wait(channel: Channel) -> bool:
    return channel.runs(("ConfBridge",)) and channel.stands_for is None


class Occupants(dict[str, Channel]):
    """The channels in one bridge, by id, in the order of entering.

    What depends on all of them is kept up to date as they come and go, so that each coming and going costs the same
    in a conference of ten thousand. That is in dicts: an empty set takes three times the memory of an empty dict, and
    in most bridges nobody leads or waits.
    """

    __slots__ = ("_alike", "_callers", "_hearing", "_leaders", "_level", "_may_wait", "_new", "_on_lines", "_parties")

    def __init__(self) -> None:
        super().__init__()
        self._hearing: dict[str, Channel] = {}
        """All but those who are parked, held, or waiting for a leader."""
        self._parties: dict[str, Channel] = {}
        self._leaders: dict[str, Channel] = {}
        self._may_wait: dict[str, Channel] = {}
        """Those who wait for a leader, or may."""
        self._callers: dict[str, Channel] = {}
        """Those who may bring a call."""
        self._on_lines: dict[str, Channel] = {}
        """The legs of calls on agents' lines."""
        self._alike: dict[str, Channel] = {}
        """Those of ``_hearing`` that were found to be one call, and on no line. That stays so: calls are only
        joined."""
        self._new: dict[str, Channel] = {}
        """Those of ``_hearing`` that have not been looked at for that."""
        self._level: tuple[int, int] | None = None
        """How many parties and leaders (up to 2) there were when the waiting ones were last determined."""

    # -- coming and going

    def put(self, channel: Channel, is_holding: bool, may_bring_call: bool) -> None:
        self[channel.id] = channel
        if not is_holding:
            self._hearing[channel.id] = self._new[channel.id] = channel
        if channel.stands_for is not None:
            self._on_lines[channel.id] = channel
        self.look_at(channel, may_bring_call)

    def take_out(self, channel: Channel) -> None:
        channel_id = channel.id
        for by_id in (
            self, self._hearing, self._parties, self._leaders, self._may_wait, self._callers, self._on_lines,
            self._alike, self._new,
        ):  # fmt: skip
            by_id.pop(channel_id, None)

    def look_at(self, channel: Channel, may_bring_call: bool) -> None:
        """Notes what matters of a channel that is new, or has changed."""
        channel_id = channel.id
        for by_id, is_one in (
            (self._parties, channel.is_party),
            (self._leaders, _leads(channel.stands_for or channel)),
            (self._may_wait, may_wait(channel) and (channel.music or has_option(channel, "wait_marked"))),
            (self._callers, may_bring_call),
        ):
            if is_one:
                by_id[channel_id] = channel
            else:
                by_id.pop(channel_id, None)

    # -- waiting for a leader

    def waits_for_leader(self, channel: Channel, newcomer: Channel | None = None) -> bool:
        """Whether a channel waits for a leader, hearing none of the others. ``newcomer``: somebody who is about to
        enter. If music was told for the channel, that decides."""
        if not may_wait(channel):
            return False
        if channel.music is not None:
            is_party = newcomer is not None and newcomer.is_party
            return channel.music and self._has_others(self._parties, channel, is_party)
        if not has_option(channel, "wait_marked"):
            return False
        is_led = newcomer is not None and _leads(newcomer.stands_for or newcomer)
        return not self._has_others(self._leaders, channel, is_led)

    def _has_others(self, by_id: dict[str, Channel], channel: Channel, comes_one: bool) -> bool:
        return comes_one or len(by_id) > (channel.id in by_id)

    def is_otherwise(self) -> bool:
        """Whether the set of waiting ones may have changed since this was last asked."""
        level = min(len(self._parties), 2), min(len(self._leaders), 2)
        before, self._level = self._level, level
        return level != before

    def look_again(self) -> None:
        """The options of a channel have changed: the waiting ones are determined again."""
        self._level = None

    def may_change(self, is_holding: bool) -> list[Channel]:
        """Those whose waiting may have begun or ended. ``is_holding``: in this bridge nobody hears anybody."""
        if is_holding:
            return [*self._hearing.values()]
        if not self._may_wait and len(self._hearing) == len(self):
            return []
        return [c for c in self.values() if c.id in self._may_wait or c.id not in self._hearing]

    # -- those who hear one another, once a newcomer is there

    def hearing(self, newcomer: Channel) -> Iterator[Channel]:
        for channel in self._hearing.values():
            if not self._may_wait or not self.waits_for_leader(channel, newcomer):
                yield channel

    def callers(self, newcomer: Channel) -> Iterator[Channel]:
        """Those of them who may bring a call."""
        for channel in self._callers.values():
            if channel.id in self._hearing and not self.waits_for_leader(channel, newcomer):
                yield channel

    def is_one_call(self, newcomer: Channel) -> bool:
        """Whether all of them are of the newcomer's call already, and none is the leg of a line."""
        group = newcomer.group
        if self._may_wait:
            return all(c.group is group and c.stands_for is None for c in self.hearing(newcomer))
        if any(c.group is not group for c in islice(self._alike.values(), 1)):
            return False
        for channel in [*self._new.values()]:
            if channel.group is not group or channel.stands_for is not None:
                return False
            self._alike[channel.id] = self._new.pop(channel.id)
        return True

    def on_lines(self) -> list[Channel]:
        """Those who hear one another and are legs on agents' lines."""
        return [c for c in self._on_lines.values() if c.id in self._hearing]

    def not_on_lines(self) -> Iterator[Channel]:
        """Those who hear one another and are not."""
        return (c for c in self._hearing.values() if c.stands_for is None)


def _leads(channel: Channel) -> bool:
    """Whether a channel may be a leader: the dialplan marks it, or names a profile that may do so."""
    if has_option(channel, "wait_marked"):
        return False
    arguments = channel.running[1].split(",") if channel.running is not None else []
    return has_option(channel, "marked") or bool(arguments[2:] and arguments[2].strip())
