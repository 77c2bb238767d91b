"""``callbridge states``: the states of agents and devices, stretch by stretch."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from bridge.commands.options import Config, chosen_pbx, local_store, say, settings_of, span_of
from bridge.commands.tables import Column, show_columns, show_lines
from bridge.reports.zones import zone_of
from bridge.store.states import find
from bridge.vocabulary.agent_state import AgentStateRecord, StateRecord
from bridge.vocabulary.times import seconds


def command(
    *,
    config: Config,
    agent: Annotated[str | None, Parameter(help="Only this agent or supervisor.")] = None,
    since: Annotated[
        str | None, Parameter(help="Only what lasted on this day or at this time or later, by [reports] timezone.")
    ] = None,
    until: Annotated[str | None, Parameter(help="Only what began before this day or time.")] = None,
    pbx: Annotated[str | None, Parameter(help="Only agents of this PBX.")] = None,
    devices: Annotated[bool, Parameter(help="When devices could be reached, instead of how agents were.")] = False,
    wide: Annotated[bool, Parameter(help="All columns, however narrow the terminal is.")] = False,
    json: Annotated[bool, Parameter(help="Whole records of states, as JSON Lines.")] = False,
) -> None:
    """List the stretches of agents' states, by agent and time; what lasts still has no end."""
    settings = settings_of(config)
    zone = zone_of(settings.reports.timezone)
    first, end = span_of(since, until, zone)
    found = find(
        local_store(settings),
        agent=agent,
        pbx=chosen_pbx(settings, pbx) if pbx is not None else None,
        since=first,
        until=end,
        devices=devices,
    )
    if json:
        show_lines(found)
    else:
        _show(found, zone, devices=devices, several=len(settings.pbx) > 1, wide=wide)
        if not found:
            say("no state matches; `callbridge devices` lists the agents that the service knows")


FIRST = ("agent", "device", "state", "from", "time", "reason", "next", "until", "PBX", "queues", "record", "seen")
"""The columns that are shown first if a terminal has no room for all."""


def _show(states: Sequence[StateRecord], zone: ZoneInfo, *, devices: bool, several: bool, wide: bool) -> None:
    """Print one row for each stretch: times in the zone."""
    now = datetime.now(UTC).timestamp()

    def column(name: str, cell: Callable[[Any], str], **more: Any) -> Column:
        return Column(name, [cell(one) for one in states], **more)

    def local(at: str | None) -> str:
        return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S}" if at is not None else ""

    def lasted(one: StateRecord) -> str:
        length = one.seconds if one.until is not None else max(0.0, now - seconds(one.from_))
        return f"{_length(length)}{'' if one.until is not None else '…'}"

    def reason(one: StateRecord) -> str:
        return (one.reason if isinstance(one, AgentStateRecord) else one.why) or ""

    columns = [
        *([column("PBX", lambda one: one.pbx)] if several else []),
        *([column("device", lambda one: one.device)] if devices else []),
        column("agent", lambda one: one.agent),
        column("state", lambda one: one.state),
        column("from", lambda one: local(one.from_), folds_to=len("2026-01-31")),
        column("until", lambda one: local(one.until), folds_to=len("2026-01-31")),
        column("time", lasted, right=True),
        column("reason", reason, folds_to=12),
    ]
    if not devices:
        columns += [
            column("next", lambda one: one.next or ""),
            column("queues", lambda one: _few(one.queues)),
            column("record", lambda one: one.record_id or ""),
        ]
    columns.append(column("seen", lambda one: "whole" if one.complete else "in part"))
    names = {one.name for one in columns}
    print(f"Times and days: {zone.key}.")
    show_columns(columns, [name for name in FIRST if name in names], wide=wide)


def _few(queues: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    return f"{queues[0]} +{len(queues) - 1}" if len(queues) > 1 else "".join(queues)


def _length(seconds: float) -> str:
    """``3.1 s``, from a minute on ``1:02:03``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
