"""One row of the table of facts."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from bridge.pbx.whole import Pbx
from bridge.vocabulary.facts import Fact

About = Callable[[Any], str]
"""Gives a channel id of a fact."""

CHANNEL: About = attrgetter("channel")
DIALLED: About = attrgetter("dest")
CALLER: About = attrgetter("caller")
TRANSFERER: About = attrgetter("transferer")
SPYER: About = attrgetter("spyer")
TARGET: About = attrgetter("target")
NO_CHANNEL = None


class Row(NamedTuple):
    """How a kind of fact is applied, and which channels it concerns."""

    apply: Callable[[Pbx, Any], None]
    about: About | None
    """The channel to whose call the fact belongs: a call that seems to be over waits a little longer after such a
    fact, and the journal keeps the fact as long as that call. None: it belongs to no single call, or only the applier
    can find out to which."""
    shows: tuple[About, ...] = ()
    """Channels to mark as changed after such a fact, if no owner (state, presence, ...) marks them."""


Table = dict[type[Fact], Row]
