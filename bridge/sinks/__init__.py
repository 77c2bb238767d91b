"""Where records go: one file for each kind of sink, registered in ``registry``.

``delivery`` stands between the service and all sinks, ``forward`` between the outbox and one of them.
"""
