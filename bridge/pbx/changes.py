"""What has changed since the live board last asked, so that it looks only at that.

Nothing is marked until somebody watches; if he then stops asking, the marks stay bounded.
"""

from __future__ import annotations

from typing import NamedTuple

from bridge.pbx.channel import Channel, Group
from bridge.vocabulary.facts import ClockSet, OwnClockSet

MOST = 20_000
"""Marks of one kind that are kept; beyond that, everything counts as changed."""


Touched = Channel | str | tuple[str, str] | ClockSet | OwnClockSet | None
"""What a fact may have changed the state of: a channel; a device (its contacts, or a channel that it no longer has);
a queue's member, by queue and interface; a clock, by which times are kept; None: everything, since a feed came or
went."""


class Changed(NamedTuple):
    """What to look at again. It may be gone or forgotten by now."""

    channels: set[str]
    """Ids. For a leg on an agent's line, the line is named, too."""
    calls: set[Group]
    """Calls with such a channel, and calls that were joined: the absorbed one is empty."""
    queues: set[str]
    devices: set[str]
    """Names such as ``PJSIP/1001``: devices of which the contacts, a channel or a membership changed."""
    visibility: bool
    """Whether a feed came, went or ended its snapshot."""
    everything: bool
    """Whether there were too many changes to name: look at everything."""


class Changes:
    """The marks. Callers ask ``watched`` before each mark, so that it costs nothing without a reader."""

    __slots__ = (
        "_everything", "_visibility", "calls", "channels", "devices", "queues", "touched", "tracked",
        "watched",
    )  # fmt: skip

    def __init__(self) -> None:
        self.watched = False
        self.tracked = False
        """Whether somebody reads and empties ``touched`` after every fact."""
        self.touched: list[Touched] = []
        self._clear()

    def _clear(self) -> None:
        self.channels: set[str] = set()
        self.calls: set[Group] = set()
        self.queues: set[str] = set()
        self.devices: set[str] = set()
        self._visibility = self._everything = False

    def watch(self) -> None:
        """Marks from now on. The first look finds everything."""
        self.watched = self._everything = True

    def track(self) -> None:
        """Notes in ``touched`` from now on what each fact touches."""
        self.watched = self.tracked = True

    def touch(self, one: Touched) -> None:
        """Notes one thing that a fact touches."""
        self.touched.append(one)

    def take(self) -> Changed:
        """What changed since the last call of this."""
        changed = Changed(
            self.channels, self.calls, self.queues, self.devices, self._visibility, self._everything
        )  # fmt: skip
        self._clear()
        return changed

    def mark(self, channel: Channel) -> None:
        """A channel has changed, and with it its call and its device."""
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
        """A feed came, went or ended its snapshot."""
        self._visibility = True
        if self.tracked:
            self.touched.append(None)

    def _overflow(self) -> None:
        visibility = self._visibility
        self._clear()
        self._visibility, self._everything = visibility, True
