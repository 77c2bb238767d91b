"""ARI tells milliseconds, and of several channels at once: what came first of a channel was first."""

from bridge.pipeline.intake import InTurn


def test_events_of_one_millisecond_keep_their_order_though_those_of_another_come_between() -> None:
    turn = InTurn()
    given = [turn.at(time) for time in (0.098, 0.098, 0.099, 0.098, 0.099, 0.098)]
    assert [at for at in given if at < 0.0985] == sorted(at for at in given if at < 0.0985)
    assert [at for at in given if at > 0.0985] == sorted(at for at in given if at > 0.0985)
    assert len(set(given)) == len(given)


def test_the_latest_times_are_enough() -> None:
    turn = InTurn()
    for millisecond in range(10_000):
        turn.at(millisecond / 1000)
    assert turn.at(9.999) == 9.999 + 1e-6
