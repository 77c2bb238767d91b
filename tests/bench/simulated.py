"""A simulated PBX's bytes, made in another process: what that one needs weighs nothing in this one."""

import tomllib
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

import msgspec

from bridge.config import Settings
from bridge.simulate import pbxs
from bridge.simulate.story import stories
from bridge.simulate.timeline import Plan, timeline
from tests.bench.stream import BANNER, READ, Reads

BEGIN = 1_800_000_000.0


def settings() -> Settings:
    """Settings that fit simulated PBXs."""
    return msgspec.convert(tomllib.loads(pbxs.settings(1, 5038)), Settings)


class Stream:
    """What the socket would give, in steps of which the next is being made while one is taken in."""

    def __init__(self, rate: float, talk: float, step: float) -> None:
        """``rate``: calls a second. ``talk``: mean seconds of a conversation, which may be changed at any time.
        ``step``: seconds."""
        self.talk = talk
        self._other, there = Pipe()
        self._process = Process(target=_tell, args=(there, rate, step), daemon=True)
        self._process.start()
        self._other.send(talk)

    def reads(self) -> Reads:
        """What comes in the next step."""
        found: Reads = self._other.recv()
        self._other.send(self.talk)
        return found

    def close(self) -> None:
        self._process.terminate()
        self._process.join()


def _tell(asked: Connection, rate: float, step: float) -> None:
    plan = Plan(stories(), rate=rate, seconds=1e9, talk=0.0, seed=1)
    events = timeline(plan, "bench", BEGIN)
    waiting, now, end = bytearray(BANNER), BEGIN, BEGIN
    while True:
        plan.talk = asked.recv()
        end += step
        found: Reads = []
        while now < end:
            now, text = next(events)
            waiting += text.encode()
            if len(waiting) >= READ or now >= end:
                found.append((now, bytes(waiting)))
                waiting.clear()
        asked.send(found)
