"""The project's own recorded calls: real phones on the Asterisk of docker/, one scenario a file.

``tests/captures/NAME.jsonl`` is what both feeds delivered, ``tests/captures/expected.json`` the records that
must come out: for each the exact tags, and every offer as agent and outcome.
"""

import functools
import json
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bridge.config import Settings, load
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record

CAPTURES = Path(__file__).parents[1] / "captures"
EXPECTED: dict[str, list[dict[str, list[object]]]] = json.loads((CAPTURES / "expected.json").read_text())
NAMES = sorted(EXPECTED)
PBX = "pbx1"


@functools.cache
def settings() -> Settings:
    return load(str(CAPTURES / "callbridge.toml"))


@functools.cache
def messages(name: str) -> tuple[Message, ...]:
    lines = (CAPTURES / f"{name}.jsonl").read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Message) for line in lines)


def replayed(story: Iterable[Message], given: Settings | None = None) -> list[Record]:
    """The records of some messages; a call that has no end among them gives none."""
    pipelines: dict[str, Pipeline] = {}
    records: list[Record] = []
    last = 0.0
    for message in story:
        if message.pbx not in pipelines:
            pipelines[message.pbx] = Pipeline(given or settings(), message.pbx)
        records += pipelines[message.pbx].feed(message).records
        last = max(last, message.t)
    for pipeline in pipelines.values():
        while (deadline := pipeline.next_deadline()) is not None:
            records += pipeline.advance(max(last, deadline)).records
    return records


def told(records: Iterable[Record]) -> list[tuple[list[str], list[tuple[str, str]]]]:
    """What the expectation tells of each record: its tags, and its offers as agent and outcome, ``None`` of one that
    nobody knows."""
    return sorted((sorted(r.tags), sorted((o.agent, str(o.outcome)) for o in r.offers)) for r in records)


def expected(name: str) -> list[tuple[list[str], list[tuple[str, str]]]]:
    return sorted(
        (sorted(map(str, e["tags"])), sorted((str(o[0]), str(o[1])) for o in e["offers"]))  # type: ignore[index]
        for e in EXPECTED[name]
    )
