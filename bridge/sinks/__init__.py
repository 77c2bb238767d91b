"""Where finished records go."""

from bridge.config import Settings, SqliteSink
from bridge.sinks.jsonl import JsonLines
from bridge.sinks.sink import Sink, SinkError
from bridge.sinks.sqlite import SqliteStore

__all__ = ["Sink", "SinkError", "open_sinks"]


def open_sinks(settings: Settings) -> list[Sink]:
    """One sink for each [[sink]], in their order. Raises ``SinkError``."""
    return [
        SqliteStore(sink.path) if isinstance(sink, SqliteSink) else JsonLines(sink.path) for sink in settings.sink
    ]
