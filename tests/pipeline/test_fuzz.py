"""Hostile input, for a little while; ``make fuzz`` takes longer."""

from tests import fuzz


def test_nothing_that_a_pbx_or_a_stranger_sends_ends_the_service_or_stays_in_its_memory() -> None:
    print(fuzz.fuzz(20.0))
    assert fuzz.counts["records"] > 0
    assert fuzz.counts["reports"] > 0
