"""Stretches of agents' and devices' states in PostgreSQL: ``callbridge.agent_states`` and ``device_states``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from bridge.store.row_tables import columns
from bridge.store.state_rows import KINDS, WHOSE, Claim, beaten, create, row, table_of
from bridge.store.states import without_channels
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.times import FOR_EVER

TABLES = ";".join(create(prefix="callbridge."))
INSERTS = {
    table: f"INSERT INTO callbridge.{table} VALUES ({', '.join(['%s'] * len(columns(kind)))})"
    for table, kind in KINDS.items()
}
_FIELDS = sql.SQL("state_id, worth, since, until, complete")


def put(cursor: psycopg.Cursor[Any], states: Sequence[StateRecord]) -> None:
    """Keeps each stretch if it is better than those that it overlaps. Other writers for these PBXs wait meanwhile."""
    for one in states:
        table, values = table_of(one), row(one)
        coming = Claim(one.state_id, values.worth, values.since, values.until, values.complete)
        gone = beaten(coming, _near(cursor, table, one.pbx, getattr(values, WHOSE[table]), coming))
        if gone is None:
            continue
        if gone:
            erase = sql.SQL("DELETE FROM {} WHERE state_id = ANY(%s)").format(sql.Identifier("callbridge", table))
            cursor.execute(erase, (gone,))
        cursor.execute(INSERTS[table].encode(), values)


def _near(cursor: psycopg.Cursor[Any], table: str, pbx: str, name: str, coming: Claim) -> list[Claim]:
    """The kept stretches that may overlap it. Kept ones do not overlap each other, so two before it are enough."""
    query = sql.SQL(
        "(SELECT {fields} FROM {table} WHERE pbx = %(pbx)s AND {whose} = %(name)s "
        "AND since >= %(since)s AND since < %(until)s) UNION ALL "
        "(SELECT {fields} FROM {table} WHERE pbx = %(pbx)s AND {whose} = %(name)s "
        "AND since < %(since)s ORDER BY since DESC LIMIT 2)"
    ).format(fields=_FIELDS, table=sql.Identifier("callbridge", table), whose=sql.Identifier(WHOSE[table]))
    until = max(coming.until, coming.since + 1) if coming.until is not None else FOR_EVER
    values = {"pbx": pbx, "name": name, "since": coming.since, "until": until}
    return [Claim(*each) for each in cursor.execute(query, values).fetchall()]


def forget_channels(cursor: psycopg.Cursor[Any], number: str, named: re.Pattern[str]) -> int:
    """Removes channels whose names contain a number from the evidence. Returns from how many stretches."""
    count = 0
    for table in KINDS:
        of = sql.Identifier("callbridge", table)
        look = sql.SQL("SELECT state_id, json FROM {} WHERE strpos(json, %s) > 0 FOR UPDATE").format(of)
        change = sql.SQL("UPDATE {} SET json = %s WHERE state_id = %s").format(of)
        found = cursor.execute(look, (number,)).fetchall()
        changed = [(new, state_id) for state_id, json in found if (new := without_channels(json, named)) is not None]
        cursor.executemany(change, changed)
        count += len(changed)
    return count


def purge(db: psycopg.Connection[Any], oldest: int) -> int:
    """Erases stretches that ended before a time, milliseconds. Returns how many."""
    count = 0
    for table in KINDS:
        erase = sql.SQL("DELETE FROM {} WHERE until < %s").format(sql.Identifier("callbridge", table))
        count += db.execute(erase, (oldest,)).rowcount
    return count
