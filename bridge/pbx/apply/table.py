"""The table of all kinds of facts: which function applies each, and which channels it concerns."""

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
"""The channel to whose call each kind of fact belongs."""
APPLIED = {
    kind: (row.apply, row.about if kind is not f.ChannelGone else None, row.shows) for kind, row in TABLE.items()
}
"""The function of each kind of fact; the channel whose call, if it is over, then waits a little longer for its last
facts (None after a channel's end); and the channels that a live view has to look at again."""
NOT_KEPT = frozenset({f.DeviceStateChanged})
"""Facts on which no call depends: only the picture of the devices shows them, and every snapshot repeats them."""
OF_ITS_OWN = frozenset({f.PhoneReported, f.BridgeCreated})
"""Facts that name no channel, but belong to a leg or a bridge that ``Mirror.about`` finds."""
