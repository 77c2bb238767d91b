"""Queues: what became of the stays in them."""

from collections.abc import Iterator

from bridge.reports.catalogue.levels import STAYS, firstline, levels, sets
from bridge.reports.figures import Bridge, Count, Dimension, Figure, Items, Most, Ratio, Report, Source

SOURCES = {
    "joined": Source("stays", "entered_at", ("queue",), "way <> 'internal' AND exit_group <> 'refused'"),
    "left": Source("stays", "at", ("queue",), "way = 'inbound'"),
    "offers": Source("offers", "at", ("queue",), "way = 'inbound' AND queue IS NOT NULL"),
}
EXITS = (
    ("answered", "Answered", "應答"), ("abandoned", "Abandoned", "客戶放棄"), ("timeout", "Timed out", "逾時離開"),
    ("leave_empty", "Left as nobody was there", "無人值守離開"), ("key", "Left by a key", "按鍵離開"),
    ("transferred", "Passed on", "轉出"), ("unknown", "Not observed", "未觀測"),
)  # fmt: skip
STEPS = (0, 5, 10, 20, 30, 60, 120, 300)
"""Borders of the histogram of waits, in seconds."""
LEFT = ("answered", "abandoned", "timeout", "leave_empty")
"""Exits of which rates are shown."""


def histogram(source: str, where: str, name: str, en: str, zh: str) -> Iterator[Figure]:
    """How many waits were longer than one border and at most as long as the next."""
    for since, until in zip(STEPS, (*STEPS[1:], None), strict=True):
        least = "wait_ms >= 0" if since == 0 else f"wait_ms > {since * 1000}"
        most = f" AND wait_ms <= {until * 1000}" if until is not None else ""
        span = f"{since}–{until}" if until is not None else f"> {since}"
        yield Figure(
            f"{name}_{until if until is not None else 'more'}", f"{en} {span} s", f"{zh} {span} 秒", "#",
            f"waits of {span} s; the upper border is in", f"等候 {span} 秒（含上限）", "O",
            Count(source, f"{where} AND {least}{most}"),
        )  # fmt: skip


FIGURES = (
    Figure("entered", "Entered", "進入", "#", "stays of inbound records that joined", "進線紀錄中進入佇列的停留", "A",
           Count("joined", "way = 'inbound'")),
    Figure("entered_outbound", "Entered by a call back", "回撥進入", "#", "stays of outbound records that joined",
           "外撥紀錄中進入佇列的停留", "A", Count("joined", "way = 'outbound'")),
    Figure("refused_full", "Refused, full", "拒入（已滿）", "#", "stays with exit full", "因佇列額滿而被拒的停留",
           "O", Count("left", "exit = 'full'")),
    Figure("refused_empty", "Refused, nobody there", "拒入（無人）", "#", "stays with exit join_empty",
           "因無人值守而被拒的停留", "O", Count("left", "exit = 'join_empty'")),
    *(Figure(name, en, zh, "#", f"stays with exit {name}", f"以「{zh}」結束的停留", "O",
             Count("left", f"exit = '{name}'")) for name, en, zh in EXITS),
    Figure("callback", "Left by a key for a call back", "按鍵要求回撥", "#",
           "key, of records that asked for a call back", "「按鍵離開」中要求回撥的紀錄", "O", Count("left",
           "is_callback = 1")),
    Figure("answer_rate", "Answer rate", "接聽率", "%", "answered ÷ (answered + abandoned + timeout + leave_empty)",
           "「應答」÷（「應答」+「客戶放棄」+「逾時離開」+「無人值守離開」）", "O", Ratio(("answered",), LEFT)),
    Figure("abandon_rate", "Abandon rate", "放棄率", "%",
           "abandoned ÷ (answered + abandoned + timeout + leave_empty)",
           "「客戶放棄」÷（「應答」+「客戶放棄」+「逾時離開」+「無人值守離開」）", "O", Ratio(("abandoned",), LEFT)),
    *sets(STAYS, shown=False),
    *levels(STAYS),
    firstline(STAYS),
    Figure("asa", "Speed of answer", "應答前等待", "s", "wait of answered stays", "應答停留的等候", "O",
           Items("left", "wait_ms", "exit = 'answered'", p90=True)),
    Figure("abandon_wait", "Wait before abandoning", "放棄前等待", "s", "wait of abandoned stays", "放棄停留的等候",
           "O",
           Items("left", "wait_ms", "exit = 'abandoned'", p90=True)),
    Figure("wait", "Wait", "等候", "s", "wait of all entered stays", "所有進入停留的等候", "O",
           Items("left", "wait_ms", "exit_group <> 'refused'", p90=True)),
    *histogram("left", "exit_group <> 'refused'", "wait", "Waited", "等候"),
    Figure("offers", "Offers", "派送數", "#", "offers of the queue in inbound records", "進線紀錄中佇列的派送", "E",
           Count("offers", "1 = 1")),
    Figure("offers_per_answer", "Offers an answer", "每次應答派送數", "x", "offers ÷ answered", "「派送數」÷「應答」",
           "E", Ratio(("offers",), ("answered",))),
    Figure("first_tries", "Answered in the first round", "首輪應答數", "#", "answered stays with one ring round",
           "僅一輪響鈴即應答的停留", "O", Count("left", "exit = 'answered' AND rounds = 1"), shown=False),
    Figure("first_try", "First try", "首派即接", "%",
           "answered stays with one ring round ÷ answered; offers that overlap are one round",
           "僅一輪響鈴即應答的停留 ÷「應答」；重疊的派送為同一輪", "O", Ratio(("first_tries",), ("answered",))),
    Figure("waiting_at_once", "Most waiting at once", "最多同時等候", "#",
           "the most stays that lasted at one instant", "同一瞬間最多的停留數", "every",
           Most("left", "entered_at", "at", "exit_group <> 'refused'")),
    Figure("position", "Position on joining", "進入順位", "x", "position of entered stays", "進入停留的順位", "A",
           Items("joined", "position", "way = 'inbound' AND position IS NOT NULL")),
)  # fmt: skip

BRIDGES = (
    Bridge(
        "joined", "way = 'inbound'", "count(*) - count(DISTINCT record_id)",
        "{all} {all:stay|stays} entered − {less} further {less:stay|stays} of the same calls = "
        "{rest} {rest:call|calls} that entered",
        "進入 {all} 次 − 同一通話的其他停留 {less} = 進入佇列的 {rest} 通",
    ),
    Bridge(
        "left", "exit = 'abandoned'",
        "count(*) FILTER (WHERE record_id IN (SELECT record_id FROM calls WHERE outcome <> 'abandoned'))",
        "{all} {all:stay|stays} abandoned − {less} of calls that came to something else = "
        "{rest} {rest:stay|stays} of abandoned calls",
        "放棄的停留 {all} 次 − 通話另有結果者 {less} = 放棄通話的停留 {rest} 次",
    ),
)  # fmt: skip

QUEUES = Report(
    "queues", "Queues", "佇列",
    "One row for each queue: stays (waits in the queue) of inbound calls, unless a column says otherwise.",
    "每個佇列一列。除註明外為進線通話的停留。", (Dimension("queue", "Queue", "佇列"),),
    SOURCES, FIGURES, bridges=BRIDGES,
)  # fmt: skip
