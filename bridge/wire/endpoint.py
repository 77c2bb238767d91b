"""Reports of browser phones (endpoint feed) to facts."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.terms import PhoneReport
from bridge.wire.values import text

OLDEST = 600.0
"""Seconds that a phone may have kept a report while it was offline."""
REPORTS = frozenset(get_args(PhoneReport))


def decode(event: Mapping[str, Any], at: float) -> Fact | None:
    """The fact in a report that arrived ``at`` (epoch seconds), set back to the time it tells of.

    ``{"device": "PJSIP/1001", "report": "media_failed", "sip_call_id": "…", "reason": "NotAllowedError", "age": 2}``:
    the device is the one in the phone's token, put there by the feed; the rest is the phone's own word. ``age`` is
    how long ago it happened, in seconds, so the phone's clock does not matter. None for what is no such report.
    """
    device, report, age = text(event.get("device")), event.get("report"), event.get("age", 0.0)
    if device is None or not isinstance(report, str) or report not in REPORTS:
        return None
    if not isinstance(age, int | float) or not 0 <= age <= OLDEST:
        return None
    said, reason = cast(PhoneReport, report), text(event.get("reason"))
    return f.PhoneReported(at - age, "endpoint", device, text(event.get("sip_call_id")), said, reason)
