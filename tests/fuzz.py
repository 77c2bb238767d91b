"""Hostile and broken input, through every room from the bytes to the record.

Real calls are told anew with what no PBX should send in them: messages lost, repeated, swapped and cut, headers gone,
doubled, of a megabyte or of another type, bytes that are no UTF-8. Whatever comes, nothing may raise, what is told of
it must be short and hold no caller's number, every record must be a record, and once the PBX lists no channel any
more nothing of its calls may be left in memory.

    python -m tests.fuzz 600        # seconds of CPU; what fails is shrunk and shown
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bridge.config import Ari, Endpoint
from bridge.errors import LogError
from bridge.feeds.ari import AriFeed
from bridge.feeds.endpoint import EndpointFeed
from bridge.feeds.feed import FeedLost
from bridge.feeds.logs import read_cel, read_queue_log
from bridge.pipeline.pipeline import Pipeline
from bridge.records.gaps import filled, unseen
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.wire.ami import EVENTS
from bridge.wire.framing import Framer, Report, Wanted
from tests.helpers import recorded
from tests.helpers.hostile import VALUES, rubbish

LIMIT = 64 * 1024
"""Bytes that a message may have here: a header of a megabyte is as hostile to the real limit, only slower."""
LONGEST_LINE = 300
LATE = 3600.0
ANY = [*VALUES, "\udcff"]
"""And what is no UTF-8."""
SNIPPETS = (b"", b"\xff\xfe", b"\n", b"\r\n\r\n", b"Event: ", b"\x00", b": ", b"--END COMMAND--")
REPORTED = [b'{"n":1,"report":"media_failed","age":1}', b'{"n":2,"report":"rejected_by_user","sip_call_id":"x"}']
LOGS = Path(__file__).parent / "logs"
YEAR_3000 = 32503680000.0
WHAT = ("stories", "logs", "messages", "bytes", "records", "reports")
counts: Counter[str] = Counter()


def wire(event: dict[str, Any]) -> bytes:
    """An AMI message as it crosses the wire."""
    lines = []
    for name, value in event.items():
        lines += [f"{name}: {each}" for each in (value if isinstance(value, list) else [value])]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape" if lines else "strict")


def damaged(message: Message, rng: random.Random) -> Message:
    """One header or field gone, of another value, or that of another one."""
    event = dict(message.event)
    key = rng.choice(list(event) or [""])
    match rng.randrange(4):
        case 0:
            event.pop(key, None)
        case 1:
            event[rng.choice(list(event) or ["x"])] = event.get(key)
        case 2:
            inner = event.get(key)
            if isinstance(inner, dict) and inner:
                event[key] = {**inner, rng.choice(list(inner)): rng.choice(ANY)}
            else:
                event[key] = rng.choice(ANY)
        case _:
            event[key] = [event.get(key), rng.choice(ANY)]
    return msgspec.structs.replace(message, event=event)


def spoilt(story: list[Message], rng: random.Random) -> list[Message]:
    """The story with messages lost, repeated, swapped and damaged, rubbish, and its feeds lost and found."""
    told: list[Message] = []
    harm = rng.choice((0.01, 0.05, 0.3))
    for message in story:
        if rng.random() >= harm:
            told.append(message)
            continue
        match rng.randrange(7):
            case 0:
                pass
            case 6:
                made = rubbish(("ami", "ari"), recorded.PBX, 1, rng)
                told += (msgspec.structs.replace(each, t=message.t) for each in made)
            case 1:
                told += [message] * rng.randrange(2, 5)
            case 2:
                told.insert(rng.randrange(len(told) + 1), message)
            case 3:
                told.append(msgspec.structs.replace(message, event=told_of_feed(message.t, rng)))
            case _:
                told.append(damaged(message, rng))
    return told


def told_of_feed(t: float, rng: random.Random) -> dict[str, Any]:
    """What the service tells of a feed and of its clock."""
    match rng.choice(("lost", "connected", "late", "clock")):
        case "late":
            return {"feed": "late", "since": t - rng.choice((1.0, 30.0)), "until": rng.choice((t + 2, "x", None))}
        case "clock":
            return {"feed": "clock", "by": rng.choice((-5.0, 5.0, 1e300, True, "x", None))}
        case word:
            return {"feed": word, "why": "x"}


def torn(data: bytes, rng: random.Random) -> bytes:
    """Bytes flipped, cut out, doubled, or a header of a megabyte put in."""
    for _ in range(rng.choice((0,) * 40 + (1, 1, 3, 20))):
        a = rng.randrange(len(data) + 1)
        b = min(len(data), a + rng.choice((0, 1, 2, 40)))
        new = rng.choice((*SNIPPETS, data[a:b] * 3))
        data = data[:a] + new + data[b:]
    if rng.random() < 0.002:
        a = rng.randrange(len(data) + 1)
        data = data[:a] + b"X" * rng.choice((2 * LIMIT, 1_000_000)) + data[a:]
    return data


class Target:
    """All that stands between the sockets and the records of one PBX."""

    def __init__(self, wanted: Mapping[str, Wanted] | None = None) -> None:
        """``wanted``: what the running service takes from the wire, or everything, as a capture does."""
        self.pipeline = Pipeline(recorded.settings(), recorded.PBX)
        self.reports: list[Report] = []
        self.now = 0.0
        self.records: list[Record] = []
        self.framer = Framer(self.reports.append, wanted, limit=LIMIT)
        self.framer.feed(b"Asterisk Call Manager/11.0.0\r\n")
        self.ari = AriFeed(recorded.PBX, Ari(url="http://x", username="x", secret="x"), self.hear)
        secret = "k" * 40
        self.phones = EndpointFeed(
            Endpoint(host="127.0.0.1", origins=["http://x"], secret=secret), [recorded.PBX], self.hear
        )

    def hear(self, message: Message) -> None:
        counts["messages"] += 1
        self.records += self.pipeline.feed(msgspec.structs.replace(message, t=self.now)).records

    def say(self, message: Message, rng: random.Random) -> None:
        """A message as its feed would read it: as bytes, and perhaps torn ones."""
        self.now = max(self.now, message.t)
        if "feed" in message.event or "request" in message.event:
            self.hear(message)
        elif message.src == "ami":
            self._ami(wire(message.event), rng)
        else:
            try:
                raw = torn(msgspec.json.encode(message.event), rng)
            except UnicodeEncodeError:  # JSON cannot hold it either
                return
            with suppress(FeedLost):
                self.ari._take(raw)
        if rng.random() < 0.02:
            raw = torn(rng.choice(REPORTED), rng)
            if (report := self.phones._read(raw)) is not None:
                event = {"device": "PJSIP/1011", "report": report.report}
                self.hear(Message(self.now, recorded.PBX, "endpoint", event))

    def _ami(self, data: bytes, rng: random.Random) -> None:
        data = torn(data, rng)
        counts["bytes"] += len(data)
        cut = rng.choice((len(data), len(data) // 3, 100)) + 1
        for begin in range(0, len(data), cut):
            for event in self.framer.feed(data[begin : begin + cut]):
                self.hear(Message(self.now, recorded.PBX, "ami", event))
            assert self.framer.held <= LIMIT

    def end(self) -> None:
        """Both feeds come anew and list nothing: all is over."""
        self.now += LATE
        for src in ("ami", "ari"):
            self.hear(Message(self.now, recorded.PBX, src, {"feed": "connected"}))
        self.hear(Message(self.now, recorded.PBX, "ami", {"Event": "CoreShowChannelsComplete"}))
        while (deadline := self.pipeline.next_deadline()) is not None:
            self.records += self.pipeline.advance(deadline).records


def left(pipeline: Pipeline) -> dict[str, int]:
    """What the mirror still holds of calls."""
    return {name: n for name, n in pipeline._mirror.held().items() if n}


def secrets_of(story: list[Message]) -> set[str]:
    """Numbers of customers."""
    return {
        str(m.event["CallerIDNum"])
        for m in story
        if m.event.get("Event") == "Newchannel" and len(str(m.event.get("CallerIDNum", ""))) > 6
    }


def one(names: list[str], number: int) -> None:
    """Tells a story of some recorded calls, spoilt in a way that the number decides."""
    rng = random.Random(number)
    story = sorted((m for name in names for m in recorded.messages(name)), key=lambda m: m.t)
    target = Target(EVENTS if number % 2 else None)
    with capture_logs() as logs:
        for message in spoilt(story, rng):
            target.say(message, rng)
        target.end()
    counts["stories"] += 1
    counts["records"] += len(target.records)
    counts["reports"] += len(target.reports) + len(logs)
    for record in target.records:
        msgspec.json.decode(msgspec.json.encode(record), type=Record)
        assert set(record.tags) == set(record.evidence)
        assert all(record.evidence.values())
        assert record.started_at <= record.ended_at, record
    lines = [report.what for report in target.reports] + [str(line.get("why", "")) for line in logs]
    for line in lines:
        assert len(line) <= LONGEST_LINE, line
        assert line.isprintable(), line
        assert not any(number in line for number in secrets_of(story)), line
    assert not left(target.pipeline), left(target.pipeline)


def one_log(number: int) -> None:
    """Reads a CEL and a queue_log that were spoilt in a way that the number decides."""
    rng = random.Random(number)
    target = Target()
    told: list[str] = []
    with TemporaryDirectory() as folder:
        cel, queue_log = Path(folder) / "cel", Path(folder) / "queue_log"
        for log in (cel, queue_log):
            data = (LOGS / (log.name + ".csv" if log is cel else log.name)).read_bytes()
            lines = [torn(line, rng) for line in data.splitlines(keepends=True) if rng.random() > 0.02]
            rng.shuffle(lines) if rng.random() < 0.1 else None
            log.write_bytes(b"".join(lines))
        with suppress(LogError):
            for message in (
                *read_cel(str(cel), recorded.PBX, 0.0, told.append),
                *read_queue_log(str(queue_log), recorded.PBX, 0.0, told.append),
            ):  # fmt: skip
                target.now = max(target.now, min(message.t, YEAR_3000))
                target.hear(message)
    target.end()
    counts["logs"] += 1
    counts["records"] += len(target.records)
    for record in target.records:
        assert record == filled(record, record) or not record.complete
        msgspec.json.decode(msgspec.json.encode(unseen(record)), type=Record)
    assert all(line.isprintable() for line in told), told


def rounds(seconds: float) -> Iterator[int]:
    """Numbers until that much of this process's CPU time is used up."""
    began = time.process_time()
    n = 0
    while time.process_time() - began < seconds:
        yield n
        n += 1


def fuzz(seconds: float) -> str:
    """Runs for so many seconds of CPU; what was done, in a line. Raises what a room did, for the smallest story."""
    counts.clear()
    for n in rounds(seconds):

        @seed(n)
        @settings(
            max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )  # fmt: skip
        @given(st.lists(st.sampled_from(recorded.NAMES), min_size=1, max_size=2), st.integers(0, 2**32))
        def told(names: list[str], number: int) -> None:
            one(names, number)

        told()
        one_log(n)
    return ", ".join(f"{counts[what]:,} {what}" for what in WHAT)


if __name__ == "__main__":
    print(fuzz(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
