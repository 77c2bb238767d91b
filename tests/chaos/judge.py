"""The records held against what Asterisk says of the calls, and against the tags of calls that nothing disturbed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.centre import Played
from tests.chaos.instance import Instance
from tests.chaos.truth import Call

Record = dict[str, Any]
ASKING = frozenset({"agent_to_agent_call"})
"""The tags of a consultation; the PBX's end adds one where the two were already talking."""
BY_PBX = frozenset({"system_disconnect"})
"""What a call is that Asterisk ended as it was stopped."""
ENDINGS = frozenset({"agent_disconnect", "customer_disconnect", "customer_abandon"})
"""And what it then is not, though its phones were about to hang up, and did not notice who was first."""
EDGE = 0.4
"""Seconds by which our clock's idea of an outage and the PBX's of a call may differ, on a busy machine."""


@dataclass
class Verdict:
    """What was found wrong in one sink, a line each."""

    sink: str
    records: int = 0
    complete: int = 0
    incomplete: int = 0
    exact: int = 0
    """Incomplete, and all the same the tags of its kind."""
    false: list[str] = field(default_factory=list)
    """Incomplete, with a tag that is not one of its kind."""
    missing: list[str] = field(default_factory=list)
    unheard: int = 0
    """Calls without a record that nobody can have heard of."""
    duplicates: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Records of no call."""
    wrong: list[str] = field(default_factory=list)
    """Complete, and not the tags of its kind."""
    claims: list[str] = field(default_factory=list)
    """Complete, although part of the call cannot have been heard."""

    @property
    def faults(self) -> list[str]:
        named = {
            "missing": self.missing, "duplicate": self.duplicates, "of no call": self.foreign,
            "wrong tags": self.wrong, "a false tag": self.false, "claims to be complete": self.claims,
        }  # fmt: skip
        return [f"{self.sink}: {what}: {line}" for what, lines in named.items() for line in lines]


def best(versions: Iterable[Record]) -> list[Record]:
    """Of every record the version that counts, and of these not what is part of another: the documented rules."""
    found: dict[str, Record] = {}

    def worth(record: Record) -> tuple[bool, int, int]:
        return record["complete"], record["revision"], len(json.dumps(record))

    def absorbs(whole: Record, part: Record) -> bool:
        named = part["call_id"] in whole["linked_ids"] and whole is not part
        return named and not part["complete"] and not whole.get("consult_of")

    for version in versions:
        known = found.get(version["record_id"])
        if known is None or worth(version) > worth(known):
            found[version["record_id"]] = version
    return [
        part
        for part in found.values()
        if not any(
            absorbs(whole, part) and not (absorbs(part, whole) and worth(part) > worth(whole))
            for whole in found.values()
        )
    ]


def judge(
    sink: str,
    records: Sequence[Record],
    calls: Sequence[Call],
    played: Sequence[Played],
    heard_by: Sequence[Instance],
) -> Verdict:
    """``heard_by``: the instances whose records are in the sink."""
    verdict = Verdict(sink, len(records))
    verdict.complete = sum(record["complete"] for record in records)
    verdict.incomplete = verdict.records - verdict.complete
    by_number = {each.customer: each for each in played}
    linked = {i: began for call in calls for i, began in call.linked.items()}
    by_id = {i: call for call in calls for i in call.linked}
    of: dict[str, list[Record]] = {}
    for record in records:
        began = {linked[i] for i in (record["call_id"], *record["linked_ids"]) if i in linked}
        if not began:
            verdict.foreign.append(f"{record['call_id']} {record['linked_ids']}")
        for each in began:
            of.setdefault(each, []).append(record)
    for call in calls:
        name = f"{min(call.linked)} ({', '.join(sorted(call.numbers))}; {call.began:.1f} to {call.ended:.1f})"
        # Who did not hear how two calls became one has a record of each.
        of_each = [of.get(began, []) for began in sorted(set(call.linked.values()))]
        verdict.duplicates += [f"{name}: {[r['call_id'] for r in those]}" for those in of_each if len(those) > 1]
        found = list({record["record_id"]: record for those in of_each for record in those}.values())
        if not found:
            if any(_could_hear(instance, call) for instance in heard_by):
                verdict.missing.append(name)
            else:
                verdict.unheard += 1
        for record in found:
            if record["complete"]:
                asked = by_id.get(record.get("consult_of", ""))
                verdict.wrong += _wrong_tags(name, record, call, asked, by_number)
                if not any(_heard_all(instance, call) for instance in heard_by):
                    verdict.claims.append(f"{name} {record['tags']}")
            elif len(call.numbers) == 1 and (only := by_number[next(iter(call.numbers))]).why is None:
                verdict.exact += set(record["tags"]) == only.kind.tags
                if false := set(record["tags"]) - only.kind.tags - (BY_PBX if call.by_pbx else set()):
                    verdict.false.append(f"{name} {only.kind.name}: {sorted(false)}")
    return verdict


def _wrong_tags(name: str, record: Record, call: Call, asked: Call | None, played: dict[str, Played]) -> list[str]:
    """``asked``: the call in which the record's call was made to ask somebody."""
    numbers = (asked or call).numbers
    if len(numbers) != 1:
        return [f"{name} has {len(numbers)} customers"]
    each = played[next(iter(numbers))]
    expected = each.kind.tags
    if asked is not None and call.cut:
        # Nobody drops a consultation here: one that did not become a transfer was ended by the PBX's end.
        expected = ASKING | {"system_disconnect"} if call.talked else ASKING
    elif each.why is not None:
        return []
    tags = set(record["tags"])
    if tags == expected or (call.by_pbx and tags - BY_PBX == expected - ENDINGS):
        return []
    return [f"{name} {each.kind.name}: {record['tags']}"]


def _could_hear(instance: Instance, call: Call) -> bool:
    return any(h.heard(call.began, call.ended) > min(EDGE, (call.ended - call.began) / 2)
               for h in instance.hearing.values())  # fmt: skip


def _heard_all(instance: Instance, call: Call) -> bool:
    length = call.ended - call.began
    return length - instance.hearing["ami"].heard(call.began, call.ended) < EDGE
