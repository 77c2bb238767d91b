"""Why a tag holds is told in words that a manager uses, in 繁體中文 as in English."""

import re

import pytest

from bridge.records.proofs import in_words
from bridge.tags.words import FORMS, INSIDE
from tests.helpers.recorded import NAMES, messages, replayed
from tests.web.samples import everything

DETAILS = sorted({
    proof.detail
    for record in [*(r for name in NAMES for r in replayed(messages(name))), everything()]
    for proofs in record.evidence.values()
    for proof in proofs
    if proof.detail is not None
})  # fmt: skip


@pytest.mark.parametrize("detail", DETAILS)
def test_each_proof_of_a_recorded_call_reads_in_both_languages(detail: str) -> None:
    assert re.search("[\u4e00-\u9fff]", in_words(detail, "zh-TW"))
    told = in_words(detail, "en")
    assert not {name for name in INSIDE if "_" in name} & set(re.findall(r"\w+", told)), "an id of a record"
    assert not re.search("[\u4e00-\u9fff]", told)


def test_a_cpe_reject_says_what_the_phone_did() -> None:
    assert in_words("busy: never rang, 486", "en") == "it was busy or on do not disturb: never rang, 486"
    assert in_words("busy: never rang, 486", "zh-TW") == "話機忙線或設為勿擾：未響鈴，486"
    assert in_words("media_failed: NotAllowedError: rang, 480, as the phone itself says", "zh-TW") == (
        "接聽時瀏覽器未獲准使用麥克風：已響鈴，480，由話機自行回報"
    )


def test_names_and_numbers_stay_as_they_are() -> None:
    assert in_words("speaking: 0287654321, 1004, 2001", "zh-TW") == "發言者：0287654321、1004、2001"
    assert in_words("speaking: 0287654321, 1004, 2001", "en") == "speaking: 0287654321, 1004, 2001"
    assert in_words("after 1161: cpe_rejected", "en") == "after 1161: device failed"
    assert in_words("after 1161: cpe_rejected", "zh-TW") == "1161 話機異常之後"
    assert in_words("sales: timeout", "zh-TW") == "sales：逾時"


def test_what_the_dialplan_says_in_its_own_words_stays() -> None:
    assert in_words("whatever it wrote", "zh-TW") == "whatever it wrote"


def test_both_languages_of_a_form_tell_the_same() -> None:
    for form in FORMS:
        assert sorted(re.findall(r"{\w+}", form.en)) == sorted(re.findall(r"{\w+}", form.zh)), form.en
