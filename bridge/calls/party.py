"""A party: the person or system behind a channel."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bridge.pbx.channel import Channel
from bridge.vocabulary.terms import INSIDE, STAFF, Role


class Party(msgspec.Struct, frozen=True):
    """``name`` is the customer's number, the extension, or the configured name."""

    name: str
    role: Role
    device: str

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_inside(self) -> bool:
        """Staff or another internal phone."""
        return self.role in INSIDE


PartyOf = Callable[[Channel], Party]
"""Tells who is behind a channel."""
