"""DN or ACD number analysis: what became of the calls to a number."""

from bridge.reports.catalogue.levels import CALLS, firstline, levels, sets
from bridge.reports.catalogue.tagged import tagged
from bridge.reports.figures import Count, Dimension, Figure, Items, Most, Ratio, Report, Source

KEY = ("coalesce(dn, '–')",)
WAITS = (
    "(SELECT calls.*, ready.until AS ready_until, ready.until - ready.since AS waited_ms FROM agent_states AS ready "
    "JOIN agent_states AS rings ON rings.pbx = ready.pbx AND rings.agent = ready.agent AND rings.since = ready.until "
    "JOIN calls ON calls.record_id = rings.of_record "
    "WHERE ready.state = 'ready' AND rings.state = 'ringing') AS waits"
)
"""Stretches in which agents waited for a call, with that call."""
SOURCES = {
    "arrived": Source("calls", "started", KEY, "way = 'inbound'"),
    "concluded": Source("calls", "outcome_at", KEY, "way = 'inbound'"),
    "ended": Source("calls", "ended", KEY, "way = 'inbound'"),
    "out": Source("calls", "outcome_at", KEY, "way = 'outbound'"),
    "waits": Source(WAITS, "ready_until", KEY, "way = 'inbound'"),
    "both": Source("calls", "started", KEY, "way <> 'internal'"),
}
OUTCOMES = (
    ("answered", "Answered", "應答", "answered_at is known, and not only others than staff had the caller",
     "有接通時間，且接聽者不只是一般分機或外線"),
    ("answered_other", "Answered by others", "非專員接聽",
    "only a plain extension or an outside party had the caller",
     "僅由一般分機或外線接聽"),
    ("overflowed", "Overflowed", "溢流", "tag overflowed", "有標籤「溢流」"),
    ("callback", "Asked for a call back", "要求回撥", "tag virtual_queue_callback_incoming",
     "有標籤「虛擬佇列進線」"),
    ("abandoned", "Abandoned", "客戶放棄",
     "tag customer_abandon, but not after the queue had let go of the caller into the menu",
     "有標籤「客戶放棄」，但佇列已放棄並轉回語音選單者除外"),
    ("exited", "Left the queue unanswered", "未接離開佇列", "tag queue_exit", "有標籤「未接聽離開佇列」"),
    ("unserved", "Ended without an answer", "系統結束未接", "has a stay, an offer or a dial",
     "有佇列停留、派送或撥號"),
    ("menu", "Menu only", "僅語音選單", "seen in full", "完整觀測"),
    ("unknown", "Not observed", "未觀測", "what is left", "其餘"),
)  # fmt: skip


def _of(name: str, en: str, zh: str, formula: str, formula_zh: str, where: str) -> Figure:
    return Figure(name, en, zh, "#", formula, formula_zh, "O", Count("concluded", where))


def _rate(
    name: str, en: str, zh: str, formula: str, formula_zh: str, over: tuple[str, ...], under: tuple[str, ...]
) -> Figure:
    return Figure(name, en, zh, "%", formula, formula_zh, "O", Ratio(over, under))


def _length(name: str, en: str, zh: str, formula: str, formula_zh: str, sql: str) -> Figure:
    return Figure(name, en, zh, "s", formula, formula_zh, "E", Items("ended", sql, "outcome = 'answered'"))


