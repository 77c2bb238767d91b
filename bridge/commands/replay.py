"""Recorded messages through the same pipelines as live ones."""

import os
import sys
from collections.abc import Iterable, Iterator

from bridge.commands import capture
from bridge.config import Settings
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.service import log
from bridge.vocabulary.record import Record

SETTLING = 60.0
"""Seconds that pass after the last message, so that calls that have ended are written."""


def replay(paths: Iterable[str | os.PathLike[str]], settings: Settings) -> Iterator[Record]:
    """The records of captures, read in the order given; what cannot be read is told on stderr."""
    log.configure()
    known = {pbx.name for pbx in settings.pbx}
    drivers: dict[str, Driver] = {}
    last: dict[str, float] = {}
    for path in paths:
        for message in capture.read(path, _say):
            driver = drivers.get(message.pbx)
            if driver is None:
                if message.pbx not in known:
                    name = f'{os.fspath(path)}: PBX "{message.pbx}"'
                    _say(f"{name} is not in the settings; roles and DNs are applied all the same")
                driver = drivers[message.pbx] = Driver(message.pbx, Pipeline(settings, message.pbx))
            yield from driver.feed(message)
            last[message.pbx] = max(message.t, last.get(message.pbx, 0.0))
    for pbx, driver in drivers.items():
        yield from driver.advance(last[pbx] + SETTLING)


def _say(line: str) -> None:
    print(f"callbridge: {line}", file=sys.stderr)
