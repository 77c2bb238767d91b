"""The devices' present states, and their failures and rejects of late."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from bridge.store.devices import kept_devices
from bridge.store.reader import each_with_a_tag
from bridge.vocabulary.times import rfc3339

OLD = 15.0
"""Seconds after which a picture is out of date."""
LOOK_BACK = timedelta(days=7)
"""How far back the last failure is searched."""
TELLING = ("agent_reject", "cpe_reject", "device_lost")
"""Tags of the calls in which a device or its agent failed an offer or a customer."""


class DeviceNow(msgspec.Struct):
    """One device. Times in UTC, as in records."""

    pbx: str
    device: str
    agent: str
    state: str
    since: str
    as_of: str
    """When this was last known to be so."""
    last_failure: str | None = None
    """When the device, not the person, last failed a call; null if it did not within 7 days."""
    last_failure_why: str | None = None
    rejects_today: int = 0
    """Offers that the agent declined, since midnight, in the zone asked for."""
    failures_today: int = 0
    """Offers and conversations that the device failed."""


class _Offer(msgspec.Struct):
    device: str
    ended_at: str
    outcome: str | None
    reason: str | None
    sip_code: int | None


class _Evidence(msgspec.Struct):
    at: str
    channel: str | None = None


class _Call(msgspec.Struct):
    pbx: str
    offers: list[_Offer]
    evidence: dict[str, list[_Evidence]]


_DECODER = msgspec.json.Decoder(_Call)


def devices_now(path: str, now: datetime) -> list[DeviceNow]:
    """All devices of a store, by PBX and name; today is that of ``now``'s zone. Raises ``SinkError``."""
    midnight = rfc3339(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    shown = {
        (kept.pbx, kept.device): DeviceNow(
            kept.pbx, kept.device, kept.agent, kept.state, rfc3339(kept.since), rfc3339(kept.at)
        )
        for kept in kept_devices(path)
    }
    for call in each_with_a_tag(path, _DECODER, TELLING, rfc3339((now - LOOK_BACK).timestamp())):
        _count(shown, call, midnight)
    return list(shown.values())


def _count(shown: dict[tuple[str, str], DeviceNow], call: _Call, midnight: str) -> None:
    for device, at, why in _failures(call):
        one = shown.get((call.pbx, device))
        if one is None:
            continue
        if why is None:
            one.rejects_today += at >= midnight
            continue
        one.failures_today += at >= midnight
        if one.last_failure is None or at >= one.last_failure:
            one.last_failure, one.last_failure_why = at, why


def _failures(call: _Call) -> Iterator[tuple[str, str, str | None]]:
    """Each failure: device, when, and why. If why is None, the agent declined."""
    for offer in call.offers:
        if offer.outcome == "rejected":
            yield offer.device, offer.ended_at, None
        elif offer.outcome == "cpe_rejected":
            yield (
                offer.device,
                offer.ended_at,
                offer.reason or (f"SIP {offer.sip_code}" if offer.sip_code else "failed"),
            )
    for lost in call.evidence.get("device_lost", ())[:1]:
        if lost.channel:
            yield lost.channel.rpartition("-")[0], lost.at, "lost in the call"
