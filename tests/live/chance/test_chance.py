"""Calls that nobody thought of get what they deserve, too."""

import asyncio
from pathlib import Path

import pytest

from tests.live.chance.grammar import plan
from tests.live.chance.oracle import expected
from tests.live.chance.plan import Act, Dial, Manner, Plan, Talk
from tests.live.chance.season import told, tried
from tests.live.chance.seen import Conversation, Log, Rang
from tests.live.lab import LABS

SEEDS = range(1, 61)


@pytest.mark.full
@pytest.mark.parametrize("name", ["chance", "chance16"])
def test_calls_put_together_at_random_leave_what_they_deserve(name: str, tmp_path: Path) -> None:
    lab = LABS[name]
    ours = lab.up()
    try:
        every = asyncio.run(tried(lab, tmp_path, SEEDS, print))
    finally:
        if ours:
            lab.down()
    assert not [each for each in every if each.differences], told(every)


def test_a_seed_makes_the_same_call_each_time() -> None:
    assert [plan(seed, "22") for seed in SEEDS] == [plan(seed, "22") for seed in SEEDS]


def test_the_oracle_judges_by_what_the_phones_did() -> None:
    """The first phone declines, and the second is answered, by one Dial after the other."""
    dials = tuple(Dial((who,), "", 6, "tk") for who in ("a1", "a2"))
    manners = {"a1": Manner(acts=(Act("decline", 1),)), "a2": Manner(acts=(Act("answer", 1),))}
    talks = (Talk((), "customer"),)
    call = Plan(0, "22", "did", "customer", dials, ("Hangup", ""), manners, None, None, None, None, talks)
    log = Log(called_at=100, reached={0: 100, 1: 101.1}, over_at=105)
    log.rang = [
        Rang("a1", 0, 100.1, "declined", 603, acted_at=101, over_at=101.1),
        Rang("a2", 1, 101.2, "answered", acted_at=103, over_at=105),
    ]
    log.conversations = [Conversation("a2", 1, 103, "customer", 105)]
    (record,) = expected(call, log)
    assert record.offers == "a1 rejected, a2 answered"
    assert record.tags == "agent_reject customer_disconnect incoming_dn_call reassign reassigned_call"
    log.conversations, log.rang[1].acted, log.gave_up_at = [], None, 105
    (record,) = expected(call, log)
    assert record.offers == "a1 rejected, a2 cancelled"
    assert record.tags == "agent_reject customer_abandon incoming_dn_call reassign reassigned_call"
