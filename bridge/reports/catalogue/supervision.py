"""Supervision: who listened to whom, whispered and joined."""

from bridge.reports.figures import IS_STAFF, Apart, Count, Dimension, Figure, Items, Ratio, Report, Source

OF_A_CUSTOMER = (
    "EXISTS (SELECT 1 FROM calls AS c WHERE c.started = supervisions.started "
    "AND c.record_id = supervisions.record_id AND c.customer = supervisions.target)"
)
"""A supervisor may also listen to a customer who waits."""
SOURCES = {
    "pairs": Source(
        "supervisions", "at", ("pbx", '"by"', "role", f"CASE WHEN {OF_A_CUSTOMER} THEN '–' ELSE target END")
    ),
    "handled": Source("talks", "at", ("pbx", "'–'", "'–'", "party"), f"is_last = 1 AND {IS_STAFF}"),
}
SUPERVISED = "EXISTS (SELECT 1 FROM supervisions AS s WHERE s.record_id = talks.record_id AND s.target = talks.party)"
MODES = (
    ("monitor", "monitored", "Listened to", "監聽"), ("coach", "coached", "Whispered to", "指導"),
    ("barge", "barged", "Joined", "加入"), ("unknown", "unknown", "Mode not known", "未知方式"),
)  # fmt: skip

FIGURES = (
    *(Figure(name, en, zh, "#", f"different records with a supervision in mode {mode}", f"方式為「{zh}」的不同紀錄",
             "E",
             Count("pairs", f"last_of_pair = 1 AND mode = '{mode}'")) for mode, name, en, zh in MODES),
    *(Figure(f"{name}_time", f"{en}, time", f"{zh}時間", "s", f"length of supervisions in mode {mode}",
             f"方式為「{zh}」的時間", "E", Items("pairs", "ms", f"mode = '{mode}'")) for mode, name, en, zh in MODES),
    Figure("handled", "Calls handled by the target", "對象處理通數", "#",
           "by “–”: different records with a talk of the target, each at the target's last talk of it",
           "督導者「–」列：對象有通話的不同紀錄，計於其在該紀錄的最後一段通話", "E", Count("handled", "1 = 1"),
           known_by="handled"),
    Figure("supervised", "Of these, supervised", "其中受督導", "#",
           "by “–”: handled, of records with a supervision of the target by anybody in any mode",
           "督導者「–」列：「對象處理通數」中對象被任何人以任何方式督導的紀錄", "E", Count("handled", SUPERVISED),
           known_by="handled"),
    Figure("share", "Share supervised", "受督導佔比", "%", "supervised ÷ handled",
           "「其中受督導」÷「對象處理通數」", "E", Ratio(("supervised",), ("handled",))),
)  # fmt: skip

SUPERVISION = Report(
    "supervision", "Supervision", "督導",
    "One row for each pair: who listened or coached, and whom. Beside the pairs, each agent has a row by “–”: all "
    "calls of the agent, and how many of them were supervised.",
    "每位督導（或指導的專員）與其對象一列；另外每位專員有督導者為「–」的一列，計其所有通話與其中受督導者。",
    (Dimension("pbx", "PBX", "PBX"), Dimension("by", "By", "督導者"), Dimension("role", "Role", "角色", ("role",)),
     Dimension("target", "Of", "對象")),
    SOURCES, FIGURES,
    apart=Apart("by", "–", "All calls of each agent", "每位專員的所有通話"),
)  # fmt: skip
