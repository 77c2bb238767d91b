"""The table of all kinds of facts: which function applies each, and whom it is about."""

from __future__ import annotations

from bridge.pbx.apply import (
    bridging,
    channels,
    dialling,
    dialplan,
    feeds,
    queueing,
    registrations,
    supervising,
    transferring,
)
from bridge.pbx.apply.row import Table
from bridge.vocabulary import facts as f

TABLE: Table = {
    kind: row
    for family in (
        channels, dialling, bridging, dialplan, queueing, transferring, supervising, registrations, feeds,
    )
    for kind, row in family.TABLE.items()
}  # fmt: skip
ABOUT = {kind: row.about for kind, row in TABLE.items()}
"""Whose call each kind of fact belongs to."""
APPLIED = {kind: (row.apply, row.about if kind is not f.ChannelGone else None) for kind, row in TABLE.items()}
"""What each kind of fact does, and whose call then waits a little longer for its last facts, if it is over: not after
a channel's very end."""
SHOWS = {kind: row.shows for kind, row in TABLE.items() if row.shows}
"""Whom a live view has to look at again."""
NOT_KEPT = frozenset({f.DeviceStateChanged})
"""No call depends on it: only the picture of the devices shows it, and every snapshot tells it anew."""
OF_ITS_OWN = frozenset({f.PhoneReported, f.BridgeCreated})
"""Belonging to no channel that is named, but of which more is to be said than that."""
