"""Stories: recorded AMI events of real calls, which are sent again with other names and times."""

import gzip
import random
import re
from collections.abc import Iterator
from importlib import resources

import msgspec

SPAN = 64
"""More than any story has of channels, Uniqueids or bridges."""
_PLACE = re.compile(r"<<([a-z])(\d*)>>")

Pieces = list[tuple[str, str, int]]
"""Pieces of text, each with the kind and number of the placeholder after it. The last has no kind."""


class Written(msgspec.Struct):
    """One line of ``stories.jsonl.gz``."""

    name: str
    weight: int
    calls: list[list[str]]
    devices: list[str]
    queues: list[str]
    members: list[str]
    talk: int | None
    events: list[tuple[float, str]]


class Story:
    """One recorded scenario: one call, or some calls that belong together."""

    def __init__(self, number: int, written: Written) -> None:
        self.name = written.name
        self.weight = written.weight
        self.calls = written.calls
        """For each record that must result, its tags."""
        self.number = number
        """From 1 on."""
        self.devices = written.devices
        """Of the recorded call."""
        self._queues = written.queues
        self._talk = written.talk
        self._members = [_cut(text) for text in written.members]
        self._events = [(after, _cut(text)) for after, text in written.events]

    def members(self, pbx: str, cell: int, at: float) -> Iterator[str]:
        """What AMI tells of the agents of a new cell who log in at a time (epoch seconds).

        A cell is one set of the story's devices and queues. No two calls use a cell at the same time.
        """
        names = _Names(self, pbx, cell, 0, 0.0, random.Random(0))
        return (names.fill(pieces, at) for pieces in self._members)

    def tell(
        self, pbx: str, cell: int, call: int, begin: float, talk: float, chance: random.Random
    ) -> Iterator[tuple[float, str]]:
        """Each event's time (epoch seconds) and text. ``talk``: seconds by which its last conversation is longer."""
        names = _Names(self, pbx, cell, call, begin, chance)
        longer = 0.0
        for index, (after, pieces) in enumerate(self._events):
            longer += self.pause(index, chance) + (talk if index == self._talk else 0.0)
            at = begin + after + longer
            yield at, names.fill(pieces, at)

    def pause(self, index: int, chance: random.Random) -> float:
        """Seconds by which an event comes later than in the recording, beside ``talk``: none."""
        return 0.0

    def device(self, index: int, cell: int) -> str:
        """The number of a device: 1xxxxxxx for agents, 2xxxxxxx for supervisors."""
        own = self.devices[index]
        return f"{own[0]}{self.number:02d}{cell:04d}{own[2:]}"

    def queue(self, index: int, cell: int) -> str:
        """The name of a queue."""
        return f"{self._queues[index].partition('-')[2]}-{self.number:02d}{cell:04d}"


class _Names:
    """The texts for the placeholders when a story is sent once."""

    def __init__(self, story: Story, pbx: str, cell: int, call: int, begin: float, chance: random.Random) -> None:
        self._story, self._pbx, self._cell, self._call = story, pbx, cell, call
        self._begin = begin
        self._chance = chance
        self._known: dict[tuple[str, int], str] = {("p", -1): pbx}

    def fill(self, pieces: Pieces, at: float) -> str:
        known = self._known
        known["t", -1] = f"{at:.6f}"
        parts = []
        for text, kind, index in pieces:
            parts.append(text)
            if kind:
                name = known.get((kind, index))
                parts.append(name if name is not None else self._name(kind, index))
        return "".join(parts)

    def _name(self, kind: str, index: int) -> str:
        number = self._call * SPAN + index
        match kind:
            case "u":
                name = f"{self._pbx}-{int(self._begin)}.{number}"
            case "c":
                name = f"{number & 0xFFFFFFFF:08x}"
            case "b":
                name = f"{self._call & 0xFFFFFFFF:08x}-{index:04x}-4000-8000-{self._cell:012x}"
            case "d":
                name = self._story.device(index, self._cell)
            case "q":
                name = self._story.queue(index, self._cell)
            case _:
                name = f"09{self._chance.randrange(10**8):08d}"
        self._known[kind, index] = name
        return name


def stories(kind: type[Story] = Story) -> list[Story]:
    """All stories that come with the package."""
    packed = (resources.files("bridge.simulate") / "stories.jsonl.gz").read_bytes()
    lines = gzip.decompress(packed).splitlines()
    return [kind(number, msgspec.json.decode(line, type=Written)) for number, line in enumerate(lines, 1)]


def _cut(text: str) -> Pieces:
    pieces: Pieces = []
    end = 0
    for place in _PLACE.finditer(text):
        pieces.append((text[end : place.start()], place[1], int(place[2] or -1)))
        end = place.end()
    return [*pieces, (text[end:], "", 0)]
