"""Conference rooms (ConfBridge): what the dialplan says of somebody in them, and who waits there for a leader.

Whom a room has wait for its leader (``wait_marked``) hears music, or nothing, and none of the others, until somebody
comes who is ``marked``. No event says who waits, or who leads: only the music does, and the dialplan where it sets
these options. Those of a user's profile in confbridge.conf are told by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bridge.pbx.channel import Channel

ROOMS = ("ConfBridge", "MeetMe")
"""Applications that bring a channel into a conference room, whose name is their first argument."""
OPTION = re.compile(r"CONFBRIDGE\(\s*user\s*,\s*(\w+)\s*\)\s*=\s*(\w+)", re.IGNORECASE)
"""How the dialplan gives an option to whoever runs ConfBridge next."""


def note_options(channel: Channel, data: str) -> None:
    """``data``: the arguments of a Set or MSet."""
    for option, value in OPTION.findall(data):
        channel.variables[f"CONFBRIDGE(user,{option.lower()})"] = value.lower()


def has_option(channel: Channel, option: str) -> bool:
    return channel.variables.get(f"CONFBRIDGE(user,{option})") in ("yes", "true", "1", "on")


def may_wait(channel: Channel) -> bool:
    return channel.running is not None and channel.running[0] == "ConfBridge" and channel.stands_for is None


class Company:
    """Those who are in a room together: each is looked at once, whoever asks for the others."""

    __slots__ = ("_inside", "_leaders", "_parties")

    def __init__(self, inside: Collection[Channel]) -> None:
        self._inside = inside
        self._parties: int | None = None
        self._leaders: int | None = None

    def waits_for_leader(self, channel: Channel) -> bool:
        """Whether one of them hears none of the others. Where music is told, it says so."""
        if not may_wait(channel):
            return False
        if channel.music is not None:
            return channel.music and self._other_parties(channel)
        return has_option(channel, "wait_marked") and not self._other_leaders(channel)

    def _other_parties(self, channel: Channel) -> bool:
        if self._parties is None:
            self._parties = sum(c.is_party for c in self._inside)
        return self._parties > channel.is_party

    def _other_leaders(self, channel: Channel) -> bool:
        if self._leaders is None:
            self._leaders = sum(_leads(c.stands_for or c) for c in self._inside)
        return self._leaders > _leads(channel.stands_for or channel)


def _leads(channel: Channel) -> bool:
    """Whether the dialplan marks somebody, or names a profile, which may."""
    if has_option(channel, "wait_marked"):
        return False
    arguments = channel.running[1].split(",") if channel.running is not None else []
    return has_option(channel, "marked") or bool(arguments[2:] and arguments[2].strip())
