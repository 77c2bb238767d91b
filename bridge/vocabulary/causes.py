"""SIP responses and Q.850 causes in words."""

from __future__ import annotations

from bridge.vocabulary.language import Language, Text

CODES: dict[int, Text] = {
    400: Text("Bad Request", "請求錯誤"),
    401: Text("Unauthorized", "未授權"),
    403: Text("Forbidden", "被禁止"),
    404: Text("Not Found", "查無此號"),
    408: Text("Request Timeout", "請求逾時"),
    415: Text("Unsupported Media Type", "不支援的媒體格式"),
    420: Text("Bad Extension", "不支援的擴充"),
    480: Text("Temporarily Unavailable", "暫時無法接聽"),
    484: Text("Address Incomplete", "號碼不完整"),
    486: Text("Busy Here", "忙線"),
    487: Text("Request Terminated", "來電者取消"),
    488: Text("Not Acceptable Here", "無共同的語音編碼"),
    500: Text("Server Internal Error", "設備內部錯誤"),
    502: Text("Bad Gateway", "閘道錯誤"),
    503: Text("Service Unavailable", "服務中斷"),
    504: Text("Server Time-out", "伺服器逾時"),
    600: Text("Busy Everywhere", "所有話機忙線"),
    603: Text("Decline", "拒接"),
    604: Text("Does Not Exist Anywhere", "號碼不存在"),
    606: Text("Not Acceptable", "無法接受"),
}
"""SIP responses by their names in RFC 3261."""

CAUSES: dict[int, Text] = {
    1: Text("unallocated number", "空號"),
    3: Text("no route to destination", "無法路由至目的地"),
    16: Text("normal clearing", "正常掛斷"),
    17: Text("user busy", "忙線"),
    18: Text("no user responding", "設備無回應"),
    19: Text("no answer", "無人接聽"),
    20: Text("subscriber absent", "用戶不在"),
    21: Text("call rejected", "拒接"),
    22: Text("number changed", "號碼已變更"),
    26: Text("answered elsewhere", "他機已接聽"),
    27: Text("destination out of order", "目的地故障"),
    28: Text("invalid number", "號碼格式錯誤"),
    31: Text("normal, unspecified", "正常，未說明"),
    34: Text("no circuit available", "線路全忙"),
    38: Text("network out of order", "網路故障"),
    41: Text("temporary failure", "暫時故障"),
    42: Text("congestion", "壅塞"),
    44: Text("channel not available", "通道中斷"),
    58: Text("no common codec", "無共同的語音編碼"),
    88: Text("incompatible destination", "目的地不相容"),
    102: Text("timer expired", "計時逾時"),
    127: Text("interworking failure", "互通失敗"),
}
"""Q.850 causes."""


def in_words(code: int | None, table: dict[int, Text], language: Language) -> str | None:
    """A code's name; the code itself if it has no name here."""
    if not code:
        return None
    text = table.get(code)
    return str(code) if text is None else text.en if language == "en" else text.zh


def refusal(sip_code: int | None, cause: int | None, language: Language) -> str:
    """A phone's refusal: ``603 Decline``, or if the SIP code is not known, ``21 call rejected``; "" if there is
    none."""
    for code, table in ((sip_code, CODES), (cause, CAUSES)):
        if code:
            return f"{code} {in_words(code, table, language)}" if code in table else str(code)
    return ""
