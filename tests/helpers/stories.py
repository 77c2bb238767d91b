"""Makes the stories of ``callbridge simulate`` out of the recorded calls: ``python -m tests.helpers.stories``.

A story is one capture's AMI events, from its first channel on, with a place holder wherever a copy must have
something of its own: ``<<u3>>`` is the fourth Uniqueid. The PBX under test has many queues with the same members, for
other scenarios: only those that the call uses are left.
"""

import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

from tests.helpers.recorded import CAPTURES, EXPECTED, messages

FILE = Path(__file__).parents[2] / "bridge" / "simulate" / "stories.jsonl.gz"
WEIGHTS = {
    "an_unregistered_agent_is_passed_over_for_a_ready_one": 60,
    "an_agent_declines_with_603": 6,
    "an_agent_lets_it_ring": 6,
    "the_queue_gives_up_after_its_time": 5,
    "an_agent_declines_and_the_phone_says_480": 4,
    "a_phone_on_do_not_disturb_says_486": 3,
    "a_local_member_lets_it_ring": 3,
    "a_customer_waits_where_the_only_phone_is_unreachable": 3,
    "a_customer_gives_up_after_a_blind_transfer": 3,
    "an_agent_transfers_blind_to_a_queue": 3,
    "a_phone_is_gone_but_still_registered": 2,
    "an_agent_consults_and_comes_back": 2,
    "a_supervisor_listens_then_whispers_then_barges_in": 2,
    "a_supervisor_takes_the_customer_over": 1,
    "two_agents_meet_a_customer_in_a_room": 1,
}
"""How often each is told: most calls of a contact centre are answered at once and hung up by the customer."""
MEMBERS = ("QueueMember", "QueueMemberStatus")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def wire(event: dict[str, Any]) -> str:
    headers = (
        (name, each) for name, value in event.items() for each in (value if isinstance(value, list) else [value])
    )
    return "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"


def told(name: str) -> dict[str, Any]:
    heard = [(m.t, m.event) for m in messages(name) if m.src == "ami" and "Event" in m.event]
    first = next(i for i, (_, event) in enumerate(heard) if event["Event"] == "Newchannel")
    begin = heard[first][0]
    queues = {e["Queue"] for _, e in heard[first:] if "Queue" in e and e["Event"] not in MEMBERS}
    members = {
        (e["Queue"], e.get("Interface") or e["Location"]): e
        for _, e in heard[:first]
        if e["Event"] in MEMBERS and e["Queue"] in queues
    }
    events = [
        (t - begin, e)
        for t, e in heard[first:]
        if "ActionID" not in e and (e["Event"] not in MEMBERS or e["Queue"] in queues)
    ]
    places = Places(" ".join(wire(e) for _, e in [*((0, m) for m in members.values()), *events]))
    bridged = [i for i, (_, e) in enumerate(events) if e["Event"] == "BridgeEnter"]
    return {
        "name": name,
        "weight": WEIGHTS[name],
        "calls": [record["tags"] for record in EXPECTED[name]],
        "devices": places.devices,
        "queues": places.queues,
        "members": [places.fill(wire(_joined(e))) for e in members.values()],
        "talk": bridged[-1] + 1 if bridged else None,
        "events": [[round(after, 6), places.fill(wire(e))] for after, e in events],
    }


def _joined(member: dict[str, Any]) -> dict[str, Any]:
    """A member as QueueMemberStatus tells of it, whatever told of it in the capture."""
    headers = {"MemberName": member.get("Name"), "Interface": member.get("Location"), **member}
    kept = ("Queue", "MemberName", "Interface", "StateInterface", "Membership", "Penalty", "Status", "Paused")
    said = {"Event": "QueueMemberStatus", "Privilege": "agent,all", "Timestamp": "0"}
    return {**said, **{name: headers[name] for name in kept}}


class Places:
    """What of a story must be another's in every copy."""

    def __init__(self, text: str) -> None:
        self.devices = sorted(set(re.findall(r"PJSIP/([12]\d{3})\b", text)))
        self.queues = sorted(set(re.findall(r"\bq\d\d-[a-z]+\b", text)))
        callers = sorted(set(re.findall(r"CallerIDNum: (\d{6,})", text)))
        kinds = {
            "u": r"\bpbx1-\d{10}\.\d+",
            "b": UUID,
            "c": r"(?<=-)[0-9a-f]{8}(?=[;,\s]|$)",
            "d": r"\b(?:" + "|".join(self.devices) + r")\b",
            "q": r"\bq\d\d-[a-z]+\b",
            "k": r"\b(?:" + "|".join(callers or ["none"]) + r")\b",
            "t": r"(?<=Timestamp: )[\d.]+",
            "p": r"\bpbx1\b",
        }
        self._pattern = re.compile(
            "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()), re.MULTILINE
        )
        self._known: dict[str, list[str]] = {"d": self.devices, "q": self.queues}

    def fill(self, text: str) -> str:
        return self._pattern.sub(self._place, text)

    def _place(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        assert kind is not None
        if kind in "tp":
            return f"<<{kind}>>"
        known = self._known.setdefault(kind, [])
        if found[0] not in known:
            known.append(found[0])
        return f"<<{kind}{known.index(found[0])}>>"


def lines() -> str:
    return "".join(json.dumps(told(name), ensure_ascii=False) + "\n" for name in WEIGHTS)


def main() -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(lines().encode())
    FILE.write_bytes(packed.getvalue())
    print(f"{FILE.name}: {len(WEIGHTS)} stories of {CAPTURES.name}, {len(packed.getvalue())} bytes")


if __name__ == "__main__":
    main()
