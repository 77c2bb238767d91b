"""A call is the same call by other names, at another hour, and among other calls of its PBX: so are its tags."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import msgspec
import pytest

from bridge.config import Roles, Settings
from bridge.vocabulary.message import Message
from tests.helpers.recorded import NAMES, expected, messages, replayed, settings, told

EPOCH = re.compile(r"(?<![\d.])17\d{8}(?!\d)")
"""Seconds since the epoch, as they stand in events: in a Uniqueid too."""
ISO = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
"""ARI's times."""


@dataclass(frozen=True)
class Centre:
    """A contact centre that has the lab's calls: what it calls everybody and everything, as re's templates."""

    people: str
    """Made of the role's digit and the person's."""
    trunk: str
    queue: str
    dn: str
    customer: str
    system: str = ""
    """The system name, with which the PBX begins its Uniqueids."""
    later: int = 0
    """Seconds after the lab's."""

    def told(self, text: str) -> str:
        for pattern, ours in (
            (r"(?<![\d.])80([1-9]\d\d)(?!\d)", self.dn),
            (r"(?<![\d.a-f])([1-4])0([1-9]\d)(?![\da-f])", self.people),
            (r"\btrunk(?:0\d)?(?=[\"/@-])", self.trunk),
            (r"\bq0\d-([a-z]+)", self.queue),
            (r"(?<![\d.-])0(\d{6,9})(?![\d.])", self.customer),
            (r"\bpbx1-(?=17\d{8})", self.system),
        ):
            text = re.sub(pattern, ours, text)
        text = EPOCH.sub(lambda at: str(int(at[0]) + self.later), text)
        return ISO.sub(lambda at: moved(at[0], self.later), text)

    def settings(self) -> Settings:
        text = self.told(msgspec.json.encode(settings()).decode())
        agents, supervisors = ("PJSIP/" + self.people.replace(r"\1", role).replace(r"\2", "*") for role in "12")
        roles = Roles([agents], [supervisors], [f"PJSIP/{self.trunk}"])
        return msgspec.structs.replace(msgspec.json.decode(text, type=Settings), roles=roles)

    def calls(self, name: str) -> list[Message]:
        return [msgspec.json.decode(self.told(line), type=Message) for line in lines(name)]

    def expected(self, name: str) -> list[tuple[list[str], list[tuple[str, str]]]]:
        named = [(tags, sorted((self.told(agent), how) for agent, how in offers)) for tags, offers in expected(name)]
        return sorted(named)


@cache
def lines(name: str) -> list[str]:
    return [msgspec.json.encode(m).decode() for m in messages(name)]


def moved(iso: str, later: int) -> str:
    at = datetime.fromisoformat(iso) + timedelta(seconds=later)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"


HYPHENS = Centre(r"pbx-\1.0\2", "sip-provider.example", r"second-line-\1", r"+88628\1", r"+886\1", later=3_400_000)
CHINESE = Centre(r"\1專員\2", "中華電信", r"客服 \1", r"08001\1", r"00886\1", "pbx-台北-", later=40 * 365 * 86400)


@pytest.mark.parametrize("centre", [HYPHENS, CHINESE], ids=["hyphens", "chinese"])
@pytest.mark.parametrize("name", NAMES)
def test_neither_the_names_nor_the_hour_decide_a_tag(name: str, centre: Centre) -> None:
    assert told(replayed(centre.calls(name), centre.settings())) == centre.expected(name)


def split(story: Iterable[Message]) -> tuple[list[Message], list[Message]]:
    """What the PBX told when the feeds connected, and what happened then."""
    story = list(story)
    first = next(i for i, m in enumerate(story) if {"Newchannel", "ChannelCreated"} & {*map(str, m.event.values())})
    return story[:first], story[first:]


def tells_of_a_device(message: Message) -> bool:
    kind = str(message.event.get("Event") or message.event.get("type") or "")
    return kind.startswith(("QueueParams", "QueueMember", "Contact", "Device", "Endpoint"))


@pytest.mark.parametrize(("name", "other"), [*pairwise(NAMES), (NAMES[-1], NAMES[0])])
def test_a_call_is_not_changed_by_what_happens_beside_it(name: str, other: str) -> None:
    """Two calls of people who share nothing but the PBX."""
    near = replace(HYPHENS, later=0, system="near-")
    began = [split(messages(n))[1][0].t for n in (name, other)]
    far = replace(HYPHENS, people=r"pbx-\1.9\2", trunk="sip-other.example", queue=r"far-\1", dn=r"+88629\1",
                  customer=r"+81\1", system="far-", later=round(began[0] - began[1]))  # fmt: skip
    (opening, call), (listed, beside) = split(near.calls(name)), split(far.calls(other))
    end = next(i for i, m in enumerate(opening) if m.event.get("Event") == "QueueStatusComplete")
    known = [msgspec.structs.replace(m, t=opening[end].t) for m in listed if tells_of_a_device(m)]
    world = [*opening[:end], *known, *opening[end:], *sorted([*call, *beside], key=lambda m: m.t)]
    roles = [centre.settings().roles for centre in (near, far)]
    both = msgspec.structs.replace(
        near.settings(),
        roles=Roles(*(getattr(roles[0], of) + getattr(roles[1], of) for of in Roles.__struct_fields__)),
        dn=near.settings().dn + far.settings().dn,
        queue=near.settings().queue + far.settings().queue,
    )
    assert told(replayed(world, both)) == sorted(near.expected(name) + far.expected(other))
