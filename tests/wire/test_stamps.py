"""Which of a PBX's stamps are believed, how its clock stands to ours, and when it was set."""

import pytest

from bridge.wire.stamps import FAR, Stamps

NOW = 1_800_000_000.0


@pytest.mark.parametrize("stamp", [0.0, 4_102_444_800.0, NOW - FAR, NOW + FAR])
def test_a_stamp_outside_any_sense_is_not_believed(stamp: float) -> None:
    stamps = Stamps()
    assert stamps.believed(stamp, NOW) is None
    assert (stamps.ahead, stamps.was_set) == (None, 0.0)


def test_a_pbx_that_delivers_late_has_no_wrong_clock() -> None:
    stamps = Stamps()
    for late in (0.1, 30.0, 0.2, 5.0, 0.1):
        stamps.believed(NOW, NOW + late)
    assert stamps.ahead == pytest.approx(-0.1)
    assert (stamps.differs, stamps.was_set) == (0.0, 0.0)


def test_a_pbx_whose_clock_is_another_is_known_by_what_came_soonest() -> None:
    stamps = Stamps()
    for second in range(100):
        stamps.believed(NOW + second + 60, NOW + second + second % 7)
    assert stamps.ahead == pytest.approx(60.0)
    assert stamps.differs == pytest.approx(60.0)


@pytest.mark.parametrize("by", [-600.0, -3.0, 3.0, 600.0])
def test_a_pbx_whose_clock_is_set_is_noticed_at_its_next_event(by: float) -> None:
    stamps = Stamps()
    for second in range(10):
        stamps.believed(NOW + second, NOW + second + 0.1)
    stamps.believed(NOW + 10 + by, NOW + 10.1)
    assert stamps.was_set == pytest.approx(by)
    assert stamps.ahead == pytest.approx(by - 0.1)


def test_a_thread_of_a_busy_pbx_that_tells_later_than_the_others_sets_no_clock_back() -> None:
    """Seen on an ARI of a machine under load: what a channel did 1.2 s ago came after what others did since."""
    stamps = Stamps()
    for second in (0.0, 1.0, 2.0):
        stamps.believed(NOW + second, NOW + second + 0.01)
    stamps.believed(NOW + 0.8, NOW + 2.01)
    assert (stamps.was_set, stamps.ahead) == (0.0, pytest.approx(-0.01))


def test_a_thread_that_is_many_seconds_late_has_set_the_clock_back_for_no_longer_than_until_the_next_stamp() -> None:
    stamps, moved = Stamps(), 0.0
    for stamp, t in ((0, 0), (10, 10), (4, 10.8), (11, 11.1), (4.2, 11.2), (12, 12)):
        assert stamps.believed(NOW + stamp, NOW + t + 0.1) == NOW + stamp
        moved, stamps.was_set = moved + stamps.was_set, 0.0
    assert moved == pytest.approx(0.0, abs=0.2)
    assert stamps.ahead == pytest.approx(-0.1, abs=0.2)


def test_that_our_own_clock_was_set_says_nothing_of_the_pbxs() -> None:
    stamps = Stamps()
    stamps.believed(NOW, NOW)
    stamps.ours_was_set(3600.0)
    stamps.believed(NOW + 1, NOW + 3601)
    assert stamps.was_set == 0.0
    assert stamps.differs == -3600.0


def test_who_catches_up_after_half_a_minute_is_no_clock_that_was_set() -> None:
    stamps = Stamps()
    stamps.answered(NOW, NOW - 0.1)
    for second in range(60):
        stamps.believed(NOW + second, NOW + second + 9)
    stamps.believed(NOW + 69, NOW + 69.1)
    assert (stamps.was_set, stamps.ahead) == (0.0, pytest.approx(-0.1))


@pytest.mark.parametrize("by", [-600.0, -3.0, 3.0, 600.0])
def test_a_clock_that_is_set_after_an_answer_is_noticed_however_late_the_answer_came(by: float) -> None:
    stamps = Stamps()
    stamps.answered(NOW, NOW - 0.1)
    for second in range(60):
        stamps.believed(NOW + second, NOW + second + 0.1)
    stamps.answered(NOW + 60, NOW + 30)
    stamps.believed(NOW + 60 + by, NOW + 60.1)
    assert stamps.was_set == pytest.approx(by)
    stamps.was_set = 0.0
    stamps.believed(NOW + 61 + by, NOW + 61.1)
    assert stamps.was_set == 0.0


def test_a_service_that_was_late_takes_the_next_events_in_time_for_no_clock_that_was_set() -> None:
    stamps = Stamps()
    for second in range(60):
        stamps.believed(NOW + second, NOW + second + 9)
    stamps.was_late(NOW + 69)
    stamps.believed(NOW + 70, NOW + 70.1)
    assert stamps.was_set == 0.0
