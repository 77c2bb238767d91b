"""Supervision: who listened to whom, whispered and joined."""

from bridge.reports.figures import Count, Dimension, Figure, Items, Report, Source

SOURCES = {
    "pairs": Source("supervisions", "at", ("pbx", '"by"', "role", "target")),
    "handled": Source(
        "talks", "at", ("pbx", "'–'", "'–'", "party"), "is_last = 1 AND role IN ('agent', 'supervisor')"
    ),
}
MODES = (
    ("monitor", "monitored", "Listened to", "監聽"), ("coach", "coached", "Whispered to", "指導"),
    ("barge", "barged", "Joined", "加入"), ("unknown", "unknown", "Mode not known", "未知方式"),
)  # fmt: skip

FIGURES = (
    *(Figure(name, en, zh, "#", f"different records with a supervision in mode {mode}", f"模式 {mode} 的不同紀錄",
             "E",
             Count("pairs", f"last_of_pair = 1 AND mode = '{mode}'")) for mode, name, en, zh in MODES),
    *(Figure(f"{name}_time", f"{en}, time", f"{zh}時間", "s", f"length of supervisions in mode {mode}",
             f"模式 {mode} 的時間", "E", Items("pairs", "ms", f"mode = '{mode}'")) for mode, name, en, zh in MODES),
)  # fmt: skip

SUPERVISION = Report(
    "supervision", "Supervision", "督導", "Per supervisor or coaching agent, and whom they listened to.",
    "每位督導（或指導的專員）與其對象一列。",
    (Dimension("pbx", "PBX", "PBX"), Dimension("by", "By", "督導者"), Dimension("role", "Role", "角色"),
     Dimension("target", "Of", "對象")),
    {"pairs": SOURCES["pairs"]}, FIGURES,
)  # fmt: skip
