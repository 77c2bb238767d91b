"""What is left of a call when its record is written and nothing more is awaited of it: nothing."""

import gc
from collections.abc import Iterator

import pytest

from bridge.pbx.channel import Channel
from tests.helpers.recorded import messages, replayed


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def channels() -> int:
    return sum(isinstance(each, Channel) for each in gc.get_objects())


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize(
    "name",
    [
        "an_agent_declines_and_the_phone_says_480",
        "a_supervisor_listens_then_whispers_then_barges_in",
        "a_customer_gives_up_after_a_blind_transfer",
    ],
)
def test_a_call_that_is_over_takes_no_memory_even_before_the_collector_comes(name: str) -> None:
    before = channels()
    assert replayed(messages(name))
    assert channels() == before
