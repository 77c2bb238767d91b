"""What has changed since somebody last asked: for a live view, which then looks only at that.

Nothing is marked until somebody watches, and no more than a bounded number if he then asks no more.
"""

from __future__ import annotations

from typing import NamedTuple

from bridge.pbx.channel import Channel, Group
from bridge.vocabulary.facts import ClockSet, OwnClockSet

MOST = 20_000
"""Marks that are kept for who does not ask. Beyond them all counts as changed."""


Touched = Channel | str | tuple[str, str] | ClockSet | OwnClockSet | None
"""Whom a fact may have given another state: a channel; a device that is reached otherwise, or had a channel that is
another's now; a queue's member, by queue and interface; None: all, for what can be seen is another. Or a clock that
was set, by which times are kept."""


class Changed(NamedTuple):
    """What to look at again. What is named may be gone, or forgotten, by now."""

    channels: set[str]
    """Ids. One on a line that outlives its calls is named beside the leg of the call."""
    calls: set[Group]
    """Calls with such a channel, and those that became one: who was absorbed is empty."""
    queues: set[str]
    devices: set[str]
    """Names, as in ``PJSIP/1001``: of agents and extensions whose phone, channel or membership changed."""
    visibility: bool
    """Whether a feed came, went or told its snapshot."""
    everything: bool
    """Whether there was too much to name: look at all there is."""


class Changes:
    """Marks. ``watched`` is asked before each mark, which then costs next to nothing for who has no reader."""

    __slots__ = (
        "_everything", "_visibility", "calls", "channels", "devices", "queues", "touched", "tracked",
        "watched",
    )  # fmt: skip

    def __init__(self) -> None:
        self.watched = False
        self.tracked = False
        """Whether somebody looks after every fact at whom it touched, and then empties that list."""
        self.touched: list[Touched] = []
        self._clear()

    def _clear(self) -> None:
        self.channels: set[str] = set()
        self.calls: set[Group] = set()
        self.queues: set[str] = set()
        self.devices: set[str] = set()
        self._visibility = self._everything = False

    def watch(self) -> None:
        """Marks from now on. The first look finds all there is."""
        self.watched = self._everything = True

    def track(self) -> None:
        """Notes from now on whom each fact touches."""
        self.watched = self.tracked = True

    def touch(self, one: Touched) -> None:
        """Whoever tracks has to look at this one."""
        self.touched.append(one)

    def take(self) -> Changed:
        """What changed since the last time; it is then forgotten."""
        changed = Changed(
            self.channels, self.calls, self.queues, self.devices, self._visibility, self._everything
        )  # fmt: skip
        self._clear()
        return changed

    def mark(self, channel: Channel) -> None:
        """A channel, and with it its call and its device, looks different."""
        if self.tracked:
            self.touched.append(channel)
        self.channels.add(channel.id)
        self.devices.add(channel.device)
        if channel.stands_for is not None:
            self.channels.add(channel.stands_for.id)
        if channel.group is not None:
            self.calls.add(channel.group)
        if len(self.channels) > MOST:
            self._overflow()

    def mark_call(self, group: Group) -> None:
        self.calls.add(group)
        if len(self.calls) > MOST:
            self._overflow()

    def mark_queue(self, name: str) -> None:
        self.queues.add(name)
        if len(self.queues) > MOST:
            self._overflow()

    def mark_device(self, name: str) -> None:
        self.devices.add(name)
        if len(self.devices) > MOST:
            self._overflow()

    def mark_visibility(self) -> None:
        """What can be seen is another now."""
        self._visibility = True
        if self.tracked:
            self.touched.append(None)

    def _overflow(self) -> None:
        visibility = self._visibility
        self._clear()
        self._visibility, self._everything = visibility, True
