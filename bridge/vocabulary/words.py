"""What values of a record mean, for lists, files and pages: English and 繁體中文."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.vocabulary.language import Language

WORDS: dict[str, tuple[str, str]] = {
    "direction_inbound": ("inbound", "進線"),
    "direction_outbound": ("outbound", "外撥"),
    "direction_internal": ("internal", "內線"),
    "concluded_answered": ("answered", "應答"),
    "concluded_answered_other": ("answered by others", "非專員接聽"),
    "concluded_overflowed": ("overflowed", "溢流"),
    "concluded_callback": ("asked for a call back", "要求回撥"),
    "concluded_abandoned": ("abandoned", "客戶放棄"),
    "concluded_exited": ("left the queue unanswered", "未接離開佇列"),
    "concluded_unserved": ("ended without an answer", "系統結束未接"),
    "concluded_menu": ("menu only", "僅語音選單"),
    "concluded_unknown": ("not observed", "未觀測"),
    "concluded_connected": ("connected", "接通"),
    "concluded_capped": ("all lines in use", "線路已滿"),
    "concluded_not_connected": ("not connected", "未接通"),
    "concluded_other": ("other", "其他"),
    "ended_by_customer": ("customer", "客戶"),
    "ended_by_agent": ("agent", "專員"),
    "ended_by_supervisor": ("supervisor", "督導"),
    "ended_by_system": ("PBX", "系統"),
    "ended_by_unknown": ("not known", "不明"),
    "role_supervisor": ("supervisor", "督導"),
    "role_agent": ("agent", "專員"),
    "role_extension": ("extension", "分機"),
    "role_customer": ("customer", "客戶"),
    "role_system": ("system", "系統"),
    "outcome_answered": ("answered", "接聽"),
    "outcome_rejected": ("declined", "拒接"),
    "outcome_cpe_rejected": ("device failed", "話機異常"),
    "outcome_no_answer": ("did not answer", "逾時未接"),
    "outcome_cancelled": ("caller left", "來電者已離開"),
    "outcome_answered_elsewhere": ("answered elsewhere", "他機已接聽"),
    "outcome_forwarded": ("forwarded", "已轉往他處"),
    "outcome_unseen": ("not seen", "未觀測"),
    "exit_answered": ("answered", "接聽"),
    "exit_abandoned": ("caller hung up", "來電者掛斷"),
    "exit_timeout": ("the queue's time was up", "等候逾時"),
    "exit_full": ("queue was full", "佇列額滿"),
    "exit_join_empty": ("nobody to serve it", "無人服務，拒絕進入"),
    "exit_leave_empty": ("nobody left to serve it", "已無人服務"),
    "exit_key": ("a key was pressed", "按鍵離開"),
    "exit_transferred": ("taken out of the queue", "轉出佇列"),
    "exit_unknown": ("not known", "不明"),
    "transfer_blind": ("blind", "直接轉接"),
    "transfer_attended": ("attended", "諮詢轉接"),
    "transfer_takeover": ("taken over", "接手"),
    "target_agent": ("agent", "專員"),
    "target_supervisor": ("supervisor", "督導"),
    "target_extension": ("extension", "分機"),
    "target_queue": ("queue", "佇列"),
    "target_external": ("outside number", "外線號碼"),
    "target_system": ("system", "系統"),
    "target_unknown": ("not known", "不明"),
    "reached_answered": ("answered", "接聽"),
    "reached_unanswered": ("unanswered", "未接聽"),
    "reached_refused": ("refused", "拒絕"),
    "reached_unknown": ("not known", "不明"),
    "mode_monitor": ("listening", "監聽"),
    "mode_coach": ("whispering", "耳語指導"),
    "mode_barge": ("joined", "強插加入"),
    "mode_unknown": ("mode unknown", "方式不明"),
    "state_talking": ("Talking", "通話中"),
    "state_hold": ("On hold", "保留中"),
    "state_dialling": ("Dialling", "撥號中"),
    "state_ringing": ("Ringing", "響鈴中"),
    "state_wrap_up": ("After-call work", "話後處理"),
    "state_paused": ("Not ready", "未就緒"),
    "state_unreachable": ("Unreachable", "無法連線"),
    "state_ready": ("Ready", "就緒"),
    "state_logged_out": ("Logged out", "登出"),
    "state_unknown": ("Not observed", "未觀測"),
    "state_reachable": ("Reachable", "可連線"),
    "unreachable_unregistered": ("not registered", "未註冊"),
    "unreachable_no_answer_to_qualify": ("gives the PBX no answer", "未回應 PBX"),
}  # fmt: skip
"""Family and value to its words."""


def word(families: Sequence[str], value: str, language: Language) -> str:
    """The word of the first family that has the value; else the value itself, such as a pause's reason."""
    known = (WORDS.get(f"{family}_{value}") for family in families)
    pair = next((pair for pair in known if pair is not None), None)
    return pair[language == "zh-TW"] if pair is not None else value
