"""Reads a journal at the start. Damaged lines are skipped; a damaged tail is cut off."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bridge.service.journal_files import CLOSED, LEFT, beside, settle
from bridge.service.journal_line import AgentsThen, OnRecord, body_of, decoded
from bridge.vocabulary.message import Message


class Held(NamedTuple):
    """The contents of a journal."""

    messages: list[Message]
    written: list[OnRecord]
    states: list[AgentsThen]
    alive: float
    """The last time at which the earlier run was alive."""


def read(path: Path, report: Callable[[str], None]) -> Held:
    """Read all of a journal. A damaged tail, as a power cut leaves it, is cut off; a damaged line elsewhere is
    skipped. Each is logged in one line."""
    settle(path)
    messages: list[Message] = []
    written: list[OnRecord] = []
    states: list[AgentsThen] = []
    alive = 0.0
    for part in (beside(path, LEFT), beside(path, CLOSED), path):
        if part.exists():
            alive = max(alive, part.stat().st_mtime) if part == path else alive
            for line in _read(part, report):
                if isinstance(line, OnRecord):
                    written.append(line)
                elif isinstance(line, AgentsThen):
                    states.append(line)
                else:
                    messages.append(line)
    times = [*(m.t for m in messages[-1:]), *(w.t for w in written[-1:])]
    return Held(messages, written, states, max([alive, *times]))


def _read(path: Path, report: Callable[[str], None]) -> Iterator[Message | OnRecord | AgentsThen]:
    damaged, number = 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                body = body_of(line)
                if body is None:
                    raise ValueError
                found = decoded(body)
            except ValueError:
                damaged += 1
                continue
            if damaged:
                report(f"{path}:{number - damaged}: {damaged} damaged line(s) skipped")
                damaged = 0
            yield found
    if damaged:
        report(f"{path}:{number - damaged + 1}: damaged tail of {damaged} line(s) cut off")
        _cut_tail(path, damaged)


def _cut_tail(path: Path, lines: int) -> None:
    with path.open("rb") as file:
        sizes = [len(line) for line in file]
    os.truncate(path, sum(sizes[:-lines]))
