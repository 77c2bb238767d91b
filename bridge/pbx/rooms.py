"""Conference rooms (ConfBridge): what the dialplan says of somebody in them, and who waits there for a leader.

Whom a room has wait for its leader (``wait_marked``) hears music, or nothing, and none of the others, until somebody
comes who is ``marked``. No event says who waits, or who leads: only the music does, and the dialplan where it sets
these options. Those of a user's profile in confbridge.conf are told by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bridge.pbx.channel import Channel

OPTION = re.compile(r"CONFBRIDGE\(\s*user\s*,\s*(\w+)\s*\)\s*=\s*(\w+)", re.IGNORECASE)
"""How the dialplan gives an option to whoever runs ConfBridge next."""


def note_options(channel: Channel, data: str) -> None:
    """``data``: the arguments of a Set or MSet."""
    for option, value in OPTION.findall(data):
        channel.variables[f"CONFBRIDGE(user,{option.lower()})"] = value.lower()


def has_option(channel: Channel, option: str) -> bool:
    return channel.variables.get(f"CONFBRIDGE(user,{option})") in ("yes", "true", "1", "on")


def waits_for_leader(channel: Channel, others: Iterable[Channel]) -> bool:
    """Whether somebody in a room hears none of the ``others`` in it. Where music is told, it says so."""
    if channel.running is None or channel.running[0] != "ConfBridge" or channel.stands_for is not None:
        return False
    if channel.music is not None:
        return channel.music and any(c.is_party for c in others)
    return has_option(channel, "wait_marked") and not any(_leads(c.stands_for or c) for c in others)


def _leads(channel: Channel) -> bool:
    """Whether the dialplan marks somebody, or names a profile, which may."""
    if has_option(channel, "wait_marked"):
        return False
    arguments = channel.running[1].split(",") if channel.running is not None else []
    return has_option(channel, "marked") or bool(arguments[2:] and arguments[2].strip())
