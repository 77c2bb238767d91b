"""Transfers: who passed calls on, to whom, and whether they were taken."""

from bridge.reports.figures import Breakdown, Count, Dimension, Figure, Items, Report, Source

SOURCES = {
    "transfers": Source(
        "transfers", "at",
        ("pbx", "coalesce(sender, '–')", "coalesce(target, '–')", "target_type", "coalesce(taker, '–')"),
    )
}  # fmt: skip


def _count(name: str, en: str, zh: str, formula: str, formula_zh: str, where: str) -> Figure:
    return Figure(name, en, zh, "#", formula, formula_zh, "E", Count("transfers", where))


FIGURES = (
    _count("transfers", "Transfers", "轉接數", "transfers", "轉接筆數", "1 = 1"),
    _count("blind", "Blind", "直接轉接", "kind = blind", "未經諮詢而直接轉出", "kind = 'blind'"),
    _count("attended", "Attended", "諮詢轉接", "kind = attended", "先與對方通話再轉出", "kind = 'attended'"),
    _count("takeover", "Taken over", "接手", "kind = takeover", "他人從專員手中接走通話", "kind = 'takeover'"),
    _count("answered", "Answered", "已接", "outcome = answered", "對方接起的轉接", "outcome = 'answered'"),
    _count("unanswered", "Not answered", "未接", "outcome = unanswered", "無人接起的轉接", "outcome = 'unanswered'"),
    _count("refused", "Refused", "拒絕", "outcome = refused", "對方拒接的轉接", "outcome = 'refused'"),
    _count("unknown", "Not observed", "未觀測", "outcome = unknown", "不知有無接起的轉接", "outcome = 'unknown'"),
    Figure("before", "Had the call before", "轉接前持有", "s",
           "from when the sender came into the call, or the answer if later, to the transfer",
           "自轉出者加入（或較晚的應答）至轉接", "E", Items("transfers", "before_ms", "before_ms IS NOT NULL")),
    _count("calls_transferred", "Calls transferred", "轉接通數",
           "different records, each at the last of its transfers", "不同紀錄，計於各自的最後一次轉接",
           "is_last = 1"),
)  # fmt: skip

TRANSFERS = Report(
    "transfers", "Transfers", "轉接",
    "One row for each pair: who passed the call on, and to whom.", "每對轉出者與對象一列。",
    (Dimension("pbx", "PBX", "PBX"), Dimension("from", "From", "轉出者"), Dimension("to", "To", "對象"),
     Dimension("target_type", "Kind", "類型", ("target",)), Dimension("taken_by", "Taken by", "接手者")),
    SOURCES, FIGURES,
    (Breakdown("from", "By who passed the call on", "每位轉出者合計", "transfers", "coalesce(sender, '–')",
               beside=("pbx",)),
     Breakdown("to", "By who was to take it", "每個對象合計", "transfers", "coalesce(target, '–')",
               beside=("pbx",))),
)  # fmt: skip
