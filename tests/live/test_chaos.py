"""Real calls while everything around them dies: the short version of ``make chaos``."""

import asyncio
from pathlib import Path

import pytest

from tests.chaos import truth
from tests.chaos.centre import Played
from tests.chaos.judge import Record, Verdict, judge
from tests.chaos.kinds import KINDS
from tests.chaos.run import chaos, mark

SECONDS = 75.0
SEED = 3
LONG_RUN_ONLY = [
    "asterisk_stopped_gracefully", "asterisk_stopped_at_once", "ari_half_open", "service_stopped_for_seconds",
]  # fmt: skip
"""Of what is left each happens once."""


def test_no_call_goes_missing_and_none_is_told_wrong_whatever_dies(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = asyncio.run(chaos(SECONDS, SEED, lambda what: None, desks=4, rate=0.7, without=LONG_RUN_ONLY))
    with capsys.disabled():
        print("", *outcome.lines(), sep="\n")
    assert outcome.good, "\n".join(outcome.lines())


TALK, NUMBER = next(kind for kind in KINDS if kind.name == "the_customer_hangs_up"), "01000007"
STOPPED, BACK = 105.0, 110.0


def judged(tmp_path: Path, source: str, *tags: str, complete: bool) -> Verdict:
    """A talk that ended as Asterisk was stopped. ``source``: who hung up, as Asterisk's log tells."""
    cel = tmp_path / "cel.csv"
    end = f'"{{""hangupcause"":16,""hangupsource"":""{source}"",""dialstatus"":""""}}"'
    cel.write_text(
        f'"100","CHAN_START","x.1","x.1","PJSIP/trunk-1","{NUMBER}","","in","8000","","",""\n'
        f'"101","BRIDGE_ENTER","x.1","x.1","PJSIP/trunk-1","{NUMBER}","","in","8000","Queue","q",""\n'
        f'"105.02","HANGUP","x.1","x.1","PJSIP/trunk-1","{NUMBER}","","in","8000","","",{end}\n'
        f'"105.02","CHAN_END","x.1","x.1","PJSIP/trunk-1","{NUMBER}","","in","8000","","",""\n'
    )
    calls = truth.calls(cel)
    mark(calls, [(STOPPED, BACK)])
    record: Record = {
        "call_id": "x.1", "linked_ids": ["x.1"], "record_id": "r", "tags": list(tags), "complete": complete,
    }  # fmt: skip
    return judge("store", [record], calls, [Played(NUMBER, TALK, 100.0)], [])


@pytest.mark.parametrize("complete", [True, False])
def test_asterisk_may_have_ended_a_call_as_it_was_stopped_though_its_phone_did_not_notice(
    tmp_path: Path, complete: bool
) -> None:
    by_pbx = judged(tmp_path, "", "incoming_dn_call", "system_disconnect", complete=complete)
    assert (by_pbx.wrong, by_pbx.false) == ([], [])


@pytest.mark.parametrize("complete", [True, False])
def test_it_has_not_where_its_own_log_says_that_the_phone_hung_up(tmp_path: Path, complete: bool) -> None:
    by_phone = judged(tmp_path, "PJSIP/trunk-1", "incoming_dn_call", "system_disconnect", complete=complete)
    assert len(by_phone.wrong + by_phone.false) == 1
    right = judged(tmp_path, "PJSIP/trunk-1", "incoming_dn_call", "customer_disconnect", complete=complete)
    assert (right.wrong, right.false) == ([], [])
