"""The types of the settings file."""

from typing import Literal

import msgspec

from bridge.config.secret import Secret
from bridge.config.sinks import Sink

Verdict = Literal["rejected", "cpe_rejected", "no_answer"]
CapKind = Literal["line", "trunk"]


class Login(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user of Asterisk."""

    username: str


class Ami(Login, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manager interface of one PBX (manager.conf)."""

    host: str
    port: int = 5038
    tls: bool = False
    ca_file: str | None = None
    """PEM file of the authority that signed the PBX's certificate. None: the system's authorities."""


class Ari(Login, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The REST interface and its websocket (ari.conf, http.conf)."""

    url: str
    """``http://host:port`` or ``https://host:port``, with http.conf's prefix if there is one."""
    app: str = "callbridge"
    ca_file: str | None = None


class Pbx(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One PBX, with at least one of its two feeds."""

    name: str
    """The name in records. It is part of every record's id, so it must never change."""
    ami: Ami | None = None
    ari: Ari | None = None


class Endpoint(Secret, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where callbridge listens for browser phones' reports. The secret signs the tokens that let phones in."""

    host: str
    port: int = 8095
    origins: list[str]
    """The origins of the phones' pages: ``https://agents.example.com``."""
    certificate_file: str | None = None
    """PEM file with the certificate and its chain. With it, phones connect by wss."""
    key_file: str | None = None
    """PEM file with the key. None: the key is in ``certificate_file`` too."""


class Roles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is who, by shell-style patterns on the device: the channel name up to its last ``-``."""

    agents: list[str] = []
    supervisors: list[str] = []
    trunks: list[str] = []
    agent_names: Literal["extension", "member"] = "extension"
    """What agents without an ``[[agent]]`` entry are called: their number, or their name as a queue's member."""


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name that records use for a device's agent or supervisor, in place of the extension."""

    device: str
    name: str


class Dn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of the contact centre that customers dial, or a pattern of such numbers."""

    number: str
    """As the trunk dials it; ``_0277001XXX`` is a pattern of Asterisk's dialplan (``numbers``)."""
    name: str | None = None
    agent_answer_threshold: float | None = None
    """Seconds; None: that of ``[thresholds]``."""
    customer_waiting_threshold: float | None = None
    """Seconds; None: that of ``[thresholds]``."""
    target: str | None = None
    """The service level that is aimed at: ``80/20`` is 80 % answered within 20 seconds."""


class Queue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs for the calls of one queue."""

    name: str
    """The queue's name in queues.conf."""
    agent_answer_threshold: float | None = None
    """Seconds; None: that of the DN, or of ``[thresholds]``."""
    customer_waiting_threshold: float | None = None
    """Seconds; None: that of the DN, or of ``[thresholds]``."""
    target: str | None = None
    """As the ``target`` of a DN."""
    wrap_up: int = 0
    """Seconds of after-call work, as ``wrapuptime`` in queues.conf; AMI does not tell that one."""
    alarm_waiting: int | None = None
    """How many callers may wait; when more do, the board shows an alarm."""


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of the dialplan that limits how many calls there are at the same time. A caller who is counted in the
    group and then turned away found no room."""

    group: str
    """Shell-style pattern on the name in ``Set(GROUP(category)=name)``, on its category, or on ``name@category``."""
    kind: CapKind


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds by which calls are judged, unless a queue or a DN has its own."""

    agent_answer: float = 20.0
    """How long an agent may let a phone ring."""
    customer_waiting: float = 60.0
    """How long a customer may wait for an agent."""
    queued_after: float = 1.0
    """How long a customer may wait while no agent is ready, before the call counts as queued."""
    short_abandon: float = 5.0
    """A caller who hangs up within so many seconds of the call's beginning is taken to have misdialled."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a final SIP response of an offered phone means, in place of the built-in table."""

    sip: int
    device: str = "*"
    rung: Verdict | None = None
    not_rung: Verdict | None = None


def target_seconds(target: str) -> float:
    """The limit of a target in seconds: 20 in ``80/20``."""
    return float(target.partition("/")[2])


def target_share(target: str) -> float:
    """The share of a target: 0.8 in ``80/20``."""
    return float(target.partition("/")[0]) / 100


class Outbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where records wait for their sinks if there is no SQLite sink; otherwise they wait in the first SQLite sink."""

    path: str = "callbridge-outbox.db"


class Metrics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where callbridge answers ``/metrics``, ``/healthz`` and ``/readyz``, over plain HTTP."""

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
    """Address of the reverse proxy that adds TLS; what the proxy says about the client is believed."""
    viewer_agents: Literal["names", "numbers", "hidden"] = "names"
    """How wall screens, which anybody in the room can read, show agents."""


ServiceLevel = Literal[
    "sl_offered", "sl_abandons_missed", "sl_abandons_ignored", "sl_short_ignored", "sl_abandons_good",
    "sl_answered_only", "sl_firstline",
]  # fmt: skip


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How reports count calls and show times."""

    timezone: str | None = None
    """IANA name, as ``Asia/Taipei``; None: the machine's."""
    service_level: ServiceLevel = "sl_offered"
    """The service level formula that is shown where there is room for only one."""
    answered_within: float = 20.0
    """Seconds of the service level, for DNs and queues without a ``target``."""
    country: str | None = None
    """ISO 3166 code, as ``TW``, of the country that numbers without a country code belong to."""


class States(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record of agents' and devices' states."""

    keep: bool = True
    keep_days: int = 400
    """How many days a stretch is kept after its end."""
    static_members: Literal["always", "while reachable"] = "always"
    """When members that queues.conf names count as logged in. All other members count as logged in while they are
    members."""
    wrap_up_reasons: list[str] = []
    """Shell-style patterns: a pause for such a reason is after-call work."""


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may read the files that callbridge writes on this machine: store, journal, JSON Lines, captures."""

    group: str | None = None
    """A group that may read them, in addition to the service's user. None: nobody else may."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. A list holds the tables of one name, such as every ``[[pbx]]``."""

    pbx: list[Pbx] = []
    endpoint: Endpoint | None = None
    roles: Roles = Roles()
    agent: list[Agent] = []
    dn: list[Dn] = []
    queue: list[Queue] = []
    cap: list[Cap] = []
    thresholds: Thresholds = Thresholds()
    code: list[Code] = []
    sink: list[Sink] = []
    outbox: Outbox = Outbox()
    files: Files = Files()
    reports: Reports = Reports()
    states: States = States()
    metrics: Metrics | None = None
    web: Web | None = None
