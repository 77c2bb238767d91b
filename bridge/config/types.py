"""The settings file: its types."""

from typing import Literal

import msgspec

Verdict = Literal["rejected", "cpe_rejected", "no_answer"]


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What proves who we are, given in at most one of three ways."""

    secret: str | None = None
    secret_env: str | None = None
    """Name of an environment variable."""
    secret_file: str | None = None
    """Path of a file whose content, without the line end, is the secret."""

    def __repr__(self) -> str:
        """Without the secret, so that no log or error can show it."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "secret"]
        return f"{type(self).__name__}({', '.join(shown)})"


class Login(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who we are to Asterisk."""

    username: str


class Ami(Login, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manager interface of one PBX (manager.conf)."""

    host: str
    port: int = 5038
    tls: bool = False
    ca_file: str | None = None
    """PEM file of the authority that signed the PBX's certificate; the system's authorities without it."""


class Ari(Login, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The REST interface and its websocket (ari.conf, http.conf)."""

    url: str
    """``http://host:port`` or ``https://host:port``, with http.conf's prefix where there is one."""
    app: str = "callbridge"
    ca_file: str | None = None


class Pbx(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    ami: Ami | None = None
    ari: Ari | None = None


class Endpoint(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where browser phones report what only they know. The secret signs the tokens that let them in."""

    host: str
    port: int = 8095
    origins: list[str]
    """Of the pages that the phones run in: ``https://agents.example.com``."""
    certificate_file: str | None = None
    """PEM, with the chain: where it is given, phones connect by wss."""
    key_file: str | None = None
    """PEM; without it the key stands in ``certificate_file`` too."""


class Roles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shell-style patterns on the device: the channel name up to its last ``-``."""

    agents: list[str] = []
    supervisors: list[str] = []
    trunks: list[str] = []
    agent_names: Literal["extension", "member"] = "extension"
    """What agents without an ``[[agent]]`` entry are called by: their number, or as the queues call the member."""


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name for the person behind a device; without one the bare extension serves."""

    device: str
    name: str


class Dn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: str
    name: str | None = None
    agent_answer_threshold: float | None = None
    customer_waiting_threshold: float | None = None


class Queue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    agent_answer_threshold: float | None = None
    customer_waiting_threshold: float | None = None


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds."""

    agent_answer: float = 20.0
    customer_waiting: float = 60.0
    queued_after: float = 1.0
    short_abandon: float = 5.0


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a final SIP response of an offered phone means, where the default table does not fit."""

    sip: int
    device: str = "*"
    rung: Verdict | None = None
    not_rung: Verdict | None = None


class SqliteSink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="sqlite"):
    path: str = "callbridge.db"


class JsonlSink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="jsonl"):
    path: str


class PostgresSink(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="postgres"):
    """The secret is the role's password; none where the server trusts the socket or a certificate."""

    name: str = "postgres"
    """Of this sink in the outbox: what waits there waits for this name."""
    dsn: str
    """libpq's connection string or URL, without the password: ``host=db dbname=calls user=callbridge``."""
    keep_months: int | None = None
    """Whole calendar months kept before the present one; None: all."""


class NatsSink(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="nats"):
    """The secret is the user's password or, without a username, the token."""

    name: str = "nats"
    servers: list[str]
    """``nats://host:port``, or ``tls://host:port``; one at least, several of one cluster."""
    username: str | None = None
    ca_file: str | None = None
    stream: str = "CALLBRIDGE"
    """Made where it is missing; left as it is where it exists."""
    replicas: int = 1
    """Of a stream that is made: 3 in a cluster of three."""


class WebhookSink(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="webhook"):
    """The secret signs what is sent."""

    name: str = "webhook"
    url: str
    ca_file: str | None = None


Sink = SqliteSink | JsonlSink | PostgresSink | NatsSink | WebhookSink


def sink_name(sink: Sink) -> str:
    """What logs, `check` and the outbox call a sink; no two of one file are called the same."""
    return f"{sink.__struct_config__.tag} {sink.path}" if isinstance(sink, SqliteSink | JsonlSink) else sink.name


class Outbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where records wait for their sinks when no SQLite sink is named; otherwise they wait in the first of those."""

    path: str = "callbridge-outbox.db"


class Metrics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where ``/metrics``, ``/healthz`` and ``/readyz`` are answered, over plain HTTP."""

    host: str = "127.0.0.1"
    port: int = 9470


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the pages and the API are served. What they show is read from the first ``sqlite`` sink."""

    host: str = "127.0.0.1"
    port: int = 8090
    certificate_file: str | None = None
    """PEM, with the chain: where it is given, pages come over TLS."""
    key_file: str | None = None
    """PEM; without it the key stands in ``certificate_file`` too."""
    proxy: str | None = None
    """Address of the reverse proxy that gives TLS in our place; what it says of the client is believed."""
    viewer_agents: Literal["names", "numbers", "hidden"] = "names"
    """How wall screens, which anybody can read, show agents."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pbx: list[Pbx] = []
    endpoint: Endpoint | None = None
    roles: Roles = Roles()
    agent: list[Agent] = []
    dn: list[Dn] = []
    queue: list[Queue] = []
    thresholds: Thresholds = Thresholds()
    code: list[Code] = []
    sink: list[Sink] = []
    outbox: Outbox = Outbox()
    metrics: Metrics | None = None
    web: Web | None = None
