"""``callbridge devices``: the state of every device, and what it and its agent did to recent offers."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from cyclopts import Parameter

from bridge.commands.options import Config, local_store, settings_of
from bridge.commands.tables import Column, show_columns, show_lines
from bridge.records.explain import in_words
from bridge.reports.zones import zone_of
from bridge.store.devices_now import OLD, DeviceNow, devices_now


def command(
    *,
    config: Config,
    wide: Annotated[bool, Parameter(help="All columns, however narrow the terminal is.")] = False,
    json: Annotated[bool, Parameter(help="As JSON Lines.")] = False,
) -> None:
    """Show every device as it is now: state, last failure, and what was declined and failed today."""
    settings = settings_of(config)
    zone = zone_of(settings.reports.timezone)
    now = datetime.now(zone)
    found = devices_now(local_store(settings), now)
    if json:
        show_lines(found)
    else:
        show(found, now, several=len(settings.pbx) > 1, wide=wide)


FIRST = ("device", "state", "declined", "failed", "last failure", "PBX", "agent", "since")
"""The columns that are shown first if a terminal has no room for all."""


def show(devices: Sequence[DeviceNow], now: datetime, *, several: bool = True, wide: bool = False) -> None:
    """Print one row for each device, in the zone of ``now``; a state that is out of date says so. ``several``:
    there is more than one PBX."""

    def column(name: str, cell: Callable[[DeviceNow], str], **more: Any) -> Column:
        return Column(name, [cell(one) for one in devices], **more)

    def clock(at: str) -> str:
        return f"{datetime.fromisoformat(at).astimezone(now.tzinfo):%Y-%m-%d %H:%M:%S}"

    def state(one: DeviceNow) -> str:
        old = now - datetime.fromisoformat(one.as_of) > timedelta(seconds=OLD)
        return f"unknown; {one.state} at {clock(one.as_of)}" if old else one.state

    def failure(one: DeviceNow) -> str:
        return f"{clock(one.last_failure)} {in_words(one.last_failure_why or '')}" if one.last_failure else ""

    columns = [
        *([column("PBX", lambda one: one.pbx)] if several else []),
        column("device", lambda one: one.device),
        column("agent", lambda one: one.agent),
        column("state", state, folds_to=20),
        column("since", lambda one: clock(one.since)),
        column("last failure", failure, folds_to=20),
        column("declined", lambda one: str(one.rejects_today), right=True),
        column("failed", lambda one: str(one.failures_today), right=True),
    ]
    print(f"Times and days: {now.tzinfo}.")
    show_columns(columns, FIRST, wide=wide)
