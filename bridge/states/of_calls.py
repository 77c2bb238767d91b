"""To which call's record a stretch belongs: as far as that is known at its end; for good when the call is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from bridge.calls.analyse import call_id_of
from bridge.calls.roles import Directory
from bridge.pbx.channel import Channel, Group, birth
from bridge.records.build import record_id
from bridge.vocabulary.agent_state import AgentStateRecord
from bridge.vocabulary.terms import Direction


class OfCalls:
    """Of one PBX."""

    def __init__(self, pbx: str, directory: Directory) -> None:
        self._pbx, self._directory = pbx, directory
        self._ended: dict[str, list[AgentStateRecord]] = {}
        """By channel, the stretches of calls that are not judged yet."""

    def go_by(self, directory: Directory) -> None:
        self._directory = directory

    def call_of(self, channel: Channel) -> tuple[str | None, Direction | None]:
        """Record and direction of the call that a channel is in, as it is known now."""
        group = channel.group
        if group is None or not group.channels:
            return None, None
        first = min((c for c in group.channels if c.serial), key=birth, default=None)
        if first is None:
            return None, None
        return record_id(self._pbx, call_id_of([first])), self._direction(group, first)

    def _direction(self, group: Group, first: Channel) -> Direction:
        role = self._directory.role
        if role(first.device) == "customer":
            return "inbound"
        outside = any(c.is_party and role(c.device) == "customer" for c in group.channels)
        return "outbound" if outside else "internal"

    def ended(self, channel: Channel | None, record: AgentStateRecord) -> None:
        """A stretch of a call has ended."""
        if channel is not None and channel.group is not None and not channel.group.settled:
            self._ended.setdefault(channel.id, []).append(record)

    def judged(self, group: Group, calls: Mapping[str, tuple[str, Direction]]) -> Iterator[AgentStateRecord]:
        """The stretches that belong to another record than was thought, again. ``calls``: channel → record id and
        direction."""
        for channel in group.channels if self._ended else ():
            call = calls.get(channel.id)
            for record in self._ended.pop(channel.id, ()):
                if call is not None and (record.record_id, record.direction) != call:
                    yield msgspec.structs.replace(
                        record, record_id=call[0], direction=call[1], revision=record.revision + 1
                    )