FIGURES = (
    Figure("arrived", "Arrived", "進線通數", "#", "inbound calls", "進線通話", "A", Count("arrived", "1 = 1")),
    _of("concluded", "Concluded", "已了結通數", "inbound calls: the sum of the nine outcomes",
        "進線通話：九種結果之和",
        "1 = 1"),
    *(_of(name, en, zh, f"the first that is true, in this order: {formula}", f"依此順序第一個成立者：{formula_zh}",
          f"outcome = '{name}'") for name, en, zh, formula, formula_zh in OUTCOMES),
    _of("wanted", "Wanted an agent", "要求專員通數",
        "answered + abandoned without abandoned_menu + exited + unserved",
        "「應答」+「客戶放棄」（不含「放棄於選單」）+「未接離開佇列」+「系統結束未接」", "wanted = 1"),
    _rate("answer_rate", "Answer rate", "接聽率", "answered ÷ wanted", "「應答」÷「要求專員通數」",
          ("answered",), ("wanted",)),
    _rate("abandon_rate", "Abandon rate", "放棄率", "(abandoned − abandoned_menu) ÷ wanted",
          "（「客戶放棄」−「放棄於選單」）÷「要求專員通數」",
          ("abandoned", "-abandoned_menu"), ("wanted",)),
    _rate("answer_rate_all", "Answer rate of all", "接聽率（全部進線）", "answered ÷ concluded",
          "「應答」÷「已了結通數」", ("answered",), ("concluded",)),
    _rate("abandon_rate_all", "Abandon rate of all", "放棄率（全部進線）", "abandoned ÷ concluded",
          "「客戶放棄」÷「已了結通數」", ("abandoned",), ("concluded",)),
    Figure("short_wanted", "Short abandons without the menu", "短暫放棄（不含選單）", "#", "", "", "O",
           Count("concluded", "short = 1 AND wanted = 1"), shown=False),
    _rate("abandon_rate_long", "Abandon rate without short ones", "放棄率（不計短暫）",
          "(abandoned − abandoned_menu − short ones of these) ÷ (wanted − the same short ones)",
          "（「客戶放棄」−「放棄於選單」− 其中短暫者）÷（「要求專員通數」− 同樣的短暫者）",
          ("abandoned", "-abandoned_menu", "-short_wanted"), ("wanted", "-short_wanted")),
    _of("abandoned_menu", "Abandoned in the menu", "放棄於選單", "abandoned, abandoned_in is ivr",
        "「客戶放棄」中，放棄時在語音選單者", "stage = 'menu'"),
    _of("abandoned_queue", "Abandoned in the queue", "放棄於佇列", "abandoned, abandoned_in is queue",
        "「客戶放棄」中，放棄時在佇列者", "stage = 'queue'"),
    _of("abandoned_ringing", "Abandoned while it rang", "放棄於響鈴", "abandoned, abandoned_in is ringing",
        "「客戶放棄」中，放棄時響鈴中者", "stage = 'ringing'"),
    _of("abandoned_unseen", "Abandoned, not seen where", "放棄階段未觀測", "abandoned, abandoned_in is null",
        "「客戶放棄」中，不知放棄於何處者", "stage = 'unseen'"),
    _of("short_abandons", "Short abandons", "短暫放棄", "abandoned with the tag short_abandon",
        "「客戶放棄」中有標籤「短暫放棄」者", "short = 1"),
    _of("tag_customer_abandon", "Tag customer_abandon", "標籤「客戶放棄」", "concluded with the tag customer_abandon",
        "「已了結通數」中有標籤「客戶放棄」者", tagged("customer_abandon")),
    _of("late", "Answered late", "延遲應答通數", "answered with the tag over_agent_answer_threshold",
        "「應答」中有標籤「超過專員應答時間」者",
        f"outcome = 'answered' AND {tagged('over_agent_answer_threshold')}"),
    _of("late_any", "Rang too long, answered or not", "超過專員應答時間通數",
        "concluded with the tag over_agent_answer_threshold", "「已了結通數」中有標籤「超過專員應答時間」者",
        tagged("over_agent_answer_threshold")),
    _of("waited_long", "Waited too long", "超過等待通數", "concluded with the tag over_customer_waiting_threshold",
        "「已了結通數」中有標籤「超過客戶等待時間」者", tagged("over_customer_waiting_threshold")),
    _of("reassigned", "Offered again", "重新分派數", "concluded with the tag reassign",
        "「已了結通數」中有標籤「重新分派」者", tagged("reassign")),
    _of("reassigned_other", "Offered to another", "重新分配數", "concluded with the tag reassigned_call",
        "「已了結通數」中有標籤「重新分配」者", tagged("reassigned_call")),
    _of("queued", "Waited for a free agent", "排隊通數", "concluded with the tag queued",
        "「已了結通數」中有標籤「排隊等候」者", tagged("queued")),
    *sets(CALLS, shown=False),
    *levels(CALLS),
    firstline(CALLS),
    Figure("asa", "Speed of answer", "應答前等待", "s", "wait of answered", "「應答」的等候", "O",
           Items("concluded", "wait_ms", "outcome = 'answered'", p90=True)),
    Figure("abandon_wait", "Wait before abandoning", "放棄前等待", "s", "wait of abandoned without the menu",
           "「客戶放棄」（不含選單）的等候", "O",
           Items("concluded", "wait_ms", "outcome = 'abandoned' AND wanted = 1")),
    Figure("wait", "Customer wait", "客戶等待", "s", "wait of wanted", "「要求專員通數」的等候", "O",
           Items("concluded", "wait_ms", "wanted = 1")),
    Figure("agent_answer", "Agent answer time", "專員應答時間", "s",
           "ring_seconds of these calls' answered offers that were seen ringing",
           "這些通話中觀測到響鈴並接聽之派送的響鈴",
           "O", Items("concluded", "ring_ms", "rings > 0", times="rings", longest="ring_longest")),
    Figure("agent_wait", "Agents waited for it", "專員等待分派", "s",
           "stretches of state ready that ended in an offer of such a call", "以此類通話之派送結束的就緒段落", "E",
           Items("waits", "waited_ms", "1 = 1")),
    _length("talk", "Talk", "通話", "talk_seconds of answered", "「應答」的通話秒數", "talk_ms"),
    _length("hold", "Hold", "保留", "hold_seconds of answered", "「應答」的保留秒數", "hold_ms"),
    _length("length", "Whole length", "全長", "ended_at − started_at of answered",
            "「應答」的結束時間 − 開始時間",
            "ended - started"),
    *(Figure(f"out_{name}", en, zh, "#", formula, formula_zh, "O", Count("out", f"outcome = '{name}'"))
      for name, en, zh, formula, formula_zh in (
          ("connected", "Outbound connected", "外撥接通", "outbound, answered_at is known", "外撥且有接通時間"),
          ("capped", "Outbound refused by a cap", "外撥線路已滿", "outbound, tag overflowed",
          "外撥且有標籤「溢流」"),
          ("not_connected", "Outbound not connected", "外撥未接通", "outbound, tag customer_abandon",
           "外撥且有標籤「客戶放棄」"),
          ("other", "Outbound, other", "外撥其他", "outbound, what is left", "外撥其餘"),
      )),
    _of("incomplete", "Not seen in full", "未完整觀測", "concluded with complete false",
        "「已了結通數」中未完整觀測者",
        "complete = 0"),
    Figure("defects", "Durations that ran backwards", "時長為負之紀錄", "#",
           "calls in or out of which a time came out below zero, which is left unknown",
           "任一時長為負（視為未知）的進線或外撥", "A", Count("both", "defects > 0")),
    Figure("at_once", "Most calls at once", "同時最高通數", "#",
           "the most that lasted at one instant, both directions, from started_at to before ended_at",
           "同一瞬間持續中的最多通數（兩方向，自開始時間至結束時間前）", "every",
           Most("both", "started", "ended", "1 = 1")),
)  # fmt: skip

DN = Report(
    "dn", "DN / ACD number analysis", "ACD 號碼分析",
    "One row for each DN: inbound calls, unless a column says otherwise. Calls to no DN are in the row “–”.",
    "每個 DN 一列，除註明外為進線；未撥至任何 DN 者列於「–」。",
    (Dimension("dn", "DN", "DN"),), SOURCES, FIGURES
)  # fmt: skip
