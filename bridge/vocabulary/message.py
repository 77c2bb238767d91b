"""One message of a feed, as it arrived. The feeds deliver messages, captures hold them, and the wire decodes them."""

from typing import Any, Literal

import msgspec

OF_OUR_CLOCK = ("late", "clock")
"""Values of ``feed`` by which the service tells what it noticed of its own clock."""
Source = Literal["ami", "ari", "endpoint", "cel", "queue_log"]
CARRIERS: tuple[Source, ...] = ("ami", "ari")
"""The feeds that tell of calls as they happen, unlike the browser phones' feed and the PBX's own logs."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message; as JSON, one line of a capture.

    ``event`` is one of

    * an AMI event or response: header to value; a header that came more than once holds a list;
    * an ARI event: its JSON object;
    * ARI's reply to a REST request of the opening snapshot: ``{"request": "GET /channels", "reply": [...]}``;
    * a row of the PBX's CEL or a line of its queue_log: column to value (``callbridge backfill`` reads them);
    * what a feed reports about itself: ``{"feed": "connected"}`` before the snapshot of a new connection,
      ``{"feed": "lost", "why": "..."}`` when the connection is gone; and what the service notices of itself:
      ``{"feed": "late", "since": S, "until": U}`` after it stood still: what it reads until U may have come since S;
      ``{"feed": "clock", "by": SECONDS}`` when its machine's clock was set, and later messages tell the new time.
    """

    t: float
    """Arrival time, seconds since the epoch, UTC."""
    pbx: str
    """The PBX's name in the settings."""
    src: Source
    event: dict[str, Any]
