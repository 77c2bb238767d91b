"""Device health: whose phone fails, and how."""

from bridge.reports.catalogue.agents import FAIR
from bridge.reports.figures import (
    Breakdown,
    Count,
    Dimension,
    Figure,
    Latest,
    Longest,
    Ratio,
    Report,
    Source,
    Spent,
)

FAILED = "outcome = 'cpe_rejected'"
SOURCES = {
    "offers": Source("offers", "at", ("pbx", "agent", "device")),
    "losses": Source("talks", "lost_at", ("pbx", "party", "device")),
    "states": Source("device_states", "since", ("pbx", "agent", "device"), of_states=True),
}
KNOWN = "t_known"
DOWN = "state = 'unreachable'"


def _count(name: str, en: str, zh: str, formula: str, formula_zh: str, where: str, *, shown: bool = True) -> Figure:
    return Figure(name, en, zh, "#", formula, formula_zh, "E", Count("offers", where), shown=shown)


FIGURES = (
    _count("offers", "Offers", "派送數", "offers", "派送筆數", "1 = 1"),
    *(_count(name, name, name, "", "", f"outcome = '{name}'", shown=False) for name in FAIR),
    _count("device_failed", "Failed by device", "話機異常數", "offers cpe_rejected", "派送結果為話機異常", FAILED),
    Figure("device_rate", "Device failure rate", "話機異常率", "%",
           "device_failed ÷ (answered + rejected + no_answer + device_failed)",
           "「話機異常數」÷（接聽 + 拒接 + 逾時未接 +「話機異常數」）", "E",
           Ratio(("device_failed",), (*FAIR, "device_failed"))),
    Figure("lost_in_call", "Lost in a call", "通話中斷線", "#", "records with device_lost on this device",
           "有標籤「專員話機斷線」且為此話機的紀錄", "E", Count("losses", "lost_at IS NOT NULL")),
    _count("unreachable_queue", "Skipped by a queue while somebody waited", "佇列略過（無法連線）",
           "offers with reason unreachable", "因話機無法連線而略過的派送", "reason = 'unreachable'"),
    Figure("last_failure", "Last failure", "最近一次異常", "t", "the latest of device_failed",
           "「話機異常數」中最近者",
           "E", Latest("offers", FAILED)),
    Figure(KNOWN, "Known", "已知", "s", "", "", "cut", Spent("states", "1 = 1"), shown=False),
    Figure("outages", "Outages", "斷線次數", "#", "stretches in which the device was unreachable, at their beginning",
           "話機無法連線的段落，計於其開始", "E", Count("states", DOWN), known_by=KNOWN),
    Figure("t_down", "Time unreachable", "斷線時間", "s", "time in which the device was unreachable",
           "話機無法連線的時間", "cut", Spent("states", DOWN), known_by=KNOWN),
    Figure("longest_outage", "Longest outage", "最長斷線", "s", "the longest of outages that are over",
           "已結束的「斷線次數」中最長者", "E", Longest("states", "until - since", DOWN), known_by=KNOWN),
)  # fmt: skip

DEVICES = Report(
    "devices", "Device health", "話機健康",
    "One row for each agent and device. A device that two agents share has two rows.",
    "每位專員的每支話機一列。兩位專員共用的話機為兩列。",
    (Dimension("pbx", "PBX", "PBX"), Dimension("agent", "Agent", "專員"), Dimension("device", "Device", "話機")),
    SOURCES, FIGURES,
    (Breakdown("reason", "Failures by reason", "依原因的異常", "device_failed", "coalesce(reason, '–')"),
     Breakdown("sip_code", "Failures by SIP code", "依 SIP 代碼的異常", "device_failed",
               "coalesce(cast(sip_code AS text), '–')")),
)  # fmt: skip
