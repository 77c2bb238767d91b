"""What a channel's or an interface's name says: the device, its technology, the extension that is called."""

from __future__ import annotations

TECHNOLOGIES = (
    "PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Skinny", "MGCP", "Phone", "Motif", "Console",
    "OOH323", "H323", "USTM", "Mobile", "Dongle", "Quectel", "Khomp", "mISDN", "CAPI",
)  # fmt: skip
"""Channel technologies behind which a person or a trunk stands; every other channel is the PBX's own."""
SPELLED = {technology.casefold(): technology for technology in TECHNOLOGIES}
"""As the names of channels spell them: a dialplan may write them in other letters."""

UNDIALLED = frozenset({"", "s", "h", "i", "t", "T", "e", "o", "a"})
"""Extensions that nobody dials: a dialplan comes to them by itself."""


def device_of(name: str) -> str:
    """The device of a channel name: ``PJSIP/1001-0000002a`` is of ``PJSIP/1001``."""
    return name.rsplit("-", 1)[0] if "-" in name else name


def extension(name: str) -> str:
    """What a Local channel or interface calls: ``1001`` of ``Local/1001@from-queue/n``."""
    return name.partition("/")[2].partition("@")[0]
