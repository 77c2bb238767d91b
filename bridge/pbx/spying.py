"""What a ChanSpy does, read from the arguments of its application.

No event says whether a spy listens, whispers or barges: the options of ChanSpy and ExtenSpy do (``w`` whisper, ``W``
whisper only, ``B`` barge, ``d`` lets DTMF 4, 5 and 6 switch; Asterisk application documentation, ChanSpy).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.pbx.channel import Channel, Step
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
    """The option letters without their arguments: of ``PJSIP/1001,qv(2)w`` it is ``qvw``."""
    step = application(spyer)
    if step is None or "," not in step.data:
        return ""
    return re.sub(r"\([^)]*\)", "", step.data.split(",", 1)[1])


def first_mode(spyer: Channel) -> SpyMode | None:
    """What it does to the next channel: what a key switched to lasts as long as the application. None where nothing
    has told of the application; of a snoop, which has none, whoever made it tells more than that it listens."""
    step, before = application(spyer), spyer.spies[-1] if spyer.spies else None
    if step is not None and before is not None and before.started_at >= step.at:
        return before.modes[-1][1]
    return mode_by_options(spyer) if step is not None or spyer.technology == "Snoop" else None


def mode_by_options(spyer: Channel) -> SpyMode:
    options = _options(spyer)
    if "B" in options:
        return "barge"
    return "coach" if "w" in options or "W" in options else "monitor"


def mode_by_key(spyer: Channel, digit: str) -> SpyMode | None:
    """The mode that a key of the spying phone switches to, where the options allow it."""
    return KEYS.get(digit) if "d" in _options(spyer) else None


def spied_prefix(spyer: Channel) -> str | None:
    """What the names of the channels that may be spied on begin with."""
    step = application(spyer)
    if step is None or step.application != "ChanSpy":
        return None
    return step.data.split(",", 1)[0] or None
