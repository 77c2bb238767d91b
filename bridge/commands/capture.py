"""``callbridge capture``: what the feeds deliver, into a file."""

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bridge import feeds
from bridge.commands.options import Config, live_settings
from bridge.config import Settings
from bridge.service import log
from bridge.service.stopping import until_told
from bridge.wire.capture import CaptureFile


def command(*, config: Config, out: Annotated[Path, Parameter(help="The capture file to write.")]) -> None:
    """Record what the feeds deliver, for a replay, until SIGTERM or SIGINT."""
    asyncio.run(record(live_settings(config), out))


async def record(settings: Settings, out: Path) -> None:
    """Write what all feeds deliver to a new file, until SIGTERM or SIGINT. Raises ``FileError``."""
    log.configure()
    with contextlib.closing(CaptureFile(out)) as file:
        await until_told(feeds.run(settings, file.write))
