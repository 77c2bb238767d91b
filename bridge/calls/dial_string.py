"""The arguments of the dialplan's Dial: ``PJSIP/1001&PJSIP/9123@trunk,20,tT``."""

from __future__ import annotations

import re

import msgspec

from bridge.pbx.names import SPELLED, extension

VARIABLE = re.compile(r"^[^,]*\$\{.*")
"""Arguments in which the devices are given by a variable that is not resolved."""
SECONDS = re.compile(r"[^,]*,\s*(\d+(\.\d+)?)")


class Target(msgspec.Struct, frozen=True):
    """One place that a Dial calls."""

    device: str
    """``PJSIP/1001``; for ``PJSIP/9123@trunk`` and ``PJSIP/trunk/9123`` it is ``PJSIP/trunk``."""
    number: str
    """The number that is called through a trunk, ``9123``; empty if a phone itself is called."""


def target(technology: str, place: str) -> Target:
    """``place``: what follows the technology: a phone, ``number@trunk``, ``trunk/number`` or ``trunk/sip:…``."""
    endpoint, slash, rest = place.partition("/")
    number = place.partition("sip:")[2]
    if not number:
        number = rest.partition("/")[0] if slash else place if "@" in place else ""
    return Target(f"{technology}/{endpoint.rsplit('@', 1)[-1]}", number.partition("@")[0])


def targets(arguments: str) -> list[Target]:
    """The phones and trunks in a Dial's arguments; none if the arguments are unknown."""
    found = []
    for part in VARIABLE.sub("", arguments.split(",", 1)[0]).split("&"):
        technology, _, place = part.strip().partition("/")
        if place and (spelled := SPELLED.get(technology.casefold())) is not None:
            found.append(target(spelled, place))
    return found


def behind_local(arguments: str) -> list[str]:
    """The extensions that a Dial calls through Local channels: ``1001`` of ``Local/1001@group/n``."""
    parts = (part.strip() for part in VARIABLE.sub("", arguments.split(",", 1)[0]).split("&"))
    return [extension(part) for part in parts if part.casefold().startswith("local/")]


def seconds(arguments: str) -> float | None:
    """How long a Dial rings, seconds; None if its arguments do not say."""
    found = SECONDS.match(arguments)
    return float(found[1]) if found is not None else None


def is_several(arguments: str) -> bool:
    """Whether a Dial calls several at once."""
    return "&" in arguments
