"""The words in which a call is told, in English and 繁體中文."""

from bridge.vocabulary.language import Text

WORDS: dict[str, Text] = {
    "head": Text("Call {call} on {pbx}, {date} {time} UTC", "通話 {call}，{pbx}，{date} {time} UTC"),
    "what happened": Text("What happened", "經過"),
    "offers": Text("Offers", "派送"),
    "tags and why": Text("Tags and why", "標籤與依據"),
    "no tags": Text("No tags", "沒有標籤"),
    "moment": Text("{at} {after:+9.3f} s  {what}", "{at} {after:+9.3f} 秒  {what}"),
    "comma": Text(", ", "、"),
    "and": Text(" and ", "、"),
    "because": Text(": ", "："),
    # Who called, and how it went.
    "sentence": Text("{told}; {result}.", "{told}；{result}。"),
    "inbound": Text("{customer} called {dn}", "{customer}撥打{dn}"),
    "outbound": Text("{who} called {customer}, showing {dn}", "{who} 外撥{customer}，顯示號碼為{dn}"),
    "internal": Text("{who} called {whom}", "{who} 撥打 {whom}"),
    "internal, whom unseen": Text("An inside call", "一通內線"),
    "Customer N": Text("Customer {number}", "客戶 {number} "),
    "A customer": Text("A customer", "客戶"),
    "customer N": Text("customer {number}", "客戶 {number}"),
    "a customer": Text("a customer", "客戶"),
    "dn N": Text("{dn}", " {dn}"),
    "no dn dialled": Text("a number that is no DN", "非 DN 的號碼"),
    "no dn N": Text("{number}, which is no DN", " {number}（非 DN）"),
    "no dn shown": Text("no DN", "非 DN 號碼"),
    "someone inside": Text("Someone inside", "內部人員"),
    "refused": Text("it was refused because {why}", "未能進線，原因為{why}"),
    "callback": Text(
        "the caller asked to be called back after waiting {wait:.1f} s", "來電者等候 {wait:.1f} 秒後要求回撥"
    ),
    "not reached": Text("the customer was not reached", "客戶未接通"),
    "gave up": Text(
        "the customer gave up {where} after waiting {wait:.1f} s", "客戶等候 {wait:.1f} 秒，{where}放棄"
    ),
    "nobody answered": Text("nobody answered, {end}", "無人接聽，{end}"),
    "waited": Text("waited {wait:.1f} s, ", "等候 {wait:.1f} 秒，"),
    "talked": Text("talked {talk:.1f} s", "通話 {talk:.1f} 秒"),
    "talked with": Text("talked {talk:.1f} s with {staff}", "與 {staff} 通話 {talk:.1f} 秒"),
    "customer talked with": Text(
        "the customer talked {talk:.1f} s with {staff}", "客戶與 {staff} 通話 {talk:.1f} 秒"
    ),
    "held": Text(", held {hold:.1f} s", "，保留 {hold:.1f} 秒"),
    "so it went": Text("{waited}{talked}{held}, {end}", "{waited}{talked}{held}，{end}"),
    "overflow queue_full": Text("the queue was full", "佇列額滿"),
    "overflow line_cap": Text("the line had all the calls it may have", "該線路的同時通話數已達上限"),
    "overflow trunk_cap": Text("the trunk had all the calls it may have", "外線的同時通話數已達上限"),
    "gave up ivr": Text("in the menu", "於語音選單中"),
    "gave up queue": Text("in the queue", "於佇列中"),
    "gave up ringing": Text("while a phone rang", "於話機響鈴時"),
    "gave up None": Text("before an answer", "於接聽之前"),
    # What was not seen, and to which call this one belongs.
    "partly": Text(
        "Only part of this call was observed: what happened outside that part is not told here.",
        "此通話僅觀測到一部分，其餘經過不在此敘述。",
    ),
    "gap": Text("Not observed: from {since} until {until}.", "未觀測：自{since}至{until}。"),
    "its start": Text("its start", "通話開始"),
    "its end": Text("its end", "通話結束"),
    "callback of": Text("This is the call back that call {call} asked for.", "此為通話 {call} 所要求的回撥。"),
    "consult of": Text("This is a consultation during call {call}.", "此為通話 {call} 進行中的諮詢通話。"),
    # Moments.
    "began": Text("the call began", "通話開始"),
    "joined queue": Text("the caller joined queue {queue}", "來電者進入佇列 {queue}"),
    "joined queue as": Text(
        "the caller joined queue {queue} as number {position}", "來電者進入佇列 {queue}，排在第 {position} 位"
    ),
    "offered": Text("{agent} was offered the call", "派送給 {agent}"),
    "rang": Text("{agent}'s phone rang", "{agent} 的話機響鈴"),
    "joined": Text("{who} joined the conversation", "{who} 加入對話"),
    "left": Text(
        "{who} left the conversation after {talk:.1f} s of talk", "{who} 離開對話，共通話 {talk:.1f} 秒"
    ),
    "began spying": Text("{who} began {mode} {target}", "{who} 開始{mode} {target}"),
    "stopped spying": Text("{who} stopped {mode} {target}", "{who} 停止{mode} {target}"),
    "conference": Text("{speakers} were in conference", "{speakers} 進行會議通話"),
    "conference over": Text("the conference was over", "會議通話結束"),
    "role customer": Text("customer {party}", "客戶 {party}"),
    "role agent": Text("agent {party}", "專員 {party}"),
    "role supervisor": Text("supervisor {party}", "督導 {party}"),
    "role extension": Text("extension {party}", "分機 {party}"),
    "role outside": Text("outside {party}", "外線 {party}"),
    "role system": Text("system {party}", "系統 {party}"),
    "spy monitor": Text("listening to", "監聽"),
    "spy coach": Text("whispering to", "耳語指導"),
    "spy barge": Text("speaking in the conversation of", "強插"),
    "spy None": Text("listening, whispering or speaking to", "監聽、耳語或強插（方式不明）"),
    "exit answered": Text("the call left queue {queue} for the one who answered", "離開佇列 {queue}，由接聽者服務"),
    "exit abandoned": Text("the caller left queue {queue} by hanging up", "來電者在佇列 {queue} 中掛斷"),
    "exit timeout": Text(
        "queue {queue} gave up: the wait was over its limit", "佇列 {queue} 等候逾時，通話離開佇列"
    ),
    "exit full": Text("queue {queue} was full and refused the call", "佇列 {queue} 額滿，拒絕進入"),
    "exit join_empty": Text(
        "queue {queue} had nobody to serve it and refused the call", "佇列 {queue} 無人服務，拒絕進入"
    ),
    "exit leave_empty": Text(
        "queue {queue} gave up: nobody was left to serve it", "佇列 {queue} 已無人服務，通話離開佇列"
    ),
    "exit key": Text("the caller left queue {queue} by pressing a key", "來電者按鍵離開佇列 {queue}"),
    "exit transferred": Text("the call was taken out of queue {queue}", "通話自佇列 {queue} 轉出"),
    "exit unknown": Text("the call left queue {queue}", "通話離開佇列 {queue}"),
    "end customer": Text("the customer hung up", "客戶掛斷"),
    "end agent": Text("the agent hung up", "專員掛斷"),
    "end supervisor": Text("the supervisor hung up", "督導掛斷"),
    "end system": Text("the PBX ended the call", "系統結束通話"),
    "end unknown": Text("the call ended, who ended it is not known", "通話結束，不知由誰掛斷"),
    "cause": Text(" (cause {cause})", "（原因碼 {cause}）"),
    "sip": Text(" (SIP {code})", "（SIP {code}）"),
    # Transfers.
    "someone": Text("someone", "某人"),
    "the agent": Text("the agent", "專員"),
    "takeover": Text("{by} took the call over from {whom}", "{by} 從 {whom} 接手通話"),
    "blind": Text("{by} made a blind transfer to {to}, {outcome}", "{by} 直接將通話轉給{to}，{outcome}"),
    "attended": Text(
        "{by} made an attended transfer to {to}, {outcome}", "{by} 經諮詢將通話轉給{to}，{outcome}"
    ),
    "to agent": Text("agent {to}", "專員 {to}"),
    "to supervisor": Text("supervisor {to}", "督導 {to}"),
    "to extension": Text("extension {to}", "分機 {to}"),
    "to queue": Text("queue {to}", "佇列 {to}"),
    "to external": Text("external {to}", "外線 {to}"),
    "to system": Text("system {to}", "系統 {to}"),
    "to unknown": Text("unknown {to}", "不明對象 {to}"),
    "transfer answered": Text("answered", "對方已接通"),
    "transfer unanswered": Text("unanswered", "無人接聽"),
    "transfer refused": Text("refused", "遭拒"),
    "transfer unknown": Text("outcome unknown", "結果不明"),
    # Offers.
    "queue to": Text("queue {queue} to {agent}", "佇列 {queue} 派送給 {agent}"),
    "direct to": Text("to {agent}", "直接派送給 {agent}"),
    "offer": Text("{who}: {what}", "{who}：{what}"),
    "rang for": Text("rang {rang:.1f} s, {what}", "響鈴 {rang:.1f} 秒，{what}"),
    "did not ring": Text("did not ring, {what}", "未響鈴，{what}"),
    "unseen": Text("what {agent} did was not seen", "未觀測到 {agent} 的回應"),
    "failed unseen": Text(
        "{agent} did not take the call, why was not seen{code}", "{agent} 未接聽，原因未觀測到{code}"
    ),
    "outcome answered": Text("{agent} answered", "{agent} 接聽"),
    "outcome rejected": Text("{agent} declined{code}", "{agent} 拒接{code}"),
    "outcome cpe_rejected": Text("{agent}'s device failed{why}{code}", "{agent} 的話機異常{why}{code}"),
    "outcome no_answer": Text("{agent} did not answer in time", "{agent} 逾時未接"),
    "outcome cancelled": Text("the caller left before {agent} answered", "{agent} 接聽前來電者已離開"),
    "outcome answered_elsewhere": Text(
        "another phone answered before {agent}'s", "{agent} 接聽前已由其他話機接聽"
    ),
    "outcome forwarded": Text("{agent}'s device sent the call elsewhere{why}", "{agent} 的話機將來電轉往他處{why}"),
    # Why a device failed an offer: its reason in the record.
    "reason unreachable": Text("it was not reachable", "話機無法連線"),
    "reason no_response": Text("it did not even ring", "話機毫無回應，未曾響鈴"),
    "reason device_lost": Text("its connection was lost while it rang", "響鈴中話機斷線"),
    "reason busy": Text("it was busy or on do not disturb", "話機忙線或設為勿擾"),
    "reason temporarily_unavailable": Text(
        "it was unavailable or on do not disturb", "話機暫時無法接聽或設為勿擾"
    ),
    "reason media_failed: NotAllowedError": Text(
        "on answering, the browser was not allowed to use the microphone", "接聽時瀏覽器未獲准使用麥克風"
    ),
    "reason media_failed: NotFoundError": Text(
        "on answering, the browser found no microphone", "接聽時瀏覽器找不到麥克風"
    ),
    "reason media_failed: NotReadableError": Text(
        "on answering, the browser could not open the microphone", "接聽時瀏覽器無法開啟麥克風"
    ),
    "reason media_failed: IceFailed": Text("the browser found no way for the sound", "瀏覽器無法建立語音連線"),
    "reason device_lost: offline": Text("the browser had no network", "瀏覽器沒有網路連線"),
    "reason answer_failed": Text(
        "the agent pressed answer, but the browser could not", "專員已按下接聽，但瀏覽器未能接通"
    ),
    "reason rejected_by_page": Text(
        "the phone's page refused by itself, as on do not disturb", "話機網頁自動拒接，例如設為勿擾"
    ),
    "reason page_closed: closed": Text(
        "the phone's page was closed or loaded anew", "話機網頁已關閉或重新載入"
    ),
    "reason page_closed: stopped": Text("the phone's page logged the phone off", "話機網頁已將話機登出"),
    "reason declined": Text("declined", "拒接"),
    "reason timeout": Text("timeout", "逾時"),
    "reason picked_up": Text("picked up", "由同仁代接"),
    "reason not_registered": Text("not registered", "未註冊"),
    "reason unauthorized": Text("unauthorized", "未授權"),
    "reason forbidden": Text("forbidden", "被禁止"),
    "reason not_found": Text("not found", "查無此號"),
    "reason request_timeout": Text("request timeout", "請求逾時"),
    "reason unsupported_media": Text("unsupported media", "不支援的媒體格式"),
    "reason bad_extension": Text("bad extension", "不支援的 SIP 擴充"),
    "reason not_acceptable": Text("not acceptable", "無共同的語音編碼"),
    "reason unwanted": Text("unwanted", "不願接此來電"),
    "reason server_error": Text("server error", "話機內部錯誤"),
    "reason service_unavailable": Text("service unavailable", "話機服務中斷"),
}  # fmt: skip
