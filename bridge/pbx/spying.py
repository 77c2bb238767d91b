"""Who spies on whom, and in which mode.

No event says whether a spy listens, whispers or barges in. The options of ChanSpy and ExtenSpy do: ``w`` whisper,
``W`` whisper only, ``B`` barge, ``d`` lets DTMF 4, 5 and 6 switch (Asterisk's documentation of ChanSpy).
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.pbx.applications import options
from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel, Spying, party_in
from bridge.pbx.history import Step
from bridge.pbx.visibility import Visibility
from bridge.vocabulary.terms import SpyMode

APPLICATIONS = ("ChanSpy", "ExtenSpy")
"""By which a phone listens to others."""
KEYS: dict[str, SpyMode] = {"4": "monitor", "5": "coach", "6": "barge"}


def application(spyer: Channel) -> Step | None:
    """The ChanSpy or ExtenSpy that a channel runs or ran; None if none was told."""
    for step in reversed(spyer.steps):
        if step.application in APPLICATIONS:
            return step
    return None


def _options(spyer: Channel) -> str:
    """The option letters of its ChanSpy."""
    step = application(spyer)
    return options(step.application, step.data) if step is not None else ""


def first_mode(spyer: Channel) -> SpyMode | None:
    """The mode in which a channel begins to spy on the next one: a mode chosen by a key lasts as long as the
    application runs. None if no application was told. A snoop has none: it listens, unless its application declares
    another mode."""
    step, before = application(spyer), spyer.spies[-1] if spyer.spies else None
    if step is not None and before is not None and before.started_at >= step.at:
        return before.modes[-1][1]
    return mode_by_options(spyer) if step is not None or spyer.technology == "Snoop" else None


def mode_by_options(spyer: Channel) -> SpyMode:
    letters = _options(spyer)
    if "B" in letters:
        return "barge"
    return "coach" if "w" in letters or "W" in letters else "monitor"


def mode_by_key(spyer: Channel, digit: str) -> SpyMode | None:
    """The mode that a key of the spying phone switches to; None if it switches nothing."""
    return KEYS.get(digit) if "d" in _options(spyer) else None


def may_be_spied_on(spyer: Channel, channel: Channel) -> bool:
    """Whether the arguments of a spyer's application fit a channel: the beginning of its name (ChanSpy), or its
    extension and context (ExtenSpy)."""
    step = application(spyer)
    meant = step.data.split(",", 1)[0] if step is not None else ""
    if step is None or not meant:
        return False
    if step.application == "ChanSpy":
        return channel.name.startswith(meant)
    exten, _, context = meant.partition("@")
    return channel.running is not None and channel.running[2:4] == (context or step.context, exten)


def phone_of(spyer: Channel) -> Channel | None:
    """The phone that is bridged with a spying snoop, or behind a spying Local channel; None if there is none."""
    if spyer.is_party:
        return None
    return party_in(
        {s.bridge for c in (spyer, spyer.other_half) if c is not None for s in c.stays}, spyer.group or ()
    )


class Spies:
    """Who spies on whom on one PBX. Only this class writes a channel's ``spies`` and ``spied_by``."""

    __slots__ = ("_changes", "_visibility", "seeking")

    def __init__(self, visibility: Visibility, changes: Changes) -> None:
        self._visibility = visibility
        self._changes = changes
        self.seeking: list[Channel] = []
        """Channels that run ChanSpy, and of which it is not known whom they spy on."""

    def begin(self, spyer: Channel, spyee: Channel, at: float) -> None:
        """One channel spies on another from now on, unless it does already."""
        if any(spying.spyee is spyee and spying.stopped_at is None for spying in spyer.spies):
            return
        spying = Spying(spyer, spyee, at, first_mode(spyer))
        spyer.spies += (spying,)
        spyee.spied_by += (spying,)
        if spyer in self.seeking:
            self.seeking.remove(spyer)
        self._mark(spying)

    def stop(self, spying: Spying, at: float) -> None:
        spying.stopped_at = at
        self._mark(spying)

    def goes_on(self, spyer: Channel, at: float) -> None:
        """A spyer runs the next step of the dialplan, so its ChanSpy has ended: ARI alone does not tell that."""
        if self._visibility.ami_leads or application(spyer) is None:
            return
        for spying in spyer.spies:
            if spying.stopped_at is None:
                self.stop(spying, at)

    def set_mode(self, spying: Spying, at: float, mode: SpyMode) -> None:
        """A spying changes its mode."""
        spying.modes.append((at, mode))
        self._mark(spying)

    def set_first_mode(self, spying: Spying, mode: SpyMode) -> None:
        """The mode since a spying began is told only now."""
        spying.modes[0] = (spying.started_at, mode)
        self._mark(spying)

    def ended(self, channel: Channel, at: float) -> None:
        """A channel is gone: it neither spies nor is spied on."""
        for spying in channel.spies:
            spying.phone = phone_of(channel)  # kept: the phone's call may be forgotten before the spied one
        for spying in channel.spies + channel.spied_by:
            if spying.stopped_at is None:
                self.stop(spying, at)
                if spying.spyee is channel and spying.spyer.gone_at is None and spying.spyer.is_party:
                    self.seek(spying.spyer)  # ChanSpy goes on to the next channel
        if channel in self.seeking:
            self.seeking.remove(channel)

    def follow(self, before: Channel, now: Channel, at: float) -> None:
        """Those who spy on an agent go on when she changes between line and leg, of which the PBX tells nothing."""
        for spying in before.spied_by:
            if spying.stopped_at is None:
                self.stop(spying, at)
                self.begin(spying.spyer, now, at)

    def forget_all_of(self, snoop: Channel) -> None:
        """Drops a snoop's spyings: CEL does not tell whether an application listens, whispers or records by it."""
        for spying in snoop.spies:
            spying.spyee.spied_by = tuple(one for one in spying.spyee.spied_by if one is not spying)
            self._mark(spying)
        snoop.spies = ()

    def seek(self, spyer: Channel) -> None:
        """A channel runs ChanSpy, and it is not known (yet, or any more) whom it spies on."""
        if spyer not in self.seeking:
            self.seeking.append(spyer)

    def find(self, spyer: Channel, channels: Iterable[Channel], at: float) -> None:
        """Guesses whom a ChanSpy found, which ARI alone does not tell: the first channel in a bridge that its
        arguments fit, else (without option ``b``) the first one that they fit, such as a waiting customer's."""
        if self._visibility.ami_leads:
            return
        there = (channel for channel in channels if channel is not spyer and channel.gone_at is None)
        meant = [channel for channel in there if may_be_spied_on(spyer, channel)]
        alone = [] if "b" in _options(spyer) else meant
        for channel in [channel for channel in meant if channel.bridge_now] or alone:
            self.begin(spyer, channel, at)
            return

    def _mark(self, spying: Spying) -> None:
        if self._changes.watched:
            self._changes.mark(spying.spyer)
            self._changes.mark(spying.spyee)
