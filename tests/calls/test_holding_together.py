"""Only who holds a call together can have a consultation in it: the quick look agrees with the thorough one."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bridge.calls.consultation import _by_bridge, _met, _without
from bridge.calls.holding_together import holding_together
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Stay

STAYS = st.tuples(st.integers(0, 7), st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 6))
DIALS = st.tuples(st.integers(0, 7), st.integers(0, 7))


@hypothesis_settings(max_examples=300, deadline=None)
@given(stays=st.lists(STAYS, max_size=16), dials=st.lists(DIALS, max_size=3))
def test_whoever_met_two_parts_of_a_call_that_nothing_else_ties_holds_it_together(
    stays: list[tuple[int, str, int, int]], dials: list[tuple[int, int]]
) -> None:
    channels = [Channel(f"1.{i}", f"PJSIP/100{i}-1", 0.0, i) for i in range(8)]
    for i, bridge, since, seconds in stays:
        stay = Stay(bridge, float(since))
        stay.left_at = float(since + seconds)
        channels[i].stays.append(stay)
    for caller, dest in dials:
        if channels[dest].dial is None and caller != dest:
            dial = channels[dest].dial = Dial(channels[caller], channels[dest], 0.0)
            channels[caller].dials.append(dial)
    holding = holding_together(channels)
    for hub in channels:
        met = [part for part in _without(hub, channels) if _met(_by_bridge(hub), part)]
        assert len(met) < 2 or hub.id in holding


def test_nobody_alone_holds_a_conference_together() -> None:
    channels = [Channel(f"1.{i}", f"PJSIP/100{i}-1", 0.0, i) for i in range(5)]
    for i, channel in enumerate(channels):
        stay = Stay("conference", float(i))
        stay.left_at = 10.0 + i
        channel.stays.append(stay)
    assert holding_together(channels) == set()
