"""Access to the pages and the API: tokens, sessions, searches and the audit, in a file beside the local store.

The file is apart so that neither a sign-in nor an audit line waits for, or holds up, the writing of records. It holds
only hashes and random ids of tokens, sessions and searches: nobody who reads it can sign in with that.
"""

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from bridge.errors import SinkError
from bridge.files import create_private
from bridge.store.facets import number_key
from bridge.store.sqlite import said

Role = Literal["viewer", "supervisor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
STAFF: tuple[Role, ...] = ("supervisor", "administrator")
"""Roles that may read single calls."""
DAY = 86400.0
SESSION = 12 * 3600.0
"""Seconds that a sign-in lasts by a token that does not expire; by any other, it lasts as long as the token."""
SEARCH = DAY
"""Seconds for which a search by a customer's number is kept."""
AUDIT_DAYS = 180
MOST_SEARCHES = 10_000
"""How many searches are kept; the oldest are dropped first."""
TABLES = """
    CREATE TABLE IF NOT EXISTS tokens (
        name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, role TEXT NOT NULL, made REAL NOT NULL, days INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sessions (
        hash BLOB PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS searches (
        id TEXT PRIMARY KEY, number TEXT NOT NULL, until REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit (
        at REAL NOT NULL, token TEXT NOT NULL, role TEXT NOT NULL, what TEXT NOT NULL, record_id TEXT,
        address TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at);
"""


class Token(NamedTuple):
    """A token that was made, without its secret. Times are epoch seconds."""

    name: str
    role: Role
    made: float
    days: int | None

    @property
    def until(self) -> float | None:
        return None if self.days is None else self.made + self.days * DAY


class Who(NamedTuple):
    """Somebody who is signed in."""

    name: str
    """The name of the token."""
    role: Role
    key: str
    """Identifies the session, or the token if there is no session: streams are counted by it."""


class Entry(NamedTuple):
    """One line of the audit: somebody read customers' numbers."""

    at: float
    token: str
    role: Role
    what: str
    record_id: str | None
    address: str


def path_beside(store: str) -> str:
    """The file's path."""
    return store + ".access"


def purge_access(store: str) -> None:
    """Removes from the file beside a store, if there is one, what is too old. Raises ``SinkError``."""
    path = path_beside(store)
    if Path(path).exists():
        with closing(Access(path)) as access:
            access.purge()


class Access:
    """One connection, for any thread."""

    def __init__(self, path: str) -> None:
        """Makes the file if it is missing. Raises ``SinkError``."""
        self._path = path
        self._lock = threading.Lock()
        create_private(path)
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")  # a deleted search must not be readable any more
            self._db.executescript(TABLES)
        except sqlite3.Error as error:
            raise SinkError(f"{path}: {said(error)}; name a store in a folder that can be written") from None

    def close(self) -> None:
        self._db.close()

    def add(self, name: str, role: Role, days: int | None = None) -> str | None:
        """Makes a token. It cannot be read again later. None if the name is taken."""
        token = secrets.token_urlsafe(32)
        with self._using() as db:
            made = db.execute(
                "INSERT OR IGNORE INTO tokens VALUES (?, ?, ?, ?, ?)", (name, _hash(token), role, time.time(), days)
            )
        return token if made.rowcount else None

    def remove(self, name: str) -> bool:
        """Revokes a token and ends its sessions. Returns whether there was one."""
        with self._using() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (name,))
            return bool(db.execute("DELETE FROM tokens WHERE name = ?", (name,)).rowcount)

    def tokens(self) -> list[Token]:
        with self._using() as db:
            return [Token(*row) for row in db.execute("SELECT name, role, made, days FROM tokens ORDER BY name")]

    def by_token(self, token: str) -> Who | None:
        """The owner of a token; None if it is unknown or has expired."""
        with self._using() as db:
            row = db.execute(
                "SELECT name, role FROM tokens WHERE hash = ? AND (days IS NULL OR made + days * ? > ?)",
                (_hash(token), DAY, time.time()),
            ).fetchone()
        return Who(row[0], row[1], f"token {row[0]}") if row else None

    def by_session(self, session: str) -> Who | None:
        """The owner of a session; None if it is over, or its token was revoked."""
        now = time.time()
        with self._using() as db:
            row = db.execute(
                """
                SELECT name, role FROM sessions JOIN tokens ON name = token
                WHERE sessions.hash = ? AND until > ? AND (days IS NULL OR made + days * ? > ?)
                """,
                (_hash(session), now, DAY, now),
            ).fetchone()
        return Who(row[0], row[1], f"session {_hash(session).hex()}") if row else None

    def is_good(self, key: str) -> bool:
        """Whether the owner of this key (``Who.key``) may still read."""
        kind, _, value = key.partition(" ")
        now = time.time()
        with self._using() as db:
            if kind == "token":
                query = "SELECT 1 FROM tokens WHERE name = ? AND (days IS NULL OR made + days * ? > ?)"
                return db.execute(query, (value, DAY, now)).fetchone() is not None
            query = "SELECT 1 FROM sessions JOIN tokens ON name = token WHERE sessions.hash = ? AND until > ?"
            return db.execute(query, (bytes.fromhex(value), now)).fetchone() is not None

    def sign_in(self, token: str) -> tuple[str, float] | None:
        """Begins a session: its id, and the seconds that it lasts. None if the token is unknown."""
        who = self.by_token(token)
        if who is None:
            return None
        session, now = secrets.token_urlsafe(32), time.time()
        with self._using() as db:
            made, days = db.execute("SELECT made, days FROM tokens WHERE name = ?", (who.name,)).fetchone()
            length = SESSION if days is None else made + days * DAY - now
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_hash(session), who.name, now + length))
        return session, length

    def sign_out(self, session: str) -> None:
        with self._using() as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(session),))

    def search(self, number: str) -> str:
        """Keeps a search for a day. Returns its id, which stands in addresses in place of the number."""
        made, now = secrets.token_urlsafe(16), time.time()
        with self._using() as db:
            db.execute(
                "DELETE FROM searches WHERE id IN (SELECT id FROM searches ORDER BY until DESC LIMIT -1 OFFSET ?)",
                (MOST_SEARCHES - 1,),
            )
            db.execute("INSERT INTO searches VALUES (?, ?, ?)", (made, number, now + SEARCH))
        return made

    def purge(self) -> None:
        """Removes searches, sessions and audit entries that are too old."""
        now = time.time()
        with self._using() as db:
            db.execute("DELETE FROM searches WHERE until < ?", (now,))
            db.execute("DELETE FROM sessions WHERE until < ?", (now,))
            db.execute("DELETE FROM audit WHERE at < ?", (now - AUDIT_DAYS * DAY,))
            _overwrite(db)

    def searched(self, search: str) -> str | None:
        """The number of a search; None if it is not kept any more."""
        with self._using() as db:
            row = db.execute(
                "SELECT number FROM searches WHERE id = ? AND until > ?", (search, time.time())
            ).fetchone()
        return row[0] if row else None

    def forget(self, number: str) -> int:
        """Removes every search for a customer. Returns how many there were."""
        key = number_key(number)
        with self._using() as db:
            rows = db.execute("SELECT id, number FROM searches").fetchall()
            gone = [(search,) for search, searched in rows if number_key(searched) == key]
            db.executemany("DELETE FROM searches WHERE id = ?", gone)
            _overwrite(db)
        return len(gone)

    def note(self, who: Who, what: str, record_id: str | None, address: str) -> None:
        """Writes an audit entry: somebody reads customers' numbers. Call it before they get them."""
        line = (time.time(), who.name, who.role, what, record_id, address)
        with self._using() as db:
            db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)", line)

    def audit(self, limit: int) -> list[Entry]:
        """The latest entries, newest first."""
        with self._using() as db:
            return [Entry(*row) for row in db.execute("SELECT * FROM audit ORDER BY at DESC LIMIT ?", (limit,))]

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as error:
                raise SinkError(f"{self._path}: {said(error)}; make room, or see who else holds the file") from None


def _overwrite(db: sqlite3.Connection) -> None:
    """Removes deleted data from the file, as far as no reader holds it open."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
