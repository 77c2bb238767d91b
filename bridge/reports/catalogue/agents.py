"""Agent efficiency: what was offered to a person, and what became of it."""

from bridge.reports.catalogue.supervision import OF_A_CUSTOMER
from bridge.reports.figures import (
    IS_STAFF,
    STAFF_ROLES,
    Breakdown,
    Bridge,
    Count,
    Dimension,
    Figure,
    Items,
    Ratio,
    Report,
    Source,
    Spent,
)

WORKING = ("t_dialling", "t_talking", "t_hold", "t_wrap_up")
FAIR = ("answered", "rejected", "no_answer")
"""Offers that the person could take: not those where another phone was faster, the caller left, the device was
dead, or the device forwarded the call."""
SOURCES = {
    "offers": Source("offers", "at", ("pbx", "agent")),
    "talks": Source("talks", "at", ("pbx", "party"), IS_STAFF),
    "record_ends": Source("talks", "ended", ("pbx", "party"), f"{IS_STAFF} AND conference + hung_up > 0"),
    "losses": Source("talks", "lost_at", ("pbx", "party"), IS_STAFF),
    "placed": Source("calls", "ended", ("pbx", "first_staff"), "way = 'outbound' AND first_staff IS NOT NULL"),
    "sent": Source("transfers", "at", ("pbx", "sender"), "sender IS NOT NULL"),
    "taken": Source("transfers", "at", ("pbx", "taker"), "taker IS NOT NULL"),
    "supervised": Source("supervisions", "at", ("pbx", "target"), f"NOT {OF_A_CUSTOMER}"),
    "states": Source("agent_states", "until", ("pbx", "agent"), of_states=True),
}
KNOWN = "t_known"
"""Time in any state. If there is none, no time in states is known."""


WAYS = {"inbound": "進線", "outbound": "外撥", "internal": "內線"}


def _offers(name: str, en: str, zh: str, formula: str, formula_zh: str, where: str) -> Figure:
    return Figure(name, en, zh, "#", formula, formula_zh, "E", Count("offers", where))


def _handled(name: str, en: str, zh: str, way: str) -> Figure:
    return Figure(
        name, en, zh, "#", f"handled, of calls that are {way}", f"「處理通數」中的{WAYS[way]}通話", "E",
        Count("talks", f"is_last = 1 AND way = '{way}'"),
    )  # fmt: skip


def _state(name: str, en: str, zh: str, state_zh: str) -> Figure:
    state = name.removeprefix("t_")
    return Figure(name, en, zh, "s", f"time in the state {state}", f"處於「{state_zh}」狀態的時間", "cut",
                  Spent("states", f"state = '{state}'"), known_by=KNOWN)  # fmt: skip


def _items(name: str, en: str, zh: str, formula: str, formula_zh: str, where: str) -> Figure:
    made = Items("states", "until - since", where)
    return Figure(name, en, zh, "s", formula, formula_zh, "E", made, known_by=KNOWN)


