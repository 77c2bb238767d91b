"""From a [[sink]] to the sink. What a kind of sink needs is imported only where there is one of that kind."""

from bridge.config import JsonlSink, NatsSink, PostgresSink, SqliteSink, secret_of, sink_name
from bridge.config.types import Sink as SinkSettings
from bridge.errors import SettingsError, SinkError
from bridge.sinks.jsonl import JsonLines
from bridge.sinks.sink import Sink
from bridge.store.records import SqliteStore


def open_sink(sink: SinkSettings) -> Sink:
    """Files are opened at once, servers at the first write. Raises ``SinkError``."""
    if isinstance(sink, SqliteSink):
        return SqliteStore(sink.path)
    if isinstance(sink, JsonlSink):
        return JsonLines(sink.path)
    try:
        secret = secret_of(sink) if sink.secret or sink.secret_env or sink.secret_file else None
    except SettingsError as error:
        raise SinkError(f"sink {sink_name(sink)}: {error}") from None
    if isinstance(sink, PostgresSink):
        from bridge.sinks.postgres import Postgres

        return Postgres(sink, secret)
    if isinstance(sink, NatsSink):
        from bridge.sinks.jetstream import JetStream

        return JetStream(sink, secret)
    from bridge.sinks.webhook import Webhook

    return Webhook(sink, secret or "")
