"""Every text of the picture, English and 繁體中文 side by side. ``None`` in a key stands for a value that is not
known."""

from bridge.vocabulary.language import Language, Text, Words

TEXTS: dict[str, Text] = {
    "title": Text("Picture of call {call}", "通話 {call} 的圖"),
    "of": Text("Call {call} · {pbx} · {date} · {zone}", "通話 {call} · {pbx} · {date} · {zone}"),
    "elapsed": Text("elapsed", "經過時間"),
    "clock": Text("clock, {zone}", "時刻 {zone}"),
    "join": Text(", ", "，"),
    # Lanes.
    "pbx": Text("PBX", "系統"),
    "lane system": Text("menu and queues", "語音選單與佇列"),
    "lane customer": Text("customer", "客戶"),
    "lane agent": Text("agent", "專員"),
    "lane supervisor": Text("supervisor", "督導"),
    "lane extension": Text("extension", "分機"),
    "lane outside": Text("outside", "外線"),
    "nobody": Text("number unknown", "號碼不明"),
    "talked": Text("talk {time}", "通話 {time}"),
    "more lanes": Text("and {count} more who were offered the call", "另有 {count} 位也曾被派送"),
    "more pieces": Text(
        "and {count} later {count:moment that is|moments that are} not drawn", "另有 {count} 個之後的時刻未繪出"
    ),
    # Lengths of time.
    "seconds": Text("{n} s", "{n} 秒"),
    "folded": Text("{time}", "{time}"),
    # Bars: the word on it, then the whole of it.
    "menu": Text("menu", "語音選單"),
    "waiting": Text("waiting {queue}", "等候 {queue}"),
    "waiting as": Text("waiting {queue}, no. {position}", "等候 {queue}，第 {position} 位"),
    "calling": Text("calling", "呼叫中"),
    "ringing": Text("ringing", "響鈴"),
    "talking": Text("talking", "通話"),
    "hold": Text("hold", "保留"),
    "in_call": Text("in the call", "在通話中"),
    "monitor": Text("listening", "監聽"),
    "coach": Text("whispering", "耳語指導"),
    "barge": Text("joined", "強插加入"),
    "spying": Text("mode unknown", "方式不明"),
    "dialling": Text("dialling", "撥號"),
    "conference": Text("conference", "會議"),
    "gap": Text("not observed", "未觀測"),
    "bar": Text("{what} {time}", "{what} {time}"),
    "bar of": Text("{who}: {what}, {time}", "{who}：{what}，{time}"),
    "waited in": Text("the caller waited {time} in queue {queue}", "來電者在佇列 {queue} 等候 {time}"),
    "waited in as": Text(
        "the caller waited {time} in queue {queue}, as number {position}",
        "來電者在佇列 {queue} 等候 {time}，排在第 {position} 位",
    ),
    "spied monitor": Text("{who} listened to {target}, {time}", "{who} 監聽 {target}，{time}"),
    "spied coach": Text("{who} whispered to {target}, {time}", "{who} 耳語指導 {target}，{time}"),
    "spied barge": Text("{who} joined the conversation of {target}, {time}", "{who} 強插 {target} 的通話，{time}"),
    "spied spying": Text(
        "{who} listened, whispered or spoke to {target}, {time}",
        "{who} 監聽、耳語或強插 {target}（方式不明），{time}",
    ),
    "rang": Text("{who} rang {time}, {how}", "{who} 響鈴 {time}，{how}"),
    "rang, end unseen": Text("{who} rang, the end was not seen", "{who} 響鈴，結束未觀測"),
    "did not ring": Text("{who} was called {time} and did not ring, {how}", "呼叫 {who} {time}，未響鈴，{how}"),
    "was called": Text("{who} was called", "呼叫 {who}"),
    "rang after": Text("{who} was called, the phone rang after {time}", "呼叫 {who}，{time}後響鈴"),
    "confer": Text("conference of {who}, {time}", "{who} 會議通話，{time}"),
    "gap of": Text("not observed, {time}", "未觀測，{time}"),
    # Marks.
    "answered": Text("answered", "接聽"),
    "rejected": Text("declined", "拒接"),
    "cpe_rejected": Text("device failed", "話機異常"),
    "no_answer": Text("did not answer", "逾時未接"),
    "cancelled": Text("caller left", "來電者已離開"),
    "answered_elsewhere": Text("answered elsewhere", "他機已接聽"),
    "forwarded": Text("forwarded", "已轉往他處"),
    "None": Text("outcome not seen", "結果未觀測"),
    "busy": Text("busy", "忙線"),
    "refused": Text("refused", "遭拒"),
    "failed": Text("failed", "失敗"),
    "how": Text("{who}: {how}", "{who}：{how}"),
    "exit answered": Text("answered", "已接聽"),
    "exit abandoned": Text("abandoned", "放棄"),
    "exit timeout": Text("time was up", "等候逾時"),
    "exit full": Text("full", "額滿"),
    "exit join_empty": Text("nobody there", "無人服務"),
    "exit leave_empty": Text("nobody left", "已無人服務"),
    "exit key": Text("key pressed", "按鍵離開"),
    "exit transferred": Text("transferred", "已轉出"),
    "exit unknown": Text("left", "離開"),
    "ended customer": Text("customer hung up", "客戶掛斷"),
    "ended agent": Text("agent hung up", "專員掛斷"),
    "ended supervisor": Text("supervisor hung up", "督導掛斷"),
    "ended system": Text("ended by the PBX", "系統結束通話"),
    "ended unknown": Text("ended, by whom is not known", "通話結束，由誰掛斷不明"),
    "over agent": Text("over {limit} of ringing", "響鈴超過 {limit}"),
    "over customer": Text("over {limit} of waiting", "等候超過 {limit}"),
    # Transfers.
    "blind": Text("blind transfer to {to}", "直接轉接 {to}"),
    "attended": Text("attended transfer to {to}", "諮詢轉接 {to}"),
    "takeover": Text("taken over by {to}", "由 {to} 接手"),
    "transfer unanswered": Text("nobody answered", "無人接聽"),
    "transfer refused": Text("refused", "遭拒"),
    "transfer unknown": Text("outcome not seen", "結果未觀測"),
    # The key and the list of tags under the picture.
    "key": Text("key", "圖例"),
    "key waiting": Text("waiting", "等候"),
    "key flag": Text("over its limit", "超過門檻"),
    "tags": Text("Tags and why", "標籤與依據"),
    "no tags": Text("No tags", "沒有標籤"),
    "tag": Text("{bit} {label}, {at}: {why}", "{bit} {label}，{at}：{why}"),
    # Charts.
    "open": Text("still open", "尚未結束"),
    "no values": Text("No values in this period", "此期間沒有數值"),
    "too many": Text(
        "{count} {count:interval is|intervals are} too many to draw; choose longer ones",
        "{count} 個時段過多，無法繪圖，請選擇較長的時段"
    ),
}  # fmt: skip

IN: dict[Language, Words] = {"en": Words(TEXTS, "en"), "zh-TW": Words(TEXTS, "zh-TW")}


def length(seconds: float, language: Language) -> str:
    """``0.03 s``, ``5.0 s``, from a minute on ``1:05``, from an hour on ``1:02:03``."""
    if seconds < 60:
        return IN[language]("seconds", n=f"{seconds:.1f}" if seconds >= 0.1 or seconds == 0 else f"{seconds:.3f}")
    return clockwise(seconds)


def clockwise(seconds: float) -> str:
    """``1:05`` or ``1:02:03``, cut to the second."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
