"""The table of facts: each kind is applied, and is about whom it should be."""

from bridge.pbx.apply.table import ABOUT, TABLE
from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact

ABOUT_ONE = ("channel", "dest", "caller", "transferer", "spyer")
"""Fields that name the channel that a fact is about, the first of them that it has."""


def kinds(of: type[Fact] = Fact) -> set[type[Fact]]:
    return {each for kind in of.__subclasses__() for each in {kind, *kinds(kind)}}


def test_every_kind_of_fact_has_its_row() -> None:
    assert set(TABLE) == kinds()


def test_a_fact_that_names_a_channel_is_about_it() -> None:
    for kind, about in ABOUT.items():
        named = next((field for field in ABOUT_ONE if field in kind.__struct_fields__), None)
        assert (about is None) == (named is None), kind
        if about is not None:
            told = kind(
                **{field: field for field in kind.__struct_fields__ if field not in ("at", "src")}, at=0.0, src="ami"
            )
            assert about(told) == named, kind


def test_a_spying_is_about_the_spy_and_not_about_the_one_who_is_listened_to() -> None:
    about = ABOUT[f.SpyStarted]
    assert about is not None
    assert about(f.SpyStarted(0.0, "ami", "spy", "", "agent", "")) == "spy"
