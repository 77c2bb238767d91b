"""A look for garbage holds up no call, and finds it all the same."""

import asyncio
import contextlib
import gc
import weakref
from collections.abc import Iterator

import pytest

from bridge.service import garbage
from tests.helpers.heard import until


class Thing:
    """Something that refers to itself, which only a look for garbage frees."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def rarely() -> Iterator[None]:
    usual, callbacks = gc.get_threshold(), [*gc.callbacks]
    garbage.collect_rarely()
    yield
    gc.callbacks[:] = callbacks
    gc.set_threshold(*usual)
    gc.unfreeze()


def is_looked_at(thing: object) -> bool:
    return any(each is thing for each in gc.get_objects())


def test_what_a_full_look_has_left_no_later_one_looks_at() -> None:
    thing = Thing()
    assert is_looked_at(thing)
    gc.collect()
    assert not is_looked_at(thing)


def test_garbage_among_new_objects_goes_with_a_full_look() -> None:
    gone = weakref.ref(Thing())
    gc.collect()
    assert gone() is None


async def test_what_was_set_apart_is_looked_at_again_when_it_is_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "EVERY", 0.01)
    thing = Thing()
    gc.collect()
    gone = weakref.ref(thing)
    del thing
    monkeypatch.setattr(garbage, "LITTLE", 0)
    looking = asyncio.create_task(garbage.look_again())
    gc.collect()
    assert gone() is not None
    monkeypatch.setattr(garbage, "LITTLE", 10**9)
    await until(lambda: gone() is None)
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking
