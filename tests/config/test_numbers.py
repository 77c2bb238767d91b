"""Patterns of numbers: a centre with a thousand of them writes one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.config import Dn
from bridge.config.numbers import Numbers, compiled

NUMBERS = Numbers(
    [Dn(number="_0277001XXX", name="all"), Dn(number="_02770010[1-5]X", name="some"),
     Dn(number="0277001011", name="one"), Dn(number="_02.", name="any of the town"), Dn(number="8000", name="short")]
)  # fmt: skip


@pytest.mark.parametrize(
    ("number", "name"),
    [("0277001999", "all"), ("0277001019", "some"), ("0277001011", "one"), ("0277001091", "all"),
     ("0299", "any of the town"), ("8000", "short"), ("80001", None), ("02", None), ("_02.", None), (None, None)],
)  # fmt: skip
def test_a_number_wins_over_a_pattern_and_the_pattern_that_matches_fewer_over_another(
    number: str | None, name: str | None
) -> None:
    found = NUMBERS.get(number)
    assert (found.name if found is not None else None) == name
    assert (number in NUMBERS) == (name is not None)


@pytest.mark.parametrize("pattern", ["_", "_abc", "_[9-1]X", "_X.X", "_X[", "_[]", "_02 77"])
def test_what_is_no_pattern_is_not_taken_for_one(pattern: str) -> None:
    assert compiled(pattern) is None


@given(st.text("XZN0123456789", min_size=1, max_size=6))
def test_a_pattern_matches_as_many_numbers_as_it_says(places: str) -> None:
    found = compiled(f"_{places}")
    assert found is not None
    expected = 1
    for place in places:
        expected *= {"X": 10, "Z": 9, "N": 8}.get(place, 1)
    assert found[1] == expected
    lowest = places.replace("X", "0").replace("Z", "1").replace("N", "2")
    assert found[0].fullmatch(lowest)
    assert not found[0].fullmatch(lowest + "0")


def test_a_pattern_that_is_none_is_told_with_the_mend(tmp_path: object) -> None:
    from pathlib import Path

    from bridge.config import load
    from bridge.errors import SettingsError

    file = Path(str(tmp_path)) / "callbridge.toml"
    file.write_text(
        '[[pbx]]\nname = "p"\n[pbx.ami]\nhost = "127.0.0.1"\nusername = "u"\nsecret = "s"\n[[dn]]\nnumber = "_8XX["\n'
    )
    with pytest.raises(SettingsError, match=r'"_8XX\[" is no pattern; write Asterisk'):
        load(file)
