"""Why a tag holds, in 繁體中文. A record says it in English; here each of those forms has its other language."""

from __future__ import annotations

import re
from functools import cache

from bridge.records.gaps import BY_LOG
from bridge.records.words import WORDS
from bridge.vocabulary.language import Language, Text

FORMS = (
    Text("dialled {number}, a DN", "撥打 {number}，為 DN"),
    Text("dialled {number}, no DN", "撥打 {number}，非 DN"),
    Text("shown no number, no DN", "未顯示號碼，非 DN"),
    Text("shown {number}, a DN", "顯示號碼 {number}，為 DN"),
    Text("shown {number}, no DN", "顯示號碼 {number}，非 DN"),
    Text("hung up first", "先掛斷"),
    Text("hung up by key", "按鍵掛斷"),
    Text("had us call somebody else", "要求改撥他人"),
    Text("ended by the PBX", "由系統結束"),
    Text("offered next", "接著派送"),
    Text("after {who}: {outcome}", "{who} {outcome}之後"),
    Text("blind to {to}", "直接轉接至 {to}"),
    Text("attended to {to}", "諮詢轉接至 {to}"),
    Text("takeover to {to}", "由 {to} 接手"),
    Text("between {names}", "{names} 之間"),
    Text("speaking: {names}", "發言者：{names}"),
    Text("listens to {who}", "監聽 {who}"),
    Text("whispers to {who}", "指導 {who}"),
    Text("in ivr", "於語音選單中"),
    Text("in queue", "於佇列中"),
    Text("in ringing", "於話機響鈴時"),
    Text("in the queue or while it rang", "於佇列中或話機響鈴時"),
    Text("the customer could not be called", "無法撥號給客戶"),
    Text("never connected", "從未接通"),
    Text("no agent ready in {queue}", "{queue} 沒有就緒的專員"),
    Text("waited {n} s, allowed {limit} s", "等候 {n} 秒，門檻 {limit} 秒"),
    Text("rang {n} s, allowed {limit} s", "響鈴 {n} 秒，門檻 {limit} 秒"),
    Text("asked to be called back", "要求回撥"),
    Text("call back of {call}", "為 {call} 的回撥"),
    Text("by {call}", "由 {call} 得知"),
    Text("{n} s after the call began", "通話開始後 {n} 秒"),
    Text("cause {n}: no media", "原因碼 {n}：沒有語音"),
    Text("it answered no more in the call", "通話中不再回應"),
    Text("its page was closed in the call", "通話中網頁已關閉"),
    Text("its contact was lost in the call", "通話中失去連線"),
    Text("turned away by {application} after it was counted", "計數後由 {application} 拒絕"),
    Text("{queue} is full", "{queue} 額滿"),
    Text("{what}: never rang", "{what}：未響鈴"),
    Text("{what}: never rang, {n}", "{what}：未響鈴，{n}"),
    Text("{what}: never rang, cause {n}", "{what}：未響鈴，原因碼 {n}"),
    Text("{what}: rang", "{what}：已響鈴"),
    Text("{what}: rang, {n}", "{what}：已響鈴，{n}"),
    Text("{what}: rang, cause {n}", "{what}：已響鈴，原因碼 {n}"),
    Text("{queue}: {exit}", "{queue}：{exit}"),
)
"""As ``bridge/tags/`` and ``bridge/calls/overflow.py`` write them; of two that fit the first counts."""
ENDINGS = (
    Text(f", {BY_LOG}", "，依 PBX 的記錄"),
    Text(", as the phone itself says", "，由話機自行回報"),
    Text("; concluded, for the settings name no cap", "；推定，因設定未載明上限"),
)
"""What may follow."""
INSIDE = {
    "rejected": "拒接", "cpe_rejected": "話機異常", "no_answer": "逾時未接", "failed unseen": "未接聽，原因未觀測",
    "declined by key": "按鍵拒接", "line_cap": "線路已達上限", "trunk_cap": "外線已達上限", "timeout": "逾時",
    "key": "按鍵離開", "abandoned": "客戶放棄", "leave_empty": "已無人服務", "join_empty": "無人服務",
    BY_LOG: "依 PBX 的記錄",
}  # fmt: skip
"""Words of outcomes, of a queue's exits and of limits, where they stand in a form or alone."""


def in_words(detail: str, language: Language) -> str:
    """``detail``: of a record's evidence. What has no other language stays as it is."""
    return detail if language == "en" else _told(detail)


def _told(detail: str) -> str:
    if detail in INSIDE:
        return INSIDE[detail]
    for ending in ENDINGS:
        if detail.endswith(ending.en):
            return _told(detail.removesuffix(ending.en)) + ending.zh
    for form, zh in _patterns():
        if found := form.fullmatch(detail):
            return zh.format(**{name: _word(value) for name, value in found.groupdict().items()})
    return _word(detail)


def _word(value: str) -> str:
    if value in INSIDE:
        return INSIDE[value]
    text = WORDS.get(f"reason {value}")
    return text.zh if text is not None else value.replace(", ", "、")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Numbers match ``{n}`` and ``{limit}`` alone."""
    found = []
    for form in FORMS:
        pattern = re.sub(r"\\{(n|limit)\\}", r"(?P<\1>[0-9.]+)", re.escape(form.en))
        found.append((re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", pattern)), form.zh))
    return tuple(found)
