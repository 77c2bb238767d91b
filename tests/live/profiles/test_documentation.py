"""What is read of Asterisk's events is what Asterisk documents, or really sends."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bridge.wire import ami, ari
from tests.helpers.recorded import CAPTURES
from tests.live.documented import Asked, Documentation, Models, documentation, fields_read
from tests.live.lab import Lab
from tests.live.phones import PATIENCE
from tests.live.profiles.built import BUILT
from tests.live.profiles.conftest import Undocumented
from tests.live.season import Season
from tests.live.watchers import Watcher

NEWER = ("TechCause", "tech_cause")
"""Told from Asterisk 20.17, 22.7 and 23.1 on, and from 16 never."""
OURS = {"UserEvent"}
"""Events whose headers are an application's own (config/asterisk)."""
REMOVED = {"own-22": {"MeetmeJoin", "MeetmeLeave", "MeetmeMute"}, "own-16": set[str]()}
"""Events that this version has no more."""
LISTS = {"GET /channels": "Channel", "GET /bridges": "Bridge"}
AMI_KNOWN = {"Result": "Success", "Variable": "DIALSTATUS"}
ARI_KNOWN = {"result": "Success", "variable": "DIALSTATUS", "eventname": "CallbridgeQueue"}


@pytest.fixture(params=["own-22", pytest.param("own-16", marks=pytest.mark.full)])
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def recorded(key: str, request: pytest.FixtureRequest) -> list[Path]:
    """Recordings of calls on this version."""
    if key == "own-22":
        return sorted(CAPTURES.glob("*.jsonl"))
    season_on: Callable[[str], Season] = request.getfixturevalue("season_on")
    season, lab = season_on(key), request.getfixturevalue("asterisk")
    return [season.capture, asyncio.run(_lists_a_bridge(lab, season.directory / "lists_a_bridge"))]


@pytest.fixture
def asterisk(key: str, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The PBX, when its season is over."""
    if key == "own-22":
        yield request.getfixturevalue("lab")
        return
    request.getfixturevalue("season_on")(key)
    lab: Lab = BUILT[key].lab
    ours = lab.up()
    yield lab
    if ours:
        lab.down()


@pytest.fixture
def documented(asterisk: Lab) -> Documentation:
    return documentation(asterisk)


async def _lists_a_bridge(lab: Lab, directory: Path) -> Path:
    """A recording that begins when there is a bridge: only such a one is listed by AMI."""
    recorder = Watcher(lab, "lists_a_bridge", ("ami", "ari"), directory)
    async with httpx.AsyncClient(base_url=f"{lab.ari_url}/ari/", auth=(lab.username, lab.secret)) as ari:
        bridge = (await ari.post("bridges", params={"type": "mixing"})).raise_for_status().json()["id"]
        await recorder.record()
        async with asyncio.timeout(PATIENCE):
            # Another process writes the file: there is no event to wait for.
            while b"BridgeListComplete" not in recorder.capture.read_bytes():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await recorder.stop()
        (await ari.delete(f"bridges/{bridge}")).raise_for_status()
    return recorder.capture


def test_every_ami_header_that_is_read_is_documented_or_really_sent(
    key: str, documented: Documentation, recorded: list[Path], undocumented: Undocumented
) -> None:
    missing = {
        (event, header)
        for event in set(ami.DECODERS) - OURS - REMOVED[key]
        for header in _headers_read(event)
        if header not in documented.headers(event)
    }
    sent = Counter((e["Event"], header) for e in _events(recorded, "ami") if "Event" in e for header in e)
    unproven = {each for each in missing if not sent[each] and each[1] not in NEWER}
    assert not unproven
    by_event: dict[str, list[str]] = {}
    for event, header in sorted(missing):
        if sent[event, header]:
            by_event.setdefault(event, []).append(header)
    undocumented += [
        f"Asterisk {BUILT[key].version} sent {event} {sent[event, headers[0]]} times with {', '.join(headers)}"
        for event, headers in by_event.items()
    ]


def test_every_ari_field_that_is_read_is_documented(documented: Documentation) -> None:
    models = documented.models
    assert set(ari.DECODERS) <= set(models)
    missing = {
        f"{name}.{path}"
        for name, model, read in [
            *((name, name, _fields_read(name, models)) for name in ari.DECODERS),
            *((request, model, _listed(request, model, models)) for request, model in LISTS.items()),
        ]
        for path in read
        if not documented.has(model, path) and path not in NEWER
    }
    assert not missing


def _events(recorded: list[Path], src: str) -> Iterator[dict[str, object]]:
    for path in recorded:
        for line in path.read_text().splitlines():
            message = json.loads(line)
            if message["src"] == src:
                yield message["event"]


def _headers_read(event: str) -> set[str]:
    return {"Event"} | fields_read(lambda asked: ami.decode(asked, 0.0), {}, "", Event=event, **AMI_KNOWN)


def _fields_read(event: str, models: Models) -> set[str]:
    return fields_read(lambda asked: list(ari.decode(asked, 0.0)), models, event, type=event, **ARI_KNOWN)


def _listed(request: str, model: str, models: Models) -> set[str]:
    def decode(asked: Asked) -> object:
        return list(ari.decode({"request": request, "reply": [asked]}, 0.0))

    return fields_read(decode, models, model)
