"""The catalogue of tags: the number, name, labels and exact meaning of each, in English and Traditional Chinese.

A tag keeps its bit for ever, and no bit is used twice. docs/tags.md defines the words: offer, DN, speaking party.
"""

from collections.abc import Iterable

import msgspec

from bridge.vocabulary.record import Label


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """One tag. Chinese texts (``zh``) are Traditional Chinese as used in Taiwan."""

    bit: int
    """0 to 12 categories, 13 to 26 statuses, 32 and up beyond these."""
    name: str
    en: str
    """Label."""
    zh: str
    meaning: str
    """When a call has the tag, and when not."""
    meaning_zh: str
    example: str
    example_zh: str
    evidence: str
    """The events that show it, in Asterisk's words."""
    ari_limit: str = ""
    """What callbridge cannot see of this tag with ARI alone; empty if it sees all. With AMI it sees every tag."""
    ari_limit_zh: str = ""


_SPY_LIMIT = (
    "ARI sends no event when somebody listens in. callbridge then takes the listened-to channel from ChanSpy's "
    "arguments in the dialplan; it misses a ChanSpy that names no channel, or only a group (g), and one "
    "that was started by Originate."
)
_SPY_LIMIT_ZH = (
    "ARI 沒有監聽事件。callbridge 改由撥號計畫中 ChanSpy 的參數得知被監聽的通道；參數未指定通道（例如只指定群組 g）"
    "，或由 Originate 發起的 ChanSpy，無法得知監聽對象。"
)
_MUTE_LIMIT = (
    "ARI does not tell when a participant of a ConfBridge room is muted or unmuted. callbridge then only knows who "
    "starts muted, if the dialplan sets CONFBRIDGE(user,startmuted)."
)
_MUTE_LIMIT_ZH = (
    "ARI 不回報 ConfBridge 會議室中的靜音與解除靜音；只有撥號計畫以 CONFBRIDGE(user,startmuted) 設定一開始就靜音的人"
    "，才能得知。"
)
_LEADER_LIMIT = (
    "ARI does not tell who hears music in a ConfBridge room. callbridge then knows that a caller waits there for "
    "the leader only if the dialplan sets CONFBRIDGE(user,wait_marked). If a profile sets it, the waiting callers "
    "seem to talk with one another."
)
_LEADER_LIMIT_ZH = (
    "ARI 不回報誰在 ConfBridge 會議室中聽音樂。只有撥號計畫以 CONFBRIDGE(user,wait_marked) 設定時，callbridge 才"
    "知道來電者在等候主持人；若由 confbridge.conf 的設定檔指定，等候中的來電者看起來會像彼此通話。"
)
_OFFER_LIMIT = (
    "When an ARI application rings a phone, ARI's Dial event does not name the caller. Unless the application sends "
    "CallbridgeOffer, an offer becomes a call of its own if it is not answered, or if whoever answers is not "
    "connected with the caller."
)
_OFFER_LIMIT_ZH = (
    "ARI 應用程式撥打話機時，ARI 的 Dial 事件不含來電者。應用程式若未送出 CallbridgeOffer，未接聽、或接聽後"
    "未與來電者接通的派送，會被記成另一通通話。"
)

