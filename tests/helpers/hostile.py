"""What no PBX should send, said so that a decoder listens: event names that are read, with the headers that are read
of them, holding values of any kind and, more often, ones that a call could have.

The names come from the tables of ``bridge/wire`` themselves, so one that is read from tomorrow on is in here too.
"""

import functools
import inspect
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from bridge.vocabulary.message import Message, Source
from bridge.wire import ami, ari, cel, endpoint, queue_log, values
from bridge.wire.values import VARIABLES

VALUES: list[Any] = [
    "", "0", "-1", "1e309", "nan", "9" * 400, "<unknown>", "\x00", "é王", "PJSIP/", "-", "Local/x@y-00000001;1",
    "1.1", None, True, -1, 2**70, 1.5, [], ["a", "b"], {}, {"id": []}, [[[[[]]]]],
]  # fmt: skip
CHANNELS = ("PJSIP/trunk-00000001", "PJSIP/1011-00000002", "PJSIP/1012-00000003", "Local/1011@agents-00000004;2")
IDS = ("1795366000.1", "1795366000.2", "1795366000.3", "1795366000.4")
WORDS = ("0", "5", "6", "16", "Up", "Ringing", "Success", "ANSWER", "Queue", "Dial", "8011", "PJSIP", "Yes")
LIKELY: tuple[tuple[str, Sequence[str]], ...] = (
    (r"variable$", sorted(VARIABLES)),
    (r"^eventname$|^userevent$", ("CallbridgeQueue", "CallbridgeOffer", "CallbridgeSupervision")),
    (r"^command$", ("EXEC Dial PJSIP/1011", "EXEC Queue q01", "ANSWER")),
    (r"^mode$", ("monitor", "coach", "barge")),
    (r"^status$", ("1", "2", "5", "6", "on", "off", "Removed")),
    (r"application$|app$|app_?name$", ("Queue", "Dial", "ChanSpy", "AppDial2", "ConfBridge")),
    (r"id$|^snoop$|^dest$|^channel2", IDS),
    (r"channel$|name$|interface$|device$|location$|uri$", CHANNELS),
    (r"", WORDS),
)
"""Values that a call could have, by the header's name: few of each, so that messages are about the same channels."""


def _read_by(module: ModuleType) -> list[str]:
    """The keys that a module's decoders ask for, as its text names them."""
    return sorted(set(re.findall(r'\.get\("(\w+)"', inspect.getsource(module))))


ARI_KEYS, EXTRA_KEYS, MARKED_KEYS = _read_by(ari), _read_by(cel), _read_by(values)
ARI_OBJECTS = set(re.findall(r'_(?:object|id)\(\w+\.get\("(\w+)"\)', inspect.getsource(ari)))
"""Those that hold an object."""
ARI_WITHIN = ("id", "name", "number", "context", "exten", "app_name", "app_data")
"""What is read of an object within an object."""
LOG_EVENTS = (*queue_log.EXITS, "EXITWITHKEY")


@functools.cache
def _likely(key: str) -> Sequence[str]:
    return next(words for name, words in LIKELY if re.search(name, key, re.IGNORECASE))


def value(rng: random.Random, key: str) -> Any:
    """For a header: one in four hostile, the rest what a call could have there."""
    return rng.choice(VALUES if rng.random() < 0.25 else _likely(key))


def ami_event(name: str, rng: random.Random) -> dict[str, Any]:
    return {"Event": name, **{header: value(rng, header) for header in ami.DECODERS[name][1] if rng.random() < 0.9}}


def ari_event(name: str, rng: random.Random) -> dict[str, Any]:
    objects = {key: _object(rng, ARI_KEYS if key != "userevent" else MARKED_KEYS) for key in ARI_OBJECTS}
    return {**_object(rng, ARI_KEYS), **{key: o for key, o in objects.items() if rng.random() < 0.8}, "type": name}


def _object(rng: random.Random, keys: Sequence[str]) -> dict[str, Any]:
    """With an object in it wherever one may be, and now and then something else."""
    told: dict[str, Any] = {key: value(rng, key) for key in keys if rng.random() < 0.8}
    inner = {key: {name: value(rng, name) for name in ARI_WITHIN} for key in told.keys() & ARI_OBJECTS}
    return {**told, **{key: o for key, o in inner.items() if rng.random() < 0.8}}


def cel_row(name: str, rng: random.Random) -> dict[str, Any]:
    row = {column: value(rng, column) for column in cel.COLUMNS}
    extra = {key: value(rng, key) for key in EXTRA_KEYS}
    return {**row, "eventtype": name, "eventextra": repr(extra).replace("'", '"')}


def log_line(name: str, rng: random.Random) -> dict[str, Any]:
    return {**{column: value(rng, column) for column in queue_log.COLUMNS}, "event": name, "callid": value(rng, "id")}


def report(name: str, rng: random.Random) -> dict[str, Any]:
    said = {"device": value(rng, "Device"), "sip_call_id": value(rng, "id"), "reason": value(rng, ""),
            "age": rng.choice([0, 1.5, *VALUES])}  # fmt: skip
    return {**said, "report": name}


EVENTS: Mapping[Source, tuple[list[str], Callable[[str, random.Random], dict[str, Any]]]] = {
    "ami": (sorted(ami.DECODERS), ami_event),
    "ari": (sorted(ari.DECODERS), ari_event),
    "cel": (sorted(cel.DECODERS), cel_row),
    "queue_log": (sorted(LOG_EVENTS), log_line),
    "endpoint": (sorted(endpoint.REPORTS), report),
}
"""Of each feed the names that are read, and what makes an event of one."""


def rubbish(sources: tuple[Source, ...], pbx: str, count: int, rng: random.Random) -> Iterator[Message]:
    """So many messages of these feeds, a tenth of a second apart."""
    for number in range(count):
        src = rng.choice(sources)
        names, event = EVENTS[src]
        yield Message(1_800_000_000.0 + number / 10, pbx, src, event(rng.choice(names), rng))
