"""Which call's record a stretch belongs to: as far as is known when the stretch ends, and finally when the call is
judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

from bridge.calls.analyse import call_id_of
from bridge.calls.roles import Directory
from bridge.pbx.channel import Channel, Group, birth
from bridge.records.build import record_id
from bridge.vocabulary.agent_state import AgentStateRecord
from bridge.vocabulary.terms import Direction

FIRST_ONES = 50
"""Channels of a call that are looked at before it is judged: nearly always it is named by one of them."""


class OfCalls:
    """The stretches of one PBX that belong to calls."""

    def __init__(self, pbx: str, directory: Directory) -> None:
        self._pbx, self._directory = pbx, directory
        self._ended: dict[str, dict[str, AgentStateRecord]] = {}
        """By channel and id, the stretches of calls that are not judged yet."""

    def go_by(self, directory: Directory) -> None:
        self._directory = directory

    def call_of(self, channel: Channel) -> tuple[str | None, Direction | None]:
        """The record and the direction of the call that a channel is in, as known now."""
        group = _meant(channel).group
        if group is None or not group.channels:
            return None, None
        first = min((c for c in islice(group.channels, FIRST_ONES) if c.serial), key=birth, default=None)
        if first is None:
            return None, None
        return record_id(self._pbx, call_id_of([first])), self._direction(group, first)

    def _direction(self, group: Group, first: Channel) -> Direction:
        role = self._directory.role
        if role(first.device) == "customer":
            return "inbound"
        outside = any(c.is_party and role(c.device) == "customer" for c in islice(group.channels, FIRST_ONES))
        return "outbound" if outside else "internal"

    def ended(self, channel: Channel | None, record: AgentStateRecord) -> None:
        """A stretch that belongs to a call has ended."""
        if channel is None:
            return
        channel = _meant(channel)
        if channel.group is not None and not channel.group.settled:
            self._ended.setdefault(channel.id, {})[record.state_id] = record

    def judged(self, group: Group, calls: Mapping[str, tuple[str, Direction]]) -> Iterator[AgentStateRecord]:
        """The stretches whose record turned out to be another one, or none, in a new version. ``calls``: channel →
        record id and direction."""
        if not self._ended:
            return
        is_recorded = any(channel.id in calls for channel in group.channels)
        for channel in group.channels:
            call = calls.get(channel.id)
            if call is None and is_recorded:
                self._ended.pop(channel.id, None)
                continue
            record_id, direction = call if call is not None else (None, None)
            for one in self._ended.pop(channel.id, {}).values():
                if (one.record_id, one.direction) != (record_id, direction):
                    yield msgspec.structs.replace(
                        one, record_id=record_id, direction=direction, revision=one.revision + 1
                    )


def _meant(channel: Channel) -> Channel:
    """The channel by which the call is found: for a channel that listens, the channel it listens to."""
    return channel.spies[-1].spyee if channel.spies else channel
