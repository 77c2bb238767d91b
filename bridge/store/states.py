"""Stretches of agents' and devices' states in the local store."""

from __future__ import annotations

import re
import sqlite3
import time
from typing import Any

import msgspec

from bridge.store.reader import reading
from bridge.store.row_tables import columns
from bridge.store.sqlite import transaction
from bridge.store.state_rows import IS_LONG, KINDS, LONG, WHOSE, Claim, beaten, row, table_of
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.times import FOR_EVER, milliseconds

DAY = 86_400_000
AT_ONCE = 5000
"""Stretches that are erased in one transaction: the service may be waiting to write."""
_DECODER: msgspec.json.Decoder[StateRecord] = msgspec.json.Decoder(StateRecord)


def _put(table: str, kind: type[tuple[Any, ...]]) -> str:
    """SQL that writes a row. A later version of a stretch updates its row, so that few indexes are touched."""
    names = columns(kind)
    key = ("pbx", WHOSE[table], "since", "state_id")
    later = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT ({', '.join(key)}) DO UPDATE SET {later}"


PUTS = {table: _put(table, kind) for table, kind in KINDS.items()}
NEAR = {
    table: f"SELECT state_id, worth, since, until, complete FROM {table} "
    f"WHERE pbx = ? AND {whose} = ? AND since < ? ORDER BY since DESC"
    for table, whose in WHOSE.items()
}


def put(db: sqlite3.Connection, one: StateRecord, keep_days: int | None) -> str | None:
    """Keeps a stretch if it is better than those that it overlaps and did not end too long ago. Returns its worth if
    it was kept."""
    if keep_days is not None and one.until is not None and milliseconds(one.until) < oldest_kept(keep_days):
        return None
    table, values = table_of(one), row(one)
    coming = Claim(one.state_id, values.worth, values.since, values.until, values.complete)
    gone = beaten(coming, _near(db, table, one.pbx, getattr(values, WHOSE[table]), coming))
    if gone is None:
        return None
    for other in gone:
        if other != one.state_id:
            db.execute(f"DELETE FROM {table} WHERE state_id = ?", (other,))
        db.execute("DELETE FROM outbox WHERE record_id = ?", (other,))
    db.execute(PUTS[table], values)
    return coming.worth


def _near(db: sqlite3.Connection, table: str, pbx: str, name: str, coming: Claim) -> list[Claim]:
    """The kept stretches that may overlap it. Kept ones do not overlap each other, so two before it are enough."""
    until = max(coming.until, coming.since + 1) if coming.until is not None else FOR_EVER
    found: list[Claim] = []
    before = 0
    for each in db.execute(NEAR[table], (pbx, name, until)):
        found.append(Claim(*each))
        before += found[-1].since < coming.since
        if before == 2:
            break
    return found


def oldest_kept(keep_days: int) -> int:
    """A stretch that ended before this time, milliseconds, is not kept."""
    return int(time.time() * 1000) - keep_days * DAY


def page(
    db: sqlite3.Connection, *, agent: str | None, pbx: str | None, since: int | None, until: int | None,
    devices: bool, after: str | None, limit: int,
) -> list[tuple[str, str]]:  # fmt: skip
    """A page of stretches that touch a period, by beginning: the place and the JSON of each. ``after``: the place of
    the last one of the page before. Times are milliseconds."""
    table = "device_states" if devices else "agent_states"
    wanted, values = _touching(agent, pbx, since, until)
    if since is not None:  # the few long ones have an index of their own
        wanted.append(f"(since >= ? OR {IS_LONG})")
        values.append(since - LONG)
    if after is not None:
        begin, _, state_id = after.partition(".")
        wanted.append("(since, state_id) > (?, ?)")
        values += [int(begin), state_id]
    rows = db.execute(
        f"SELECT since, state_id, json FROM {table} WHERE {' AND '.join(wanted)} ORDER BY since, state_id LIMIT ?",
        (*values, limit),
    )
    return [(f"{begin}.{state_id}", json) for begin, state_id, json in rows]


def _touching(
    agent: str | None, pbx: str | None, since: int | None, until: int | None
) -> tuple[list[str], list[str | int]]:
    """SQL conditions, and their values, for stretches that touch a period in milliseconds."""
    wanted, values = ["1 = 1"], list[str | int]()
    for condition, value in (
        ("agent = ?", agent), ("pbx = ?", pbx), ("(until IS NULL OR until > ?)", since), ("since < ?", until),
    ):  # fmt: skip
        if value is not None:
            wanted.append(condition)
            values.append(value)
    return wanted, values


def find(
    path: str,
    *,
    agent: str | None = None,
    pbx: str | None = None,
    since: str | None = None,
    until: str | None = None,
    devices: bool = False,
    limit: int | None = None,
) -> list[StateRecord]:
    """The stretches of agents, or with ``devices`` of devices, that touch the time from ``since`` to ``until``
    (written as in records), by agent and beginning. Those that still last are among them. Raises ``SinkError``."""
    table = "device_states" if devices else "agent_states"
    bounds = (milliseconds(text) if text is not None else None for text in (since, until))
    wanted, values = _touching(agent, pbx, *bounds)
    query = f"SELECT json FROM {table} WHERE {' AND '.join(wanted)} ORDER BY pbx, {WHOSE[table]}, since LIMIT ?"
    with reading(path) as db:
        rows = db.execute(query, (*values, limit if limit is not None else -1))
        return [_DECODER.decode(json) for (json,) in rows]


def forget_channels(db: sqlite3.Connection, number: str, named: re.Pattern[str]) -> int:
    """Removes channels whose names contain a number from the evidence. Returns from how many stretches."""
    count = 0
    for table in KINDS:
        found = db.execute(f"SELECT state_id, json FROM {table} WHERE instr(json, ?)", (number,)).fetchall()
        changed = [(new, state_id) for state_id, json in found if (new := without_channels(json, named)) is not None]
        with transaction(db):
            db.executemany(f"UPDATE {table} SET json = ? WHERE state_id = ?", changed)
        count += len(changed)
    return count


def without_channels(json: str, named: re.Pattern[str]) -> str | None:
    """A stretch without such channels in its evidence; None if it has none."""
    one = _DECODER.decode(json)
    ends = {
        name: msgspec.structs.replace(end, channel=None)
        for name in ("from_", "until")
        if (end := getattr(one.evidence, name)) is not None and end.channel is not None and named.search(end.channel)
    }
    if not ends:
        return None
    new = msgspec.structs.replace(one, evidence=msgspec.structs.replace(one.evidence, **ends))
    return msgspec.json.encode(new).decode()


def purge(db: sqlite3.Connection, keep_days: int) -> int:
    """Erases stretches that ended more than so many days ago. Returns how many."""
    count = 0
    for table in KINDS:
        while True:
            with transaction(db):
                done = db.execute(
                    f"DELETE FROM {table} WHERE (pbx, {WHOSE[table]}, since, state_id) IN "
                    f"(SELECT pbx, {WHOSE[table]}, since, state_id FROM {table} WHERE until < ? LIMIT ?)",
                    (oldest_kept(keep_days), AT_ONCE),
                ).rowcount
            count += done
            if done < AT_ONCE:
                break
    return count
