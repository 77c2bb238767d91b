"""One message of a feed, as it arrived: what the feeds deliver, captures hold and the wire decodes."""

from typing import Any, Literal

import msgspec

Source = Literal["ami", "ari", "endpoint", "cel", "queue_log"]


class Message(msgspec.Struct, frozen=True, gc=False):
    """One line of a capture (interface: Capture).

    ``event`` is one of

    * an AMI event or response: header to value, a header that came more than once holds a list;
    * an ARI event, as its JSON object;
    * a reply to the opening snapshot over ARI's REST side: ``{"request": "GET /channels", "reply": [...]}``;
    * a row of the PBX's CEL or a line of its queue_log: column to value, which ``callbridge backfill`` reads;
    * a word of the feed about itself: ``{"feed": "connected"}`` before the snapshot of a new connection,
      ``{"feed": "lost", "why": "..."}`` when the connection is known to be gone.
    """

    t: float
    """Arrival time, seconds since the epoch, UTC."""
    pbx: str
    """Name of the PBX in the settings."""
    src: Source
    event: dict[str, Any]
