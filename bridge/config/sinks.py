"""The settings of each kind of sink.

Each kind is one type here: its fields are the keys of ``[[sink]]``, and its ``faults`` yields every mistake in values
whose types are right, with its place. A sink without a file has a ``name``; its records wait in the outbox under that
name.
"""

from collections.abc import Iterator

import msgspec

from bridge.config.checks import Fault, address_faults, secret_faults
from bridge.config.places import Path
from bridge.config.secret import Secret


class SqliteSink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="sqlite"):
    """A local store. If there are several, commands, pages and the API read the first."""

    path: str = "callbridge.db"
    keep_days: int | None = None
    """How many days a record is kept after its call has started. None: for ever."""
    takes_states = True

    def faults(self, at: Path) -> Iterator[Fault]:
        if self.keep_days is not None and self.keep_days < 1:
            yield Fault((*at, "keep_days"), f"{self.keep_days} is no number of days; write 1 or more")


class JsonlSink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="jsonl"):
    """A file to which each record is appended as one line of JSON; ``-`` is stdout."""

    path: str
    states: str | None = None
    """Another file, for agents' and devices' states: ``path`` takes records of calls only. None: states are not
    written."""

    @property
    def takes_states(self) -> bool:
        return self.states is not None

    def faults(self, at: Path) -> Iterator[Fault]:
        if self.states is not None and self.states == self.path:
            yield Fault((*at, "states"), "is the path of the records; name another file")


class PostgresSink(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="postgres"):
    """The secret is the role's password; it may be left out if the server trusts the socket or a certificate."""

    name: str = "postgres"
    """The sink's name in the outbox: records wait there under this name."""
    dsn: str
    """libpq's connection string or URL, without the password: ``host=db dbname=calls user=callbridge``."""
    keep_months: int | None = None
    """How many calendar months to keep before the present one. None: all."""
    takes_states = True

    def faults(self, at: Path) -> Iterator[Fault]:
        from psycopg import ProgrammingError, conninfo  # here, so that a start without such a sink does not load it

        try:
            parts = conninfo.conninfo_to_dict(self.dsn)
        except (ProgrammingError, ValueError):  # the error does not repeat its text, which may hold the password
            yield Fault((*at, "dsn"), 'is no connection string; write "host=127.0.0.1 dbname=calls user=callbridge"')
        else:
            if "password" in parts:
                yield Fault((*at, "dsn"), "holds the password; write it as secret, secret_env or secret_file")
            elif not parts.get("dbname"):
                yield Fault((*at, "dsn"), "names no database; add dbname=")
        if self.keep_months is not None and self.keep_months < 1:
            yield Fault((*at, "keep_months"), f"{self.keep_months} is no number of months; write 1 or more")
        yield from secret_faults(self, at, needed=False)


class NatsSink(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="nats"):
    """The secret is the user's password or, without a username, the token."""

    name: str = "nats"
    servers: list[str]
    """``nats://host:port`` or ``tls://host:port``: one server or more, all of one cluster."""
    username: str | None = None
    ca_file: str | None = None
    stream: str = "CALLBRIDGE"
    """The stream's name. A missing stream is created; an existing one is used as it is."""
    replicas: int = 1
    """Replicas of a stream that callbridge creates: 3 in a cluster of three."""
    takes_states = True

    def faults(self, at: Path) -> Iterator[Fault]:
        mend = 'write ["nats://127.0.0.1:4222"], or tls:// for TLS'
        if not self.servers:
            yield Fault((*at, "servers"), f"is empty; {mend}")
        for server in self.servers:
            yield from address_faults(server, ("nats", "tls"), (*at, "servers"), mend)
        if self.ca_file is not None and not any(server.startswith("tls://") for server in self.servers):
            yield Fault((*at, "ca_file"), "has no use without TLS; write tls:// servers or remove it")
        if not self.stream or not all(letter.isalnum() or letter in "-_" for letter in self.stream):
            yield Fault((*at, "stream"), f'"{self.stream}" is no stream; write letters, digits, "-" and "_" only')
        if not 1 <= self.replicas <= 5:
            yield Fault((*at, "replicas"), f"{self.replicas} is no number of replicas; write 1, 3 or 5")
        if self.username is not None and not any((self.secret, self.secret_env, self.secret_file)):
            yield Fault((*at, "username"), "has no secret; add one of secret, secret_env, secret_file")
        yield from secret_faults(self, at, needed=False)


class WebhookSink(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="webhook"):
    """The secret signs the requests."""

    name: str = "webhook"
    url: str
    ca_file: str | None = None
    states: bool = False
    """Whether agents' and devices' states are sent, too."""

    @property
    def takes_states(self) -> bool:
        return self.states

    def faults(self, at: Path) -> Iterator[Fault]:
        yield from address_faults(self.url, ("https", "http"), (*at, "url"), 'write "https://host/path"')
        if self.ca_file is not None and not self.url.startswith("https:"):
            yield Fault((*at, "ca_file"), "has no use without TLS; write an https url or remove it")
        yield from secret_faults(self, at)


FileSink = SqliteSink | JsonlSink
Sink = SqliteSink | JsonlSink | PostgresSink | NatsSink | WebhookSink


def sink_name(sink: Sink) -> str:
    """The name of a sink in logs, ``check`` and the outbox. No two sinks of one settings file have the same name."""
    return f"{sink.__struct_config__.tag} {sink.path}" if isinstance(sink, FileSink) else sink.name