FIGURES = (
    _offers("offered", "Offered", "派送數", "offers", "派送筆數", "1 = 1"),
    _offers("offered_queue", "Offered by a queue", "佇列派送", "offers with a queue", "有佇列的派送",
            "queue IS NOT NULL"),
    _offers("offered_direct", "Offered by a caller or colleague", "直接來電", "offers without a queue",
            "無佇列的派送", "queue IS NULL"),
    _offers("answered", "Answered", "接聽數", "offers answered", "派送結果為接聽", "outcome = 'answered'"),
    _offers("rejected", "Declined", "拒接數", "offers rejected", "派送結果為拒接", "outcome = 'rejected'"),
    _offers("no_answer", "Not answered in time", "逾時未接數", "offers no_answer", "派送結果為逾時未接",
            "outcome = 'no_answer'"),
    _offers("device_failed", "Failed by device", "話機異常數", "offers cpe_rejected", "派送結果為話機異常",
            "outcome = 'cpe_rejected'"),
    _offers("beaten", "Answered elsewhere", "他人先接數", "offers answered_elsewhere", "派送結果為他人先接",
            "outcome = 'answered_elsewhere'"),
    _offers("caller_left", "Caller left while ringing", "響鈴中客戶離開", "offers cancelled", "派送結果為取消",
            "outcome = 'cancelled'"),
    _offers("caller_left_late", "Caller left after more than the threshold", "超時響鈴客戶離開",
            "offers cancelled that rang longer than the agent answer threshold of the record",
            "派送取消且響鈴超過紀錄中的專員應答門檻", "outcome = 'cancelled' AND ring_ms > threshold_ms"),
    _offers("forwarded", "Forwarded", "轉出派送", "offers forwarded", "派送結果為轉出", "outcome = 'forwarded'"),
    _offers("offer_unknown", "Not observed", "未觀測派送", "offers whose outcome is null", "派送結果未知",
            "outcome = 'unknown'"),
    Figure("answer_rate", "Answer rate", "接聽率", "%", "answered ÷ (answered + rejected + no_answer)",
           "「接聽數」÷（「接聽數」+「拒接數」+「逾時未接數」）", "E", Ratio(("answered",), FAIR)),
    Figure("device_rate", "Device failure rate", "話機異常率", "%",
           "device_failed ÷ (answered + rejected + no_answer + device_failed)",
           "「話機異常數」÷（「接聽數」+「拒接數」+「逾時未接數」+「話機異常數」）", "E",
           Ratio(("device_failed",), (*FAIR, "device_failed"))),
    _offers("late_answers", "Answered late", "延遲應答數",
            "offers answered that rang longer than the agent answer threshold of the record",
            "派送接聽且響鈴超過紀錄中的專員應答門檻", "outcome = 'answered' AND ring_ms > threshold_ms"),
    Figure("ring", "Ring until answered", "應答時間", "s", "ring_seconds of offers answered that were seen ringing",
           "觀測到響鈴並接聽之派送的響鈴秒數", "E", Items("offers", "ring_ms", "outcome = 'answered'")),
    Figure("handled", "Calls handled", "處理通數", "#",
           "different records with a talk of this agent, each at the agent's last talk of it",
           "此專員有通話的不同紀錄，計於其在該紀錄的最後一段通話", "E", Count("talks", "is_last = 1")),
    _handled("handled_in", "Handled inbound", "進線處理", "inbound"),
    _handled("handled_out", "Handled outbound", "外撥處理", "outbound"),
    _handled("handled_internal", "Handled inside, consultations too", "內線處理", "internal"),
    Figure("talk", "Talk time of calls", "通話時間", "s",
           "one item a handled record: talk_seconds of all the agent's talks in it",
           "每筆處理紀錄一項：此專員在其中所有通話秒數", "E",
           Items("talks", "talk_all_ms", "is_last = 1")),
    Figure("hold", "Hold time", "保留時間", "s",
           "one item a handled record: hold_seconds of all the agent's own talks in it",
           "每筆處理紀錄一項：此專員在其中所有保留秒數", "E",
           Items("talks", "hold_all_ms", "is_last = 1")),
    Figure("talk_hold_avg", "Average talk and hold", "平均通話與保留", "s", "(talk + hold) ÷ handled",
           "（「通話時間」+「保留時間」）÷「處理通數」", "E", Ratio(("talk", "hold"), ("handled",))),
    _items("wrap_up", "After-call work", "話後處理", "stretches of state wrap_up", "「話後處理」狀態的各段時間",
           "state = 'wrap_up'"),
    Figure("aht", "Average handling time", "平均處理時間", "s",
           "(talk + hold + wrap_up) ÷ handled; null where nothing is told of the agent's states",
           "（「通話時間」+「保留時間」+「話後處理」）÷「處理通數」；無專員狀態紀錄時為空", "E",
           Ratio(("talk", "hold", "wrap_up"), ("handled",)), known_by=KNOWN),
    Figure("dialled", "Calls placed", "外撥數", "#",
           "outbound records without callback_of whose first staff participant is this agent",
           "首位參與的專員為此專員，且不是回撥的外撥紀錄", "E", Count("placed", "is_callback = 0")),
    Figure("connected", "Calls placed that were connected", "接通數", "#", "dialled, with outcome connected",
           "「外撥數」中已接通者", "E", Count("placed", "is_callback = 0 AND outcome = 'connected'")),
    Figure("callbacks", "Call backs", "回撥數", "#",
           "outbound records with callback_of whose first staff participant is this agent",
           "首位參與的專員為此專員，且為回撥的外撥紀錄", "E", Count("placed", "is_callback = 1")),
    Figure("callbacks_reached", "Call backs that reached the customer", "回撥接通數", "#",
           "callbacks, with outcome connected", "「回撥數」中已接通者", "E",
           Count("placed", "is_callback = 1 AND outcome = 'connected'")),
    Figure("transfers_out", "Transferred to staff", "轉出數", "#",
           "transfers answered from this agent to an agent or supervisor", "由此專員轉給專員或督導且被接聽的轉接",
           "E",
           Count("sent", f"outcome = 'answered' AND target_type IN {STAFF_ROLES}")),
    Figure("transfers_out_external", "Transferred outside", "轉外線", "#",
           "transfers answered from this agent to the outside", "由此專員轉至外線且被接聽的轉接", "E",
           Count("sent", "outcome = 'answered' AND target_type = 'external'")),
    Figure("transfers_out_queue", "Transferred to a queue", "轉佇列", "#",
           "transfers answered from this agent to a queue", "由此專員轉至佇列且被接聽的轉接", "E",
           Count("sent", "outcome = 'answered' AND target_type = 'queue'")),
    Figure("transfers_out_failed", "Transfers that nobody took", "轉接未成", "#",
           "transfers from this agent that were not answered", "由此專員轉出而未被接聽的轉接", "E",
           Count("sent", "outcome <> 'answered'")),
    Figure("transfers_in", "Received by transfer", "轉入數", "#",
           "transfers answered to this agent; to a queue: who answers the queue's next offer has it",
           "轉給此專員且被接聽的轉接；轉至佇列者歸接聽該佇列下一派送的專員", "E", Count("taken",
           "outcome = 'answered'")),
    Figure("conferences", "In conferences", "會議數", "#", "records in whose conferences this agent speaks",
           "此專員在會議中發言的紀錄", "E", Count("record_ends", "conference = 1")),
    *(
        Figure(name, en, zh, "#", f"different records with a supervision of this agent in mode {mode}",
               f"此專員{zh_mode}的不同紀錄", "E",
               Count("supervised", f"last_of_target = 1 AND mode = '{mode}'"))
        for name, en, zh, mode, zh_mode in (
            ("coached", "Coached", "被指導", "coach", "受指導（耳語）"),
            ("monitored", "Listened to", "被監聽", "monitor", "被監聽"),
            ("barged", "Joined by somebody", "督導加入", "barge", "的通話有人強插"),
        )
    ),
    Figure("hung_up", "Agent hung up first", "專員結束數", "#",
           "records with agent_disconnect whose evidence names the agent, at the record's end",
           "標籤「專員結束通話」的依據為此專員的紀錄，計於紀錄結束", "E", Count("record_ends", "hung_up = 1")),
    Figure("device_lost", "Device lost in a call", "通話中話機斷線", "#",
           "records with device_lost whose evidence names the agent, at that evidence",
           "標籤「專員話機斷線」的依據為此專員的紀錄，計於該依據的時間", "E", Count("losses", "lost_at IS NOT NULL")),
    Figure(KNOWN, "Known", "已知", "s", "", "", "cut", Spent("states", "1 = 1"), shown=False),
    Figure("logged_in", "Logged in", "登入時間", "s", "time in all states but logged_out and unknown",
           "「登出」與「未觀測」以外所有狀態的時間", "cut",
           Spent("states", "state NOT IN ('logged_out', 'unknown')"), known_by=KNOWN),
    _state("t_ready", "Ready", "就緒時間", "就緒"),
    _state("t_ringing", "Ringing", "響鈴時間", "響鈴中"),
    _state("t_dialling", "Dialling", "撥號時間", "撥號中"),
    _state("t_talking", "Talking", "通話狀態時間", "通話中"),
    _state("t_hold", "On hold", "保留狀態時間", "保留中"),
    _state("t_wrap_up", "In after-call work", "話後時間", "話後處理"),
    _state("t_paused", "Not ready", "未就緒時間", "未就緒"),
    _state("t_unreachable", "Unreachable", "無法連線時間", "無法連線"),
    _state("t_unknown", "Time not observed", "未觀測時間", "未觀測"),
    Figure("occupancy", "Occupancy", "佔用率", "%",
           "(dialling + talking + hold + wrap-up) ÷ (the same + ready + ringing)",
           "(撥號 + 通話 + 保留 + 話後) ÷ (同左 + 就緒 + 響鈴)", "cut",
           Ratio(WORKING, (*WORKING, "t_ready", "t_ringing")), known_by=KNOWN),
    _items("idle_before_offer", "Waiting for a call", "專員等待分派",
           "stretches of state ready whose next is ringing", "下一狀態為響鈴的就緒段落",
           "state = 'ready' AND next = 'ringing'"),
)  # fmt: skip

BRIDGES = (
    Bridge(
        "talks", "is_last = 1", "count(*) - count(DISTINCT record_id)",
        "{all} handled − {less} by a second person of the same call = {rest} {rest:call|calls} with staff talking",
        "處理 {all} 通 − 同一通話的第二位 {less} = 有專員通話的 {rest} 通",
    ),
)  # fmt: skip

AGENTS = Report(
    "agents", "Agent efficiency", "專員通話效率",
    "One row for each agent or supervisor. If two PBXs both have a 1001, these are two people.",
    "每位專員或督導一列。兩台 PBX 上的 1001 是兩個人。",
    (Dimension("pbx", "PBX", "PBX"), Dimension("agent", "Agent", "專員")), SOURCES, FIGURES,
    (Breakdown("reason", "Not ready by reason", "未就緒原因", "t_paused", "coalesce(reason, '–')"),),
    bridges=BRIDGES,
)  # fmt: skip
