"""``callbridge run``: the service."""

import asyncio
from functools import partial

from bridge.commands.options import Config, live_settings
from bridge.config import load
from bridge.service.run import run


def command(*, config: Config) -> int:
    """Follow the PBXs and write a record of every call, until SIGTERM or SIGINT."""
    settings = live_settings(config)
    show = None
    if settings.web is not None:
        from bridge.web.serving import shown

        show = shown(settings)
    return asyncio.run(run(settings, show, partial(load, config, on_this_machine=True), config))
