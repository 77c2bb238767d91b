"""The words of the evidence: what the rules write into records, and how a manager is told it, in both languages."""

from typing import NamedTuple

from bridge.vocabulary.language import Text


class Form(NamedTuple):
    """What a rule writes into a record, and how it is told: a sentence that goes on after the party's name."""

    written: str
    told: Text


FORMS = (
    Form("dialled {number}, a DN", Text("dialled {number}, which is a DN", "撥打 {number}，為 DN")),
    Form("dialled {number}, no DN", Text("dialled {number}, which is no DN", "撥打 {number}，非 DN")),
    Form("shown no number, no DN", Text("the call showed no number, so no DN", "未顯示號碼，故非 DN")),
    Form("shown {number}, a DN", Text("the call showed {number}, which is a DN", "顯示號碼 {number}，為 DN")),
    Form("shown {number}, no DN", Text("the call showed {number}, which is no DN", "顯示號碼 {number}，非 DN")),
    Form("hung up first", Text("hung up first", "先掛斷")),
    Form("hung up by key", Text("hung up by pressing a key", "按鍵掛斷")),
    Form("had us call somebody else", Text("asked for somebody else to be called instead", "要求改撥他人")),
    Form("ended by the PBX", Text("the PBX ended the call", "由系統結束通話")),
    Form("offered next", Text("was offered the call next", "接著獲派送")),
    Form(
        "after {who}: {outcome}",
        Text("was offered the call after {who} ({outcome})", "於 {who}（{outcome}）之後獲派送"),
    ),
    Form("blind to {to}", Text("passed the call to {to} without asking first", "未經諮詢，直接轉接至 {to}")),
    Form("attended to {to}", Text("passed the call to {to} after asking first", "先諮詢，再轉接至 {to}")),
    Form(
        "takeover to {to}",
        Text("took the call over from the agent; it went on with {to}", "從專員手中接手，通話由 {to} 繼續"),
    ),
    Form("between {names}", Text("a call between {names}", "{names} 之間的通話")),
    Form("speaking: {names}", Text("spoke together: {names}", "共同發言：{names}")),
    Form("listens to {who}", Text("listened to {who}", "監聽 {who}")),
    Form("whispers to {who}", Text("whispered to {who}", "耳語指導 {who}")),
    Form("in ivr", Text("gave up in the menu", "於語音選單中放棄")),
    Form("in queue", Text("gave up in the queue", "於佇列中放棄")),
    Form("in ringing", Text("gave up while a phone rang", "於話機響鈴時放棄")),
    Form(
        "in the queue or while it rang",
        Text("gave up in the queue or while a phone rang", "於佇列中或話機響鈴時放棄"),
    ),
    Form("the customer could not be called", Text("the customer could not be called", "無法撥號給客戶")),
    Form("never connected", Text("was never connected", "從未接通")),
    Form("no agent ready in {queue}", Text("no agent was ready in {queue}", "{queue} 沒有就緒的專員")),
    Form(
        "waited {n} s, allowed {limit} s",
        Text("waited {n} s; the limit is {limit} s", "等候 {n} 秒，門檻 {limit} 秒"),
    ),
    Form(
        "rang {n} s, allowed {limit} s",
        Text("the phone rang {n} s; the limit is {limit} s", "話機響鈴 {n} 秒，門檻 {limit} 秒"),
    ),
    Form("asked to be called back", Text("asked to be called back", "要求回撥")),
    Form("call back of {call}", Text("is called back, as asked for in call {call}", "依通話 {call} 的要求回撥")),
    Form("by {call}", Text("call {call} is the call back", "由回撥的通話 {call} 得知")),
    Form("{n} s after the call began", Text("gave up {n} s after the call began", "通話開始 {n} 秒後放棄")),
    Form("cause {n}: no media", Text("no sound came from the phone (cause {n})", "話機沒有語音（原因碼 {n}）")),
    Form(
        "it answered no more in the call",
        Text("the phone stopped responding during the call", "通話中話機不再回應"),
    ),
    Form(
        "its page was closed in the call",
        Text("the phone's page was closed during the call", "通話中話機網頁關閉"),
    ),
    Form("its contact was lost in the call", Text("the phone lost its connection during the call", "通話中話機斷線")),
    Form(
        "turned away by {application} after it was counted",
        Text("{application} counted the call and turned it away", "計數後由 {application} 拒絕"),
    ),
    Form("{queue} is full", Text("queue {queue} was full", "佇列 {queue} 額滿")),
    Form("{what}: never rang", Text("{what}; the phone never rang", "{what}；話機未響鈴")),
    Form("{what}: never rang, {n}", Text("{what}; the phone never rang (SIP {n})", "{what}；話機未響鈴（SIP {n}）")),
    Form(
        "{what}: never rang, cause {n}",
        Text("{what}; the phone never rang (cause {n})", "{what}；話機未響鈴（原因碼 {n}）"),
    ),
    Form("{what}: rang", Text("{what}; the phone rang", "{what}；話機有響鈴")),
    Form("{what}: rang, {n}", Text("{what}; the phone rang (SIP {n})", "{what}；話機有響鈴（SIP {n}）")),
    Form("{what}: rang, cause {n}", Text("{what}; the phone rang (cause {n})", "{what}；話機有響鈴（原因碼 {n}）")),
    Form("{queue}: {exit}", Text("queue {queue}: {exit}", "佇列 {queue}：{exit}")),
)
"""The details that the rules and ``bridge/calls/overflow.py`` write; if two forms fit, the first counts."""
INSIDE: dict[str, Text] = {
    "rejected": Text("declined", "拒接"), "cpe_rejected": Text("device failed", "話機異常"),
    "no_answer": Text("did not answer in time", "逾時未接"),
    "failed unseen": Text("not answered, why was not seen", "未接聽，原因未觀測"),
    "declined by key": Text("declined by key", "按鍵拒接"), "line_cap": Text("the line is full", "線路已達上限"),
    "trunk_cap": Text("the trunk is full", "外線已達上限"), "timeout": Text("not answered in time", "逾時未接"),
    "key": Text("left by key", "按鍵離開"), "abandoned": Text("abandoned", "客戶放棄"),
    "exit timeout": Text("the wait was over its limit", "等候逾時"),
    "leave_empty": Text("nobody was left", "已無人服務"), "join_empty": Text("nobody was there", "無人服務"),
}  # fmt: skip
"""A record's words for outcomes, exits of queues and limits, inside a form or alone, and how they are told. A word
that means something else in one place of a form has that place before it."""
