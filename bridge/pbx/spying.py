"""Who listens to whom, and what a ChanSpy does, read from the arguments of its application.

No event says whether a spy listens, whispers or barges: the options of ChanSpy and ExtenSpy do (``w`` whisper, ``W``
whisper only, ``B`` barge, ``d`` lets DTMF 4, 5 and 6 switch; Asterisk application documentation, ChanSpy).
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.pbx.applications import options
from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel, Spying
from bridge.pbx.history import Step
from bridge.pbx.visibility import Visibility
from bridge.vocabulary.terms import SpyMode

APPLICATIONS = ("ChanSpy", "ExtenSpy")
KEYS: dict[str, SpyMode] = {"4": "monitor", "5": "coach", "6": "barge"}


def application(spyer: Channel) -> Step | None:
    """The ChanSpy that it runs, or ran; None where nothing has told of it."""
    for step in reversed(spyer.steps):
        if step.application in APPLICATIONS:
            return step
    return None


def _options(spyer: Channel) -> str:
    """The option letters of its ChanSpy."""
    step = application(spyer)
    return options(step.application, step.data) if step is not None else ""


def first_mode(spyer: Channel) -> SpyMode | None:
    """What it does to the next channel: what a key switched to lasts as long as the application. None where nothing
    has told of the application; of a snoop, which has none, whoever made it tells more than that it listens."""
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
    """The mode that a key of the spying phone switches to, where the options allow it."""
    return KEYS.get(digit) if "d" in _options(spyer) else None


def may_be_spied_on(spyer: Channel, channel: Channel) -> bool:
    """Whether a channel is one that the arguments of another's ChanSpy, the beginning of a name, or of its ExtenSpy,
    an extension and its context, mean."""
    step = application(spyer)
    meant = step.data.split(",", 1)[0] if step is not None else ""
    if step is None or not meant:
        return False
    if step.application == "ChanSpy":
        return channel.name.startswith(meant)
    exten, _, context = meant.partition("@")
    return channel.running is not None and channel.running[2:4] == (context or step.context, exten)


def phone_of(spyer: Channel) -> Channel | None:
    """The phone of whoever spies by a snoop that is bridged with it, or by a Local channel that has called it."""
    if spyer.is_party:
        return None
    rooms = {s.bridge for c in (spyer, spyer.other_half) if c is not None for s in c.stays}
    for other in spyer.group or ():
        if other.is_party and any(s.bridge in rooms for s in other.stays):
            return other
    return None


class Spies:
    """Who listens to whom on one PBX. It alone writes a channel's ``spies`` and ``spied_by``."""

    __slots__ = ("_changes", "_visibility", "seeking")

    def __init__(self, visibility: Visibility, changes: Changes) -> None:
        self._visibility = visibility
        self._changes = changes
        self.seeking: list[Channel] = []
        """Channels that run ChanSpy and listen to nobody that is known of."""

    def begin(self, spyer: Channel, spyee: Channel, at: float) -> None:
        """One channel listens to another from now on, unless it does already."""
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
        """Whoever spied runs the next step of the dialplan: ARI alone does not tell that a ChanSpy has ended."""
        if self._visibility.ami_leads or application(spyer) is None:
            return
        for spying in spyer.spies:
            if spying.stopped_at is None:
                self.stop(spying, at)

    def set_mode(self, spying: Spying, at: float, mode: SpyMode) -> None:
        """Listens, whispers or barges from now on."""
        spying.modes.append((at, mode))
        self._mark(spying)

    def set_first_mode(self, spying: Spying, mode: SpyMode) -> None:
        """What it has done since it began is told only now."""
        spying.modes[0] = (spying.started_at, mode)
        self._mark(spying)

    def ended(self, channel: Channel, at: float) -> None:
        """A channel is gone: it neither listens nor is listened to."""
        for spying in channel.spies:
            spying.phone = phone_of(channel)  # whose call may be forgotten before the one that was listened to
        for spying in channel.spies + channel.spied_by:
            if spying.stopped_at is None:
                self.stop(spying, at)
                if spying.spyee is channel and spying.spyer.gone_at is None and spying.spyer.is_party:
                    self.seek(spying.spyer)  # it goes on to the next one, if it finds one
        if channel in self.seeking:
            self.seeking.remove(channel)

    def follow(self, before: Channel, now: Channel, at: float) -> None:
        """Whoever listens to an agent goes on listening when she changes legs, without a word from the PBX."""
        for spying in before.spied_by:
            if spying.stopped_at is None:
                self.stop(spying, at)
                self.begin(spying.spyer, now, at)

    def forget_all_of(self, snoop: Channel) -> None:
        """The PBX's log does not tell whether an application listens, whispers or records by a snoop: so it counts as
        none of them."""
        for spying in snoop.spies:
            spying.spyee.spied_by = tuple(one for one in spying.spyee.spied_by if one is not spying)
            self._mark(spying)
        snoop.spies = ()

    def seek(self, spyer: Channel) -> None:
        """A channel runs ChanSpy, and nothing tells yet, or any more, whom it listens to."""
        if spyer not in self.seeking:
            self.seeking.append(spyer)

    def find(self, spyer: Channel, channels: Iterable[Channel], at: float) -> None:
        """ARI alone does not tell whom a ChanSpy found: take the first channel in a bridge that may be meant; where
        there is none, ChanSpy listens to who is in no bridge as well, such as a customer who waits, unless ``b``."""
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
