"""The PostgreSQL server of the tests, looked into as its administrator."""

from typing import Any

import msgspec
import psycopg

from bridge.vocabulary.record import Record
from tests.helpers.servers import ADDRESS, Server

PASSWORD = "s3cret"
"""Of the role ``callbridge``."""


def ask(server: Server, database: str = "calls") -> psycopg.Connection[Any]:
    return psycopg.connect(host=ADDRESS, port=server.port, user="admin", dbname=database, autocommit=True)


def kept(server: Server) -> list[Record]:
    with ask(server) as db:
        rows = db.execute("SELECT record::text FROM callbridge.records ORDER BY started_at").fetchall()
    return [msgspec.json.decode(json, type=Record) for (json,) in rows]
