"""Decodes reports of browser phones (endpoint feed) into facts."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.terms import PhoneReport
from bridge.wire.values import text

OLDEST = 600.0
"""The oldest report that is accepted, in seconds: a phone that was offline keeps its reports."""
REPORTS = frozenset(get_args(PhoneReport))


def decode(event: Mapping[str, Any], at: float) -> Fact | None:
    """The fact in a report that arrived at ``at`` (seconds since the epoch); None if it is not a valid report.

    ``{"device": "PJSIP/1001", "report": "media_failed", "sip_call_id": "…", "reason": "NotAllowedError", "age": 2}``:
    the feed fills in the device, from the phone's token; the phone sends the rest. ``age`` is how many seconds ago it
    happened, so the phone's clock does not matter.
    """
    device, report, age = text(event.get("device")), event.get("report"), event.get("age", 0.0)
    if device is None or not isinstance(report, str) or report not in REPORTS:
        return None
    if not isinstance(age, int | float) or not 0 <= age <= OLDEST:
        return None
    said, reason = cast(PhoneReport, report), text(event.get("reason"))
    return f.PhoneReported(at - age, "endpoint", device, text(event.get("sip_call_id")), said, reason)
