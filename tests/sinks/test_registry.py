"""A kind of sink is registered in one place, and what is not registered is told, not taken for something else."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, get_args

import msgspec
import pytest

from bridge.config import Settings
from bridge.config.secret import Secret
from bridge.config.sinks import Sink, SqliteSink
from bridge.errors import SinkError
from bridge.sinks import registry
from bridge.sinks.delivery import Delivery
from bridge.vocabulary.record import Record
from tests.helpers.samples import ANSWERED


class PigeonSink(Secret, frozen=True, kw_only=True, tag_field="type", tag="pigeon"):
    name: str = "pigeons"
    roof: str = "roof"


class Pigeons:
    """Takes whatever it gets."""

    taken: list[Record] = []  # noqa: RUF012 (of the whole test)
    opened: list[tuple[PigeonSink, str | None]] = []  # noqa: RUF012

    def __init__(self, settings: PigeonSink, secret: str | None) -> None:
        self.opened.append((settings, secret))

    def write(self, records: Sequence[Record]) -> None:
        self.taken.extend(records)

    def check(self) -> str:
        return "on the roof"

    def close(self) -> None:
        pass


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Pigeons]]:
    monkeypatch.setattr(registry, "OPENERS", {**registry.OPENERS, PigeonSink: f"{__name__}:Pigeons"})
    yield Pigeons
    Pigeons.taken.clear()
    Pigeons.opened.clear()


def test_every_kind_of_sink_in_the_settings_can_be_opened() -> None:
    assert set(registry.OPENERS) == set(get_args(Sink))
    assert all(callable(resolve_name(opener)) for opener in registry.OPENERS.values())


def test_a_kind_of_sink_that_nobody_registered_is_an_error_that_names_it() -> None:
    unknown: Any = PigeonSink(name="over the roofs")
    with pytest.raises(SinkError, match="sink over the roofs: callbridge has no such kind of sink"):
        registry.open_sink(unknown)


def test_a_new_kind_of_sink_gets_every_record_once_it_is_registered(pigeons: type[Pigeons], tmp_path: Path) -> None:
    sink: Any = PigeonSink(secret="coo")
    settings = Settings(sink=[SqliteSink(path=str(tmp_path / "calls.db")), sink])
    delivery = Delivery(settings)
    delivery.local[0][1].write([ANSWERED])
    delivery.close()
    assert pigeons.taken == [ANSWERED]
    assert pigeons.opened == [(sink, "coo")]
    assert b"coo" not in msgspec.json.encode(repr(sink))
