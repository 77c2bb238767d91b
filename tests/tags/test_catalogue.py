"""The catalogue of tags and its reference pages."""

from pathlib import Path

import pytest

from bridge.tags.catalogue import BY_NAME, CATALOGUE, Tag
from bridge.tags.reference import LANGUAGES, Language, renewed

DOCS = Path(__file__).parents[2] / "docs"

BITS = """
incoming_dn_call outbound_call non_dn_incoming_call non_dn_outgoing_call agent_coached_call agent_conference_call
agent_transferred_call supervisor_monitored_call supervisor_coached_call supervisor_conference_call
supervisor_transferred_call agent_to_agent_call reassigned_call customer_abandon queued reassign overflowed
transferred over_agent_answer_threshold over_customer_waiting_threshold virtual_queue_callback_incoming
virtual_queue_callback_outgoing agent_reject cpe_reject agent_no_answer_timeout agent_disconnect customer_disconnect
""".split()  # noqa: SIM905
BEYOND = ["system_disconnect", "short_abandon", "device_lost", "queue_exit", "transferred_external"]


def test_no_tag_ever_changes_its_bit() -> None:
    promised = dict(enumerate(BITS)) | dict(enumerate(BEYOND, 32))
    assert {tag.bit: tag.name for tag in CATALOGUE} == promised


def test_the_catalogue_is_sorted_by_bit_and_every_tag_is_found_by_its_name() -> None:
    assert [tag.bit for tag in CATALOGUE] == sorted(tag.bit for tag in CATALOGUE)
    assert list(BY_NAME.values()) == list(CATALOGUE)


@pytest.mark.parametrize("tag", CATALOGUE, ids=list(BY_NAME))
def test_every_tag_is_explained_in_both_languages(tag: Tag) -> None:
    for english in (tag.en, tag.meaning, tag.example, tag.evidence):
        assert english.strip()
        assert not has_chinese(english)
    for chinese in (tag.zh, tag.meaning_zh, tag.example_zh):
        assert has_chinese(chinese)
    assert bool(tag.ari_limit) == bool(tag.ari_limit_zh)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.file)
def test_the_reference_pages_say_what_the_catalogue_says(language: Language) -> None:
    page = (DOCS / language.file).read_text("utf-8")
    assert page == renewed(page, language), "run: python -m bridge.tags.reference docs"


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
