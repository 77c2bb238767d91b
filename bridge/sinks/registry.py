"""The kinds of sinks: the settings of each, and the function that opens it.

A new kind is a type of settings in ``bridge/config/sinks.py``, a file in this room, and a line in ``OPENERS``.
"""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from bridge.config import Secret, secret_of
from bridge.config.sinks import JsonlSink, NatsSink, PostgresSink, SqliteSink, WebhookSink, sink_name
from bridge.config.sinks import Sink as SinkSettings
from bridge.errors import SettingsError, SinkError
from bridge.sinks.sink import Sink

if TYPE_CHECKING:
    from bridge.sinks.postgres import Postgres

OPENERS: Mapping[type, str] = {
    SqliteSink: "bridge.store.records:open_store",
    JsonlSink: "bridge.sinks.jsonl:open_lines",
    PostgresSink: "bridge.sinks.postgres:Postgres",
    NatsSink: "bridge.sinks.jetstream:JetStream",
    WebhookSink: "bridge.sinks.webhook:Webhook",
}
"""For each type of settings ``module:opener``, which is imported only if the settings have such a sink. An opener
takes the settings and the secret (or None) and returns a ``Sink``. Files are opened at once, servers at the first
write."""


def open_sink(sink: SinkSettings) -> Sink:
    """Opens a sink. Raises ``SinkError``, also for a kind that is not registered."""
    opener = OPENERS.get(type(sink))
    if opener is None:
        raise SinkError(f"sink {sink_name(sink)}: callbridge has no such kind of sink; see bridge/sinks/registry.py")
    opened: Sink = resolve_name(opener)(sink, _secret(sink))
    return opened


def open_postgres(sink: PostgresSink) -> "Postgres":
    """Opens a PostgreSQL sink, which can also erase. Raises ``SinkError``."""
    from bridge.sinks.postgres import Postgres

    opened = open_sink(sink)
    assert isinstance(opened, Postgres)
    return opened


def _secret(sink: SinkSettings) -> str | None:
    if not isinstance(sink, Secret) or not (sink.secret or sink.secret_env or sink.secret_file):
        return None
    try:
        return secret_of(sink)
    except SettingsError as error:
        raise SinkError(f"sink {sink_name(sink)}: {error}") from None