CATALOGUE: tuple[Tag, ...] = (
    Tag(
        bit=0,
        name="incoming_dn_call",
        en="incoming DN call",
        zh="進線",
        meaning="A customer calls in, and the number dialled is one of the contact centre's DNs. The first DN counts "
        "that the dialplan comes to before it serves the caller (by a Dial, a queue, a mailbox). So it does not "
        "matter if the carrier calls an account and tells the dialled number in a header, if the dialplan removes "
        "the country code, or if a menu leads to several DNs. It does not matter either where the call goes later.",
        meaning_zh="客戶由外線打入，所撥的號碼是客服中心登記的 DN。撥號計畫在開始服務來電者（Dial、佇列、語音信箱）"
        "之前最先到達的 DN 即為所撥的 DN。因此，電信業者撥的是帳號、另以標頭告知號碼，撥號計畫去掉國碼，或由一個選單"
        "通往幾個 DN，都不影響判定；通話之後被送到哪裡也不影響。",
        example="A customer dials 8000, the support line, and is answered from its queue.",
        example_zh="客戶撥打客服專線 8000，由佇列中的專員接聽。",
        evidence="Newchannel of the trunk's channel with its first Exten, or the Newexten at the DN",
    ),
    Tag(
        bit=1,
        name="outbound_call",
        en="outbound call",
        zh="外撥",
        meaning="Somebody inside calls a customer through a trunk, and the number shown to the customer is a DN.",
        meaning_zh="內部人員經由外線打給客戶，而且客戶看到的來電號碼是 DN。",
        example="Agent 1001 calls a customer back and the customer's display shows 8000.",
        example_zh="專員 1001 回電給客戶，客戶的來電顯示為 8000。",
        evidence="DialBegin towards the trunk: the caller ID shown",
    ),
    Tag(
        bit=2,
        name="non_dn_incoming_call",
        en="non-DN incoming call",
        zh="進線",
        meaning="A customer calls in, and the number dialled is not a DN, for example the direct number of one "
        "extension.",
        meaning_zh="客戶由外線打入，所撥的號碼不是 DN，例如直接撥到某支分機的專屬號碼。",
        example="A customer dials the direct number of extension 1001.",
        example_zh="客戶直接撥打分機 1001 的專線號碼。",
        evidence="Newchannel of the trunk's channel: its first Exten",
    ),
    Tag(
        bit=3,
        name="non_dn_outgoing_call",
        en="non-DN outgoing call",
        zh="外撥",
        meaning="Somebody inside calls an outside number, and the number shown is not a DN: it is the extension's "
        "own number, or no number at all.",
        meaning_zh="內部人員撥打外線，顯示的來電號碼不是 DN：可能是分機自己的號碼，也可能完全不顯示號碼。",
        example="Agent 1001 calls out and the other side sees 1001.",
        example_zh="專員 1001 撥打外線，對方看到的號碼是 1001。",
        evidence="DialBegin towards the trunk: the caller ID shown",
    ),
    Tag(
        bit=4,
        name="agent_coached_call",
        en="Agent Coached Call",
        zh="專員指導",
        meaning="Another agent whispers to an agent who is in the call: the coached agent hears it, the customer "
        "does not. If a supervisor whispers, the tag is supervisor_coached_call instead.",
        meaning_zh="通話中的專員由另一位專員以耳語指導：被指導的專員聽得到，客戶聽不到。若由督導耳語，則為「督導指導"
        "」。",
        example="Senior agent 1002 whispers to the new agent 1001 during a customer's call.",
        example_zh="新進專員 1001 與客戶通話時，資深專員 1002 在旁以耳語指導。",
        evidence="ChanSpyStart, with the mode from the spying channel's Newexten or DTMF",
        ari_limit=_SPY_LIMIT,
        ari_limit_zh=_SPY_LIMIT_ZH,
    ),
    Tag(
        bit=5,
        name="agent_conference_call",
        en="Agent Conference Call",
        zh="專員會議",
        meaning="At one moment at least three speaking parties are in the conversation, and two or more of them are "
        "agents. There need not be a customer among them. Silent listeners and whisperers do not count.",
        meaning_zh="同一時刻至少有三位發言者在對話中，其中兩位以上是專員。不一定要有客戶；靜默監聽者與耳語者不計。",
        example="Agent 1001 adds agent 1002 to the conversation with the customer.",
        example_zh="專員 1001 將專員 1002 加入與客戶的通話，三方同時交談。",
        evidence="BridgeEnter, ConfbridgeJoin; where a phone mixes its two calls, Unhold",
        ari_limit=_MUTE_LIMIT,
        ari_limit_zh=_MUTE_LIMIT_ZH,
    ),
    Tag(
        bit=6,
        name="agent_transferred_call",
        en="Agent Transferred Call",
        zh="專員轉接",
        meaning="An agent passes the call to another agent or to a supervisor, who is then connected. A transfer "
        "that nobody answers does not count, and neither does a transfer to an outside number.",
        meaning_zh="專員將通話轉給另一位專員或督導，而且對方已接通。無人接聽的轉接不算，轉到外線號碼也不算。",
        example="Agent 1001 transfers the customer to agent 1002, who answers.",
        example_zh="專員 1001 把客戶轉接給專員 1002，1002 接起。",
        evidence="BlindTransfer or AttendedTransfer, then the target's BridgeEnter",
    ),
    Tag(
        bit=7,
        name="supervisor_monitored_call",
        en="Supervisor Monitored Call",
        zh="督導監聽",
        meaning="A supervisor listens to the call silently: neither the agent nor the customer hears the supervisor.",
        meaning_zh="督導靜默監聽通話：專員與客戶都聽不到督導的聲音。",
        example="Supervisor 2001 listens to agent 1001 for a quality check.",
        example_zh="督導 2001 為品質稽核監聽專員 1001 的通話。",
        evidence="ChanSpyStart, with the mode from the spying channel's Newexten or DTMF; in a room ConfbridgeJoin, "
        "muted",
        ari_limit=f"{_SPY_LIMIT} {_MUTE_LIMIT}",
        ari_limit_zh=_SPY_LIMIT_ZH + _MUTE_LIMIT_ZH,
    ),
    Tag(
        bit=8,
        name="supervisor_coached_call",
        en="Supervisor Coached Call",
        zh="督導指導",
        meaning="A supervisor whispers to the agent: the agent hears it, the customer does not.",
        meaning_zh="督導對專員耳語：專員聽得到，客戶聽不到。",
        example="Supervisor 2001 listens first, then presses 5 and whispers to agent 1001.",
        example_zh="督導 2001 先監聽，再按 5 改為對專員 1001 耳語。",
        evidence="ChanSpyStart, with the mode from the spying channel's Newexten or DTMF",
        ari_limit=_SPY_LIMIT,
        ari_limit_zh=_SPY_LIMIT_ZH,
    ),
    Tag(
        bit=9,
        name="supervisor_conference_call",
        en="Supervisor Conference Call",
        zh="督導會議",
        meaning="At one moment a supervisor, an agent and a customer are all speaking parties, either in a "
        "conference or because the supervisor barged in.",
        meaning_zh="同一時刻督導、專員與客戶三者都是發言者，無論是會議通話，或是督導強插。",
        example="Supervisor 2001 barges into agent 1001's call to calm a complaint.",
        example_zh="督導 2001 強插專員 1001 的通話，三方一起處理客訴。",
        evidence="BridgeEnter or ConfbridgeJoin; where a phone mixes its two calls, Unhold; for barging, "
        "ChanSpyStart with its mode",
        ari_limit=f"{_SPY_LIMIT} {_MUTE_LIMIT}",
        ari_limit_zh=_SPY_LIMIT_ZH + _MUTE_LIMIT_ZH,
    ),
    Tag(
        bit=10,
        name="supervisor_transferred_call",
        en="Supervisor Transferred Call",
        zh="督導轉接",
        meaning="A supervisor passes the call on and the target is connected; or a supervisor takes the customer "
        "over from the agent, and the agent is then out of the call.",
        meaning_zh="督導將通話轉出，而且對方已接通；或督導從專員手中接手客戶，原專員退出通話。",
        example="Supervisor 2001 takes the customer from agent 1001 and finishes the call.",
        example_zh="督導 2001 從專員 1001 接手客戶，自己完成通話。",
        evidence="BlindTransfer or AttendedTransfer; for a take-over, BridgeLeave of the agent and BridgeEnter "
        "of the supervisor with the same customer",
    ),
    Tag(
        bit=11,
        name="agent_to_agent_call",
        en="Agent to Agent calls",
        zh="內線",
        meaning="Two of the staff (agents or supervisors) call each other, answered or not, or meet in a conference "
        "room, and nobody from outside is in the call.",
        meaning_zh="兩位專員或督導互相撥打（無論有無接起），或在會議室中交談，通話中沒有外部人士。",
        example="Agent 1001 asks agent 1002 a question by phone.",
        example_zh="專員 1001 打內線請教專員 1002。",
        evidence="Newchannel and DialBegin of both devices, and no trunk channel",
    ),
    Tag(
        bit=12,
        name="reassigned_call",
        en="Reassigned Call",
        zh="重新分配",
        meaning="After an offer that failed, the call is offered to an agent who had not been offered it before. "
        "Offering it to the same agent again gives reassign only.",
        meaning_zh="派送失敗之後，通話改派給這通電話先前沒有派過的專員。若只是再派給同一位專員，只有「重新分派」。",
        example="Agent 1001 declines, the queue rings agent 1002.",
        example_zh="專員 1001 拒接，佇列改派給專員 1002。",
        evidence="the failed leg's Hangup, then AgentCalled or DialBegin of another agent",
        ari_limit=_OFFER_LIMIT,
        ari_limit_zh=_OFFER_LIMIT_ZH,
    ),
    Tag(
        bit=13,
        name="customer_abandon",
        en="customer abandon",
        zh="客戶放棄",
        meaning="Inbound: the customer hangs up before any agent has answered; abandoned_in says where the customer "
        "was: in the IVR, in the queue, or while a phone rang. Outbound: the customer was never connected, for "
        "whatever reason. A call that the PBX ended is not abandoned, and neither is a call whose customer asked to "
        "be called back.",
        meaning_zh="進線：客戶在任何專員接起之前掛斷，abandoned_in 註明當時在語音選單、佇列或響鈴中。外撥：客戶始終"
        "沒有接通，不論原因。由系統結束的通話，以及客戶要求回撥的通話，都不算放棄。",
        example="A customer waits 40 s in the queue and hangs up.",
        example_zh="客戶在佇列中等了 40 秒後掛斷。",
        evidence="HangupRequest of the customer's channel before any answer; outbound, the trunk leg's DialEnd",
        ari_limit=_LEADER_LIMIT,
        ari_limit_zh=_LEADER_LIMIT_ZH,
    ),
    Tag(
        bit=14,
        name="queued",
        en="queued",
        zh="排隊等候",
        meaning="The customer waited in a queue while no agent was ready. Either no offer began within queued_after "
        "(1 s by default) of joining the queue; or later, for longer than that, no phone was being offered the call "
        "and no member was ready. A call that is offered at once is not queued.",
        meaning_zh="客戶在佇列中等候時沒有就緒的專員：進入佇列後，在 queued_after（預設 1 秒）內沒有開始派送；或之後"
        "有一段超過該時間，既沒有派送進行中，也沒有就緒的成員。一進佇列就派送的通話不算排隊。",
        example="All agents are on the phone; the customer waits 15 s for the first free one.",
        example_zh="所有專員都在通話中，客戶等了 15 秒才有人可接。",
        evidence="QueueCallerJoin, AgentCalled, QueueMemberStatus",
        ari_limit="ARI does not report queue members. If the wait began with an offer, callbridge cannot see that "
        "the customer later waited while no agent was ready.",
        ari_limit_zh="ARI 不回報佇列成員。等候若以派送開始，之後才變成沒有專員就緒，無法得知。",
    ),
    Tag(
        bit=15,
        name="reassign",
        en="reassign",
        zh="重新分派",
        meaning="The call was offered again after an offer that failed, to the same agent or to another. Phones "
        "that ring at the same time (ring-all) are one round, so they do not count as offered again.",
        meaning_zh="派送失敗後再次派送，不論派給同一位或另一位專員。多支話機同時響鈴（同振）屬於同一輪，不算再次派送"
        "。",
        example="Agent 1001 does not answer and is rung once more.",
        example_zh="專員 1001 未接，佇列再次派給同一位專員。",
        evidence="the failed leg's Hangup, then AgentCalled or DialBegin",
        ari_limit=_OFFER_LIMIT,
        ari_limit_zh=_OFFER_LIMIT_ZH,
    ),
    Tag(
        bit=16,
        name="overflowed",
        en="overflowed",
        zh="溢流",
        meaning="The call was refused because a limit was reached; overflow_reason says which one: queue_full, "
        "line_cap (calls at the same time on one DN) or trunk_cap (calls at the same time on the trunk). Nobody "
        "missed it, so it is never a customer_abandon.",
        meaning_zh="因已達上限而被拒絕，overflow_reason 註明是哪個上限：queue_full（佇列額滿）、line_cap（同一 DN 的"
        "同時通話數）、trunk_cap（外線的同時通話數）。這不是漏接，因此絕不會同時是「客戶放棄」。",
        example="Two customers already wait in a queue for two; the third is turned away.",
        example_zh="佇列只容兩人等候且已滿，第三位客戶被拒絕。",
        evidence="VarSet QUEUESTATUS=FULL; for the caps, VarSet CALLBRIDGE_OVERFLOW, or Set(GROUP()), a condition "
        "and Busy, Congestion or Hangup before anybody was tried, in a group under [[cap]] or one that others are in",
    ),
    Tag(
        bit=17,
        name="transferred",
        en="transferred",
        zh="已轉接",
        meaning="The call was passed on to another agent or to a supervisor, who was connected. If a supervisor "
        "passed it on, it counts whoever took the call. agent_transferred_call and supervisor_transferred_call say "
        "who passed it on.",
        meaning_zh="通話已轉給另一位專員或督導，而且對方已接通。若由督導轉出，不論由誰接手都算。由誰轉出，見「專員轉"
        "接」與「督導轉接」。",
        example="Agent 1001 asks agent 1002 first, then connects the customer.",
        example_zh="專員 1001 先詢問專員 1002，再把客戶接過去。",
        evidence="BlindTransfer or AttendedTransfer, then the target's BridgeEnter",
    ),
    Tag(
        bit=18,
        name="over_agent_answer_threshold",
        en="over agent answer threshold",
        zh="超過專員應答時間",
        meaning="An offer rang longer than the agent answer threshold, whether or not it was then answered. The "
        "threshold is 20 s by default and can be set per DN or per queue.",
        meaning_zh="某次派送的響鈴時間超過專員應答門檻，無論最後有無接起。門檻預設 20 秒，可依 DN 或佇列設定。",
        example="Agent 1001 answers after 24 s of ringing.",
        example_zh="專員 1001 響鈴 24 秒後才接起。",
        evidence="the leg's Newstate Ringing, and what ended the ringing",
    ),
    Tag(
        bit=19,
        name="over_customer_waiting_threshold",
        en="over customer waiting threshold",
        zh="超過客戶等待時間",
        meaning="Inbound: the customer waited longer than the customer waiting threshold. The wait begins on "
        "joining the first queue (without a queue: when the call begins) and ends when the call is answered or the "
        "customer is gone. The threshold is 60 s by default and can be set per DN or per queue.",
        meaning_zh="進線：客戶的等候時間超過客戶等待門檻。等候從進入第一個佇列算起（沒有佇列則從通話開始算起），到被"
        "接聽或客戶離開為止。門檻預設 60 秒，可依 DN 或佇列設定。",
        example="A customer is answered after 75 s in the queue.",
        example_zh="客戶在佇列等了 75 秒才被接聽。",
        evidence="QueueCallerJoin, then the answer or the end",
    ),
    Tag(
        bit=20,
        name="virtual_queue_callback_incoming",
        en="Virtual queue call back Incoming",
        zh="虛擬佇列進線",
        meaning="The inbound call in which the customer asked to be called back: the customer hung up but kept the "
        "place in the queue. It is not abandoned.",
        meaning_zh="客戶要求回撥的那通進線：客戶掛斷，但保留在佇列中的順位。不算客戶放棄。",
        example="A waiting customer presses 1 to be called back and hangs up.",
        example_zh="等候中的客戶按 1 要求回撥後掛斷。",
        evidence="VarSet CALLBRIDGE_CALLBACK=requested",
    ),
    Tag(
        bit=21,
        name="virtual_queue_callback_outgoing",
        en="Virtual queue call back outgoing call",
        zh="虛擬佇列外撥",
        meaning="The call back itself. callback_of names the inbound call in which the customer asked for it.",
        meaning_zh="回撥的那通電話。callback_of 註明是由哪通進線要求回撥。",
        example="An agent becomes free, and the PBX dials the customer who asked to be called back.",
        example_zh="有專員可接時，系統撥給先前要求回撥的客戶。",
        evidence="VarSet CALLBRIDGE_CALLBACK_OF",
    ),
    Tag(
        bit=22,
        name="agent_reject",
        en="Agent Reject call (when agent press disconnect)",
        zh="專員拒絕回應",
        meaning="The phone of an agent who was offered the call was ringing, and the agent declined. If the phone "
        "answers busy or do-not-disturb without having rung, that is the device's answer: cpe_reject.",
        meaning_zh="派送給專員的話機已在響鈴，而專員主動拒接。話機若未響鈴就回覆忙線或勿擾，屬於設備的回應，為「CPE "
        "拒絕回應」。",
        example="Agent 1001's phone rings 4 s and the agent presses decline (603).",
        example_zh="專員 1001 的話機響了 4 秒，專員按下拒接（603）。",
        evidence="Newstate Ringing, then HangupRequest and Hangup of the offered leg with Cause and TechCause",
        ari_limit=_OFFER_LIMIT,
        ari_limit_zh=_OFFER_LIMIT_ZH,
    ),
    Tag(
        bit=23,
        name="cpe_reject",
        en="CPE Reject Call (when CPE reject the SIP call)",
        zh="CPE(WebRTC、IP Phone..)拒絕回應",
        meaning="The offer failed because of the device, not because of the person: the device was not registered, "
        "did not respond, answered busy or do-not-disturb without ringing, was lost while ringing, or answered with "
        "an error such as 488 or 503. It also counts when a call waited and the only agent it could have gone to "
        "had an unreachable device (reason unreachable).",
        meaning_zh="派送失敗的原因在設備而不在人：設備未註冊、沒有回應、未響鈴即回覆忙線或勿擾、響鈴中斷線，或回覆 "
        "488、503 等錯誤。通話在等候，而唯一可派的專員設備無法連線時，也算（reason 為 unreachable）。",
        example="Agent 1001's browser tab was closed; the offer fails without ringing.",
        example_zh="專員 1001 的瀏覽器分頁已關閉，派送時話機沒有響鈴就失敗。",
        evidence="Hangup of the offered leg without Newstate Ringing or with an error in TechCause; "
        "ContactStatus; DIALSTATUS=CHANUNAVAIL; QueueMemberStatus 5",
        ari_limit="ARI does not report queue members. callbridge does not see a member whom the queue skips as "
        "unreachable, nor one whose Local channel dials no phone and whose dialplan does not set DIALSTATUS either. "
        f"{_OFFER_LIMIT}",
        ari_limit_zh="ARI 不回報佇列成員。被佇列視為無法連線而略過的成員，以及 Local 通道沒有撥打任何話機、"
        f"撥號計畫也沒有設定 DIALSTATUS 的成員，都無法得知。{_OFFER_LIMIT_ZH}",
    ),
    Tag(
        bit=24,
        name="agent_no_answer_timeout",
        en="Agent No Answer Timeout bit",
        zh="專員逾時未接",
        meaning="The device was in order and rang until the time for the offer was up, and nobody answered.",
        meaning_zh="話機正常，一直響鈴到派送時間用完，沒有人接起。",
        example="Agent 1001's phone rings for 15 s, then the queue stops offering the call to it.",
        example_zh="專員 1001 的話機響了 15 秒無人接聽，佇列收回派送。",
        evidence="Newstate Ringing, then Hangup of the offered leg with no HangupRequest from the phone",
        ari_limit=_OFFER_LIMIT,
        ari_limit_zh=_OFFER_LIMIT_ZH,
    ),
    Tag(
        bit=25,
        name="agent_disconnect",
        en="Agent Disconnect Call (after call connected)",
        zh="專員結束通話",
        meaning="The call was connected, and in the last conversation the staff side hung up first: an agent, a "
        "supervisor, or a plain extension that talked with the customer. An agent who leaves because of a transfer "
        "did not hang up. A call that the PBX ended has neither agent_disconnect nor customer_disconnect.",
        meaning_zh="通話接通後，最後一段對話由內部一方先掛斷：專員、督導，或與客戶通話的一般分機。因轉接而離開的專員"
        "不算掛斷。由系統結束的通話，既沒有「專員結束通話」，也沒有「客戶結束通話」。",
        example="The agent says goodbye and hangs up.",
        example_zh="專員道別後先掛斷。",
        evidence="HangupRequest of the staff's own channel, or DTMFEnd of the disconnect feature",
    ),
    Tag(
        bit=26,
        name="customer_disconnect",
        en="Customer Disconnect Call (After call connected)",
        zh="客戶結束通話",
        meaning="The call was connected, and the customer hung up first in the last conversation.",
        meaning_zh="通話接通後，最後一段對話由客戶先掛斷。",
        example="The customer says thank you and hangs up.",
        example_zh="客戶道謝後先掛斷。",
        evidence="HangupRequest of the customer's channel, or DTMFEnd of the disconnect feature",
    ),
    Tag(
        bit=32,
        name="system_disconnect",
        en="System Disconnect Call (after call connected)",
        zh="系統結束通話",
        meaning="Staff and caller were connected, and the PBX ended the call: for example by an administrator, a "
        "time limit, lost media, or a redirect to a destination that does not exist.",
        meaning_zh="專員或督導與來電者已接通，而由系統結束通話，例如管理員強制掛斷、通話時限、媒體中斷，或導向不存在"
        "的目的地。",
        example="An administrator hangs up the agent's channel.",
        example_zh="管理員強制掛斷專員的通道。",
        evidence="SoftHangupRequest, or Hangup of both legs with no HangupRequest from either",
    ),
    Tag(
        bit=33,
        name="short_abandon",
        en="short abandon",
        zh="短暫放棄",
        meaning="An inbound call was abandoned within short_abandon (5 s by default) of its start, and no offer of "
        "it had failed: no agent declined or let it ring, no device failed. This points to a wrong number or a "
        "change of mind rather than to poor service. The call is a customer_abandon too.",
        meaning_zh="進線在開始後 short_abandon（預設 5 秒）內就被放棄，且沒有任何一次派送失敗：沒有專員拒接或未接，"
        "也沒有設備故障。多半是撥錯或改變主意，而非服務不佳。同時也是「客戶放棄」。",
        example="A customer hangs up 2 s after the greeting began.",
        example_zh="問候語開始 2 秒後客戶就掛斷。",
        evidence="Newchannel and HangupRequest of the customer's channel",
    ),
    Tag(
        bit=34,
        name="device_lost",
        en="Agent Device Lost (after call connected)",
        zh="專員話機斷線",
        meaning="A connected agent's device was lost during the call: its registration was removed, its media "
        "stopped, or it no longer answered the PBX.",
        meaning_zh="通話接通後，專員的設備在通話中斷線：註冊被移除、媒體中斷，或不再回應系統。",
        example="The agent's browser crashes in the middle of a conversation.",
        example_zh="對話進行中，專員的瀏覽器當掉。",
        evidence="ContactStatus Removed or Unreachable, Hangup with Cause 44, or HangupRequest with 408 or 481",
    ),
    Tag(
        bit=35,
        name="queue_exit",
        en="queue exit (unanswered)",
        zh="未接聽離開佇列",
        meaning="The caller left a queue without being answered and without hanging up. queue_exit_reason says why: "
        "timeout (the time allowed in the queue was up), join_empty (no agent could take calls, so the queue "
        "refused the caller), leave_empty (while the caller waited, no agent could take calls any more) or key (the "
        "caller pressed a key).",
        meaning_zh="來電者未被接聽、也未掛斷就離開佇列，queue_exit_reason 註明原因：timeout（在佇列中的時間已到）、"
        "join_empty（沒有可接聽的專員，佇列不讓人進入）、leave_empty（等候中不再有可接聽的專員）或 key（來電者按鍵離"
        "開）。",
        example="Nobody is free for 120 s, and the queue sends the customer to voicemail.",
        example_zh="120 秒都沒有專員可接，佇列把客戶轉到語音信箱。",
        evidence="VarSet QUEUESTATUS, QueueCallerLeave",
    ),
    Tag(
        bit=36,
        name="transferred_external",
        en="transferred to an outside number",
        zh="已轉接外線",
        meaning="The call was passed on to an outside number, which was connected. If an agent passed it on, the "
        "call is not transferred, because no agent or supervisor has it now. If a supervisor passed it on, it is "
        "transferred and supervisor_transferred_call too.",
        meaning_zh="通話已轉到外線號碼，而且對方已接通。若由專員轉出，不屬於「已轉接」，因為接手的不是專員或督導；若"
        "由督導轉出，同時也是「已轉接」與「督導轉接」。",
        example="Agent 1001 transfers the customer to a repair company's number.",
        example_zh="專員 1001 把客戶轉到維修公司的電話。",
        evidence="BlindTransfer or AttendedTransfer, then the trunk leg's BridgeEnter",
    ),
)
"""Every tag, by bit."""

BY_NAME: dict[str, Tag] = {tag.name: tag for tag in CATALOGUE}
LABELS = {tag.name: Label(tag.en, tag.zh) for tag in CATALOGUE}
"""The labels of each tag, as records hold them."""


def bits_of(names: Iterable[str]) -> int:
    """The bits of some tags as one number, as in a record's ``tag_bits``."""
    return sum(1 << BY_NAME[name].bit for name in dict.fromkeys(names))
