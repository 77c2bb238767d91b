"""Where finished records go."""

from bridge.sinks.opening import open_sink
from bridge.sinks.sink import Sink, SinkError

__all__ = ["Sink", "SinkError", "open_sink"]
