"""What a manager reads is there in both languages."""

import re
from collections.abc import Mapping
from typing import get_args

import pytest

from bridge.records.words import WORDS
from bridge.vocabulary.causes import CAUSES, CODES, refusal
from bridge.vocabulary.language import Text
from bridge.vocabulary.terms import (
    EndedBy,
    Outcome,
    QueueExit,
    Role,
    SpyMode,
    TransferKind,
    TransferOutcome,
    TransferTarget,
)
from bridge.web.looks import BARS, ICONS, MARKS
from bridge.web.texts import TEXTS, length

TABLES: dict[str, Mapping[str | int, Text]] = {
    "explain": {**WORDS}, "picture": {**TEXTS}, "SIP codes": {**CODES}, "causes": {**CAUSES},
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_there_in_both_languages_and_fills_in_the_same_things(table: str) -> None:
    for key, text in TABLES[table].items():
        assert all(text), key
        fields = [sorted(re.findall(r"\{(\w+)\}", one)) for one in text]  # {n:row|rows} only goes with {n}
        assert fields[0] == fields[1], key


def test_no_english_word_is_left_where_chinese_should_stand() -> None:
    for key, text in [*WORDS.items(), *TEXTS.items()]:
        words = re.sub(r"\{[^}]*\}|UTC|DN|SIP", "", text.zh)
        assert not re.search(r"[A-Za-z]", words), key


def test_whatever_a_record_can_say_has_its_words() -> None:
    for kind, table, values in (
        ("outcome ", WORDS, get_args(Outcome)),
        ("exit ", WORDS, get_args(QueueExit)),
        ("end ", WORDS, get_args(EndedBy)),
        ("role ", WORDS, get_args(Role)),
        ("spy ", WORDS, (*get_args(SpyMode), "None")),
        ("to ", WORDS, get_args(TransferTarget)),
        ("transfer ", WORDS, get_args(TransferOutcome)),
        ("", TEXTS, (*get_args(Outcome), *get_args(SpyMode), *get_args(TransferKind), "None")),
        ("exit ", TEXTS, get_args(QueueExit)),
        ("ended ", TEXTS, get_args(EndedBy)),
        ("lane ", TEXTS, ICONS),
        ("transfer ", TEXTS, set(get_args(TransferOutcome)) - {"answered"}),
    ):
        assert {kind + value for value in values} <= set(table)
    assert set(get_args(Outcome)) - {"cpe_rejected"} <= set(MARKS)
    assert {f"exit {value}" for value in get_args(QueueExit)} <= set(MARKS)
    assert set(get_args(SpyMode)) <= set(BARS)
    assert set(ICONS) >= set(get_args(Role))


def test_a_refusal_is_said_by_its_sip_code_else_by_its_cause_in_words() -> None:
    assert refusal(603, 21, "en") == "603 Decline"
    assert refusal(603, 21, "zh-TW") == "603 拒接"
    assert refusal(None, 17, "zh-TW") == "17 忙線"
    assert refusal(499, None, "en") == "499"
    assert refusal(None, 0, "en") == ""


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0, "0.0 s"), (0.0304, "0.030 s"), (5.04, "5.0 s"), (59.94, "59.9 s"), (65.9, "1:05"), (3723, "1:02:03")],
)
def test_a_length_of_time_is_told_as_a_person_reads_it(seconds: float, told: str) -> None:
    assert length(seconds, "en") == told
