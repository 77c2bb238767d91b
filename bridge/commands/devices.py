"""``callbridge devices``: every device as it is now, and what it did to its offers of late."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from bridge.commands.options import Config, local_store, settings_of
from bridge.commands.tables import show as show_table
from bridge.commands.tables import show_lines, table
from bridge.records.explain import in_words
from bridge.store.devices_now import OLD, DeviceNow, devices_now


def command(*, config: Config, json: Annotated[bool, Parameter(help="As JSON Lines.")] = False) -> None:
    """Show every device as it is now: state, last failure, and what was declined and failed today."""
    now = datetime.now(UTC)
    found = devices_now(local_store(settings_of(config)), now)
    if json:
        show_lines(found)
    else:
        show(found, now)


def show(devices: Iterable[DeviceNow], now: datetime) -> None:
    """One row a device; a picture that is out of date says so."""
    listing = table(
        *("PBX", "device", "agent", "state", "since (UTC)", "last failure (UTC)", "rejects", "failures"),
        right=["rejects", "failures"],
    )
    for one in devices:
        old = now - datetime.fromisoformat(one.as_of) > timedelta(seconds=OLD)
        state = f"unknown; {one.state} at {_clock(one.as_of)}" if old else one.state
        why = in_words(one.last_failure_why or "")
        failure = f"{_clock(one.last_failure)} {why}" if one.last_failure else ""
        cells = (one.pbx, one.device, one.agent, state, _clock(one.since), failure)
        counts = (str(one.rejects_today), str(one.failures_today))
        listing.add_row(*(Text(cell) for cell in (*cells, *counts)))
    show_table(listing)


def _clock(at: str) -> str:
    return at[:19].replace("T", " ")
