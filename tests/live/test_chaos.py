"""Real calls while everything around them dies: the short version of ``make chaos``."""

import asyncio

import pytest

from tests.chaos.run import chaos

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
