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


def test_a_proof_says_as_a_manager_would_what_the_agent_or_her_phone_did() -> None:
    told = {
        "busy: never rang, 486": (
            "it was busy or on do not disturb; the phone never rang (SIP 486)",
            "話機忙線或設為勿擾；話機未響鈴（SIP 486）",
        ),
        "declined: rang, 603": ("declined; the phone rang (SIP 603)", "拒接；話機有響鈴（SIP 603）"),
        "timeout: rang": ("not answered in time; the phone rang", "逾時未接；話機有響鈴"),
        "blind to Agent 1050": (
            "passed the call to Agent 1050 without asking first", "未經諮詢，直接轉接至 Agent 1050",
        ),
        "in queue": ("gave up in the queue", "於佇列中放棄"),
    }  # fmt: skip
    for detail, (english, chinese) in told.items():
        assert in_words(detail, "en") == english
        assert in_words(detail, "zh-TW") == chinese
    assert in_words("media_failed: NotAllowedError: rang, 480, as the phone itself says", "zh-TW") == (
        "接聽時瀏覽器未獲准使用麥克風；話機有響鈴（SIP 480），由話機自行回報"
    )


def test_names_and_numbers_stay_as_they_are() -> None:
    assert in_words("speaking: 0287654321, 1004, 2001", "zh-TW") == "共同發言：0287654321、1004、2001"
    assert in_words("speaking: 0287654321, 1004, 2001", "en") == "spoke together: 0287654321, 1004, 2001"
    assert in_words("after 1161: cpe_rejected", "en") == "was offered the call after 1161 (device failed)"
    assert in_words("after 1161: cpe_rejected", "zh-TW") == "於 1161（話機異常）之後獲派送"
    assert in_words("sales: timeout", "en") == "queue sales: the wait was over its limit"
    assert in_words("sales: timeout", "zh-TW") == "佇列 sales：等候逾時"


def test_what_the_dialplan_says_in_its_own_words_stays() -> None:
    assert in_words("whatever it wrote", "zh-TW") == "whatever it wrote"


def test_both_languages_of_a_form_tell_the_same() -> None:
    for form in FORMS:
        written, english, chinese = (sorted(re.findall(r"{\w+}", text)) for text in (form.written, *form.told))
        assert written == english == chinese, form.written


def test_who_is_called_back_is_the_customer_not_a_channel_inside_the_pbx() -> None:
    proofs = [
        (evidence.party, record.customer.number if record.customer else None)
        for record in replayed(messages("a_customer_is_called_back"))
        for evidence in record.evidence.get("virtual_queue_callback_outgoing", [])
    ]
    assert proofs
    assert all(party == customer for party, customer in proofs)
