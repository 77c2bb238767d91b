"""Reads names of channels and interfaces: the device, its technology, the called extension."""

from __future__ import annotations

TECHNOLOGIES = (
    "PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Skinny", "MGCP", "Phone", "Motif", "Console",
    "OOH323", "H323", "USTM", "Mobile", "Dongle", "Quectel", "Khomp", "mISDN", "CAPI",
)  # fmt: skip
"""Channel technologies of phones and trunks; every other channel is the PBX's own."""
SPELLED = {technology.casefold(): technology for technology in TECHNOLOGIES}
"""Technologies as channel names spell them: a dialplan may write them in other letters."""

UNDIALLED = frozenset({"", "s", "h", "i", "t", "T", "e", "o", "a"})
"""Extensions that nobody dials: the dialplan goes to them by itself."""


def device_of(name: str) -> str:
    """The device of a channel: ``PJSIP/1001`` of ``PJSIP/1001-0000002a``."""
    return name.rsplit("-", 1)[0] if "-" in name else name


def extension(name: str) -> str:
    """The extension in a name: ``1001`` of ``Local/1001@from-queue/n``."""
    return name.partition("/")[2].partition("@")[0]


def place(name: str) -> str:
    """Where a Local channel leads, without its options: ``1001@from-queue`` of ``Local/1001@from-queue/n``."""
    return name.partition("/")[2].partition("/")[0]
