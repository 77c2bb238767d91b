"""The settings file: its types."""

from typing import Literal

import msgspec

Verdict = Literal["rejected", "cpe_rejected", "no_answer"]


class Login(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who we are to Asterisk: exactly one of the three ways to give the secret."""

    username: str
    secret: str | None = None
    secret_env: str | None = None
    """Name of an environment variable."""
    secret_file: str | None = None
    """Path of a file whose content, without the line end, is the secret."""

    def __repr__(self) -> str:
        """Without the secret, so that no log or error can show it."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "secret"]
        return f"{type(self).__name__}({', '.join(shown)})"


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


class Roles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shell-style patterns on the device: the channel name up to its last ``-``."""

    agents: list[str] = []
    supervisors: list[str] = []
    trunks: list[str] = []


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


Sink = SqliteSink | JsonlSink


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pbx: list[Pbx] = []
    roles: Roles = Roles()
    agent: list[Agent] = []
    dn: list[Dn] = []
    queue: list[Queue] = []
    thresholds: Thresholds = Thresholds()
    code: list[Code] = []
    sink: list[Sink] = []
