"""``callbridge replay``: recorded messages through the same pipelines as live ones."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bridge.commands.options import Config, say, settings_of
from bridge.commands.tables import show_lines
from bridge.config import Settings
from bridge.errors import UsageError
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service import log
from bridge.sinks.jsonl import States
from bridge.sinks.registry import open_sink
from bridge.sinks.sink import Sink
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written
from bridge.wire import capture

GZIP = b"\x1f\x8b"
"""The first bytes of a file that gzip has compressed."""
SETTLING = 60.0
"""Seconds that pass after the last message, so that calls that have ended are written."""


def command(
    *captures: Path,
    config: Config,
    sinks: Annotated[bool, Parameter(help="Also write to the configured sinks.")] = False,
    states: Annotated[Path | None, Parameter(help="Also write stretches of agents' states to this file.")] = None,
) -> None:
    """Send captures through the same pipeline; the records come as JSON Lines on stdout."""
    if not captures:
        raise UsageError("no capture; name at least one CAPTURE file")
    for file in captures:
        _see_that_it_is_a_capture(file)
    settings = settings_of(config)
    opened: list[Sink] = [open_sink(sink) for sink in settings.sink] if sinks else []
    try:
        if states is not None:
            opened.append(States(str(states)))
        show_lines(_written(replay(captures, settings, states=bool(opened)), opened))
    finally:
        for sink in opened:
            sink.close()


def replay(paths: Iterable[str | os.PathLike[str]], settings: Settings, *, states: bool) -> Iterator[Written]:
    """The records of the calls in captures, with ``states`` also the stretches of agents' states. Captures are
    read in the order given. What cannot be read is reported on stderr."""
    log.configure()
    known = {pbx.name for pbx in settings.pbx}
    drivers: dict[str, Driver] = {}
    last: dict[str, float] = {}
    for path in paths:
        for message in capture.read(path, say):
            driver = drivers.get(message.pbx)
            if driver is None:
                if message.pbx not in known:
                    name = f'{os.fspath(path)}: PBX "{message.pbx}"'
                    say(f"{name} is not in the settings; roles and DNs are applied all the same")
                pipeline = Pipeline(settings, message.pbx)
                if states:
                    pipeline.track()
                driver = drivers[message.pbx] = Driver(message.pbx, pipeline)
            yield from _told(driver.feed(message))
            last[message.pbx] = max(message.t, last.get(message.pbx, 0.0))
    for pbx, driver in drivers.items():
        yield from _told(driver.advance(last[pbx] + SETTLING))


def _told(step: Step) -> Iterator[Written]:
    yield from step.records
    yield from step.states


def _see_that_it_is_a_capture(file: Path) -> None:
    if not os.access(file, os.R_OK) or file.is_dir():
        raise UsageError(f"{file} cannot be read; name a capture file")
    with file.open("rb") as opened:
        if opened.read(2) == GZIP:
            raise UsageError(f"{file} is compressed; unpack it first: gunzip --keep {file}")


def _written(those: Iterable[Written], sinks: Iterable[Sink]) -> Iterator[Record]:
    """The records of calls: each is printed, then given to the sinks. Records of states go only to the sinks."""
    for record in those:
        if isinstance(record, Record):
            yield record
        for sink in sinks:
            sink.write([record])
