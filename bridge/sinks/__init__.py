"""Where finished records go: one kind of sink a file, registered in ``registry``.

``delivery`` stands between the service and all sinks of the settings, ``forward`` between the outbox and one of them.
"""
