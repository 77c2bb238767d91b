"""Which channels are in which bridge, and which of them hear one another."""

from __future__ import annotations

from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel
from bridge.pbx.history import Stay
from bridge.pbx.lines import Lines
from bridge.pbx.rooms import Occupants
from bridge.pbx.visibility import Visibility

HOLDING = "holding_bridge"
"""The technology of bridges for parking and holding: their channels are not one call."""
NOBODY = Occupants()
"""The occupants of an empty bridge."""


class Bridges:
    """The bridges of one PBX. Only this class writes a channel's ``stays`` and ``bridge_now``."""

    __slots__ = ("_changes", "_lines", "_visibility", "created", "holding", "inside")

    def __init__(self, visibility: Visibility, changes: Changes, lines: Lines) -> None:
        self._visibility = visibility
        self._changes = changes
        self._lines = lines
        self.inside: dict[str, Occupants] = {}
        """The occupants of each bridge, by the bridge's id."""
        self.created: set[str] = set()
        """Bridges whose creation was told, or that a snapshot listed: all their channels are known."""
        self.holding: set[str] = set()
        """Bridges for parking and holding."""

    def opened(self, bridge: str) -> None:
        """A bridge is created, and empty."""
        self.created.add(bridge)

    def hold(self, bridge: str) -> None:
        """A bridge is for parking or holding."""
        self.holding.add(bridge)

    def closed(self, bridge: str) -> None:
        """A bridge is destroyed."""
        self.holding.discard(bridge)
        self.created.discard(bridge)

    def in_it(self, bridge: str) -> list[Channel]:
        """The channels in a bridge now."""
        return [*self.inside.get(bridge, NOBODY).values()]

    def put_in(self, channel: Channel, bridge: str, at: float) -> None:
        """A channel enters a bridge."""
        is_holding = self.waits(channel, bridge)
        channel.bridge_now = bridge
        channel.stays.append(Stay(bridge, at, is_holding))
        if bridge not in self.created:
            self._visibility.others_before(channel, at)
        if not is_holding and not channel.seen_from_start and channel.state != "Ringing":
            channel.up_at = channel.up_at or at
        room = self.inside.get(bridge)
        if room is None:
            room = self.inside[bridge] = Occupants()
        room.put(channel, is_holding, self._lines.may_bring_call(channel))
        if self._changes.watched:
            self._changes.mark(channel)

    def take_out(self, channel: Channel, bridge: str, at: float) -> Occupants | None:
        """A channel leaves its bridge. Returns the remaining occupants."""
        inside = self.inside.get(bridge)
        if inside is not None:
            inside.take_out(channel)
            if not inside:
                del self.inside[bridge]
        channel.bridge_now = None
        stay, request = channel.stays[-1], channel.hangup_request if channel.is_party else None
        # A party who hung up has left the conversation, though the PBX removes her channel a little later.
        stay.left_at = request.at if request is not None and stay.entered_at <= request.at < at else at
        if self._changes.watched:
            self._changes.mark(channel)
        return inside

    def changed(self, channel: Channel) -> None:
        """A channel has a new name, or a new step of the dialplan: whether it waits, leads or brings a call may be
        different now."""
        if channel.bridge_now is None:
            return
        room = self.inside.get(channel.bridge_now)
        if room is not None and channel.id in room:
            room.look_at(channel, self._lines.may_bring_call(channel))
            room.look_again()

    def all_changed(self) -> None:
        """The roles of devices may be different now."""
        for room in self.inside.values():
            for channel in room.values():
                self.changed(channel)

    def waits(self, channel: Channel, bridge: str) -> bool:
        """Whether a channel in a bridge hears nobody: parked, held, or waiting for the conference's leader."""
        return bridge in self.holding or self.inside.get(bridge, NOBODY).waits_for_leader(channel)

    def partner(self, bridge: str, newcomer: Channel) -> Channel | None:
        """The channel in a bridge whose call a newcomer joins: a party's if there is one. A Local channel may be the
        recording of a conference, which belongs to no call in particular."""
        first: Channel | None = None
        for channel in self.inside.get(bridge, NOBODY).hearing(newcomer):
            if channel.is_party:
                return channel
            first = first or channel
        return first

    def has_company(self, channel: Channel) -> bool:
        """Whether a person or trunk shares a channel's bridge."""
        inside = self.inside.get(channel.bridge_now or "", NOBODY)
        return any(c is not channel and self.is_somebody(c) for c in inside.values())

    def is_somebody(self, channel: Channel) -> bool:
        """Whether a person or trunk is behind a channel now, and not a recording or an announcement."""
        if not channel.is_local:
            return channel.is_party
        half = channel.other_half
        if half is None or half.gone_at is not None:
            return False
        together = len(self.inside.get(half.bridge_now, NOBODY)) if half.bridge_now is not None else 0
        return together > 1 or any(d.dest.gone_at is None for d in half.dials)
