"""``callbridge reload``: the running service reads its settings again."""

import os
import signal

from bridge.commands.options import Config, live_settings, say
from bridge.errors import FileError, UsageError
from bridge.service.lock import holder
from bridge.sinks.delivery import divide


def command(*, config: Config) -> None:
    """Have the running service read its settings again: roles, agents, DNs, queues, thresholds and codes.

    A file that is wrong is told here, and the service goes on as before.
    """
    path = divide(live_settings(config))[0]
    if path is None:
        raise UsageError("the settings have no store by which to find the service; send it SIGHUP")
    pid = holder(path)
    if pid is None:
        raise FileError(f"{path}: no callbridge runs with this store; start it")
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        raise FileError(f"process {pid}: {error.strerror}; run this as the service's user or as root") from None
    say(f"process {pid} reads {config} again; its log says what changed")
