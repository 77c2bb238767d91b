"""One SQL text for each query, for both SQLite and PostgreSQL: values are written ``:name``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol

from bridge.config import Settings, secret_of
from bridge.config.nearest import nearest
from bridge.config.sinks import PostgresSink, SqliteSink, sink_name
from bridge.errors import SinkError, UsageError
from bridge.store.asking import asking

Row = tuple[Any, ...]
Values = Mapping[str, int | str]


class Database(Protocol):
    """A store that reports read: SQLite or PostgreSQL."""

    json: str
    """A record ``r`` as JSON, in the database's SQL."""

    def ask(self, query: str, values: Values) -> Iterator[Row]:
        """The rows of a query."""

    def stream(self, query: str, values: Values) -> Iterator[Row]:
        """The same for more rows than memory has room for. No other query may run meanwhile."""


class Postgres:
    """PostgreSQL, by psycopg. PostgreSQL gives sums of ``bigint`` as ``numeric``; here they become whole numbers
    again."""

    json = "r.record::text"

    def __init__(self, db: Any) -> None:
        self._db = db

    def ask(self, query: str, values: Values) -> Iterator[Row]:
        return _whole(self._db.execute(_named(query), values))

    def stream(self, query: str, values: Values) -> Iterator[Row]:
        with self._db.cursor() as cursor:
            yield from _whole(cursor.stream(_named(query), values))


def _named(query: str) -> str:
    """The text with values written as psycopg wants them."""
    return re.sub(r"(?<!:):([a-z]\w*)", r"%(\1)s", query.replace("%", "%%"))


def _whole(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield tuple(int(value) if isinstance(value, Decimal) else value for value in row)


@contextmanager
def opened(settings: Settings, sink: str | None = None) -> Iterator[Database]:
    """Open the first SQLite sink, or the sink that is named, for reading. Raises ``SinkError`` and ``UsageError``."""
    known = {sink_name(s): s for s in settings.sink if isinstance(s, SqliteSink | PostgresSink)}
    if sink is not None and sink not in known:
        raise UsageError(f'--sink: no store "{sink}" that reports can read; {nearest(sink, known)}')
    store = known[sink] if sink is not None else next(
        (s for s in known.values() if isinstance(s, SqliteSink)), next(iter(known.values()), None)
    )  # fmt: skip
    if store is None:
        raise UsageError('no store in the settings that reports can read; add [[sink]] with type = "sqlite"')
    if isinstance(store, SqliteSink):
        with asking(store.path) as database:
            yield database
        return
    with _postgres(store) as database:
        yield database


@contextmanager
def _postgres(store: PostgresSink) -> Iterator[Database]:
    import psycopg

    secret = secret_of(store) if store.secret or store.secret_env or store.secret_file else None
    try:
        with psycopg.connect(
            store.dsn, password=secret, connect_timeout=10, options="-c search_path=callbridge", autocommit=True
        ) as db:
            db.read_only = True
            yield Postgres(db)
    except psycopg.Error as error:
        words = " ".join((error.diag.message_primary or str(error) or type(error).__name__).split())
        raise SinkError(f"sink {store.name}: {words}; see dsn, the secret and the server's log") from None
