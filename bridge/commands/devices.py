"""``callbridge devices``: every device as it is now, and what it did to its offers of late."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import Parameter

from bridge.commands.options import Config, local_store, settings_of
from bridge.commands.tables import Column, show_columns, show_lines
from bridge.records.explain import in_words
from bridge.reports.zones import zone_of
from bridge.store.devices import kept_devices
from bridge.store.reader import each_with_a_tag
from bridge.vocabulary.times import rfc3339

OLD = 15.0
"""Seconds after which a picture is no longer the present."""
LOOK_BACK = timedelta(days=7)
"""How far back the last failure is looked for."""
TELLING = ("agent_reject", "cpe_reject", "device_lost")
"""Tags of the calls in which a device or its agent failed an offer or a customer."""


def command(
    *,
    config: Config,
    wide: Annotated[bool, Parameter(help="All columns, however narrow the terminal is.")] = False,
    json: Annotated[bool, Parameter(help="As JSON Lines.")] = False,
) -> None:
    """Show every device as it is now: state, last failure, and what was declined and failed today."""
    now = datetime.now(UTC)
    settings = settings_of(config)
    zone = zone_of(settings.reports.timezone)
    found = find(local_store(settings), now, zone)
    if json:
        show_lines(found)
    else:
        show(found, now, zone, several=len(settings.pbx) > 1, wide=wide)


class Shown(msgspec.Struct):
    """One device. Times in UTC, as in records."""

    pbx: str
    device: str
    agent: str
    state: str
    since: str
    as_of: str
    """When this was last known to be so."""
    last_failure: str | None = None
    """When the device, not the person, last failed a call; null where it did not within 7 days."""
    last_failure_why: str | None = None
    rejects_today: int = 0
    """Offers that the agent declined, since midnight of the zone."""
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


def find(path: str, now: datetime, zone: ZoneInfo) -> list[Shown]:
    """All devices of a store, by PBX and name; "today" is the zone's. Raises ``SinkError``."""
    midnight = rfc3339(now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    shown = {
        (kept.pbx, kept.device): Shown(
            kept.pbx, kept.device, kept.agent, kept.state, rfc3339(kept.since), rfc3339(kept.at)
        )
        for kept in kept_devices(path)
    }
    for call in each_with_a_tag(path, _DECODER, TELLING, rfc3339((now - LOOK_BACK).timestamp())):
        _count(shown, call, midnight)
    return list(shown.values())


FIRST = ("device", "state", "rejects", "failures", "last failure", "PBX", "agent", "since")
"""What is shown first where a terminal has no room for all."""


def show(
    devices: Sequence[Shown], now: datetime, zone: ZoneInfo, *, several: bool = True, wide: bool = False
) -> None:
    """One row a device; a picture that is out of date says so. ``several``: there is more than one PBX."""

    def column(name: str, cell: Callable[[Shown], str], **more: Any) -> Column:
        return Column(name, [cell(one) for one in devices], **more)

    def clock(at: str) -> str:
        return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S}"

    def state(one: Shown) -> str:
        old = now - datetime.fromisoformat(one.as_of) > timedelta(seconds=OLD)
        return f"unknown; {one.state} at {clock(one.as_of)}" if old else one.state

    def failure(one: Shown) -> str:
        return f"{clock(one.last_failure)} {in_words(one.last_failure_why or '')}" if one.last_failure else ""

    columns = [
        *([column("PBX", lambda one: one.pbx)] if several else []),
        column("device", lambda one: one.device),
        column("agent", lambda one: one.agent),
        column("state", state, folds_to=20),
        column("since", lambda one: clock(one.since)),
        column("last failure", failure, folds_to=20),
        column("rejects", lambda one: str(one.rejects_today), right=True),
        column("failures", lambda one: str(one.failures_today), right=True),
    ]
    print(f"Times and days: {zone.key}.")
    show_columns(columns, FIRST, wide=wide)


def _count(shown: dict[tuple[str, str], Shown], call: _Call, midnight: str) -> None:
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
    """Device, when, and why; without a why the agent declined."""
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
