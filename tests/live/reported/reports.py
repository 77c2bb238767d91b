"""What people who run Asterisk reported or documented, and what came of placing it. Facts and addresses only.

What comes out now stands in the table of docs/test-full.md, under the name of the scenario.
"""

from dataclasses import dataclass

ISSUES = "https://github.com/asterisk/asterisk/issues/"
PULLS = "https://github.com/asterisk/asterisk/pull/"
FREEPBX = "https://github.com/FreePBX/issue-tracker/issues/"
MIKOPBX = "https://github.com/mikopbx/Core/issues/"
QUEUE_HELP = "http://www.asterisk.org/docs/asterisk/trunk/applications/queue"
APPLICATIONS = "https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Applications/"
ACTIONS = "https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/"
DIAL_HELP = "http://www.voip-info.org/wiki/view/Asterisk+cmd+Dial"


@dataclass(frozen=True)
class Report:
    what: str
    """The call, or what was said to go wrong with it."""
    source: str
    scenario: str = ""
    """The scenario that places it; empty where it cannot be placed here."""
    why_not: str = ""
    at_first: str = "exact"
    """What came out when it was first played, on 22 and on 16 unless it says so."""
    kind: str = ""
    """Of what came out wrong at first."""


FALSE_WAIT = "a wait for an agent who was ready"
AFTER_THE_END = "what the PBX does after the end of a call taken for the call"
MACHINE_LISTENS = "a machine that listens told as a supervision"
CUSTOMERS_TRANSFER = "a transfer by the customer told as the staff's"
UNSEEN_SPY = "who listens in is not seen by ARI alone"
ONLY_RINGS = "in one bridge with a phone that only rings"
GONE_BEFORE = "put through to a customer who had hung up"
OTHER_LETTERS = "the technology in other letters"
PUT_ASIDE = "put on hold by an application before the agent hung up"
ANSWERED_BEFORE = "asked behind a Local channel that had been answered before"
TO_ONESELF = "a transfer to whoever transferred"
BEHIND_LOCAL = "a wait in a queue behind a Local channel"
CUSTOMER_JOINS = "a customer who joins the two she talks with is not seen to leave"
NEVER_CALLED = "a leg that was made and never called has a record by ARI alone"
FORWARDED_OUT = "whom a member's phone forwards to outside told as an agent"
LEFT_THE_TWO = "who makes it three and leaves the two is not told to transfer"
SENT_OUTSIDE = "a panel that sends the customer outside is not told as a transfer"
COMES_BACK = "a parked call that comes back to a phone that is off"
WORD_OF_A_PERSON = "a person's word taken for the device's"
FORWARDED_INSIDE = "a colleague to whom the dialplan forwards a member's calls named by the member"
LISTENED_WAITING = "whom a supervisor listens to before an agent is there is not seen by ARI alone"
NEXT_ROUND = "an answer in the next round, 40 ms later, taken for one elsewhere in this"
STAYS_APART = "a stay in a queue that was only asked is counted as the customer's"
NOT_FOLLOWED = "a forward that the PBX does not follow is told as a forward"
GIVEN_CAUSE = "the cause that an administrator or an application gives taken for the phone's word"
REASON_HEADER = "a Reason header hides that the phone refused"
NO_QUEUE = "a stay in a queue that there is not"
FULL_BEHIND = "a full queue behind a transfer is not told"
ENDED_BY_HAND = "a leg that an administrator ended taken for one that rang out"
PARKED_OUT = "a panel that parks a caller out of a queue is told as an answer"
RECALLED = "who is called back for a customer and declines has a record of her own"
PASSED_BACK = "somebody outside who passes the customer back taken for a customer who leaves"
TWICE_AT_ONCE = "an agent whom one Dial calls twice, once by a forward, has two offers"
NEXT_UNTOLD = "whom ChanSpy listens to next is not seen by ARI alone"
MOVED_AGAIN = "who is moved a second time waits in a queue too many"
REFUSED_BEFORE = "a routine that refuses before a queue calls its member is no offer"
CUT_OFF = "an agent whose side the PBX ended is told to transfer"
LEFT_BY_KEY = "who leaves a room by a key is told as passed on"
ONE_DEVICE = "agents whose phones are behind one device are one agent by ARI alone"
MEMBER_TWICE = "an agent who is a ring-all's member twice has two offers"
TO_NEXT_QUEUE = "who is moved from a queue to the next is not known to have left the first"
STRANGER = "who calls without being known to the PBX is taken for a phone of the house"
LOGGED_IN_OUTSIDE = "an agent who has logged in from a mobile is taken for somebody outside"
NEXT_CHANSPY = "a ChanSpy that follows another is not seen by ARI alone"
OTHER_KEY = "a key that hangs nobody up is taken for the one that does"
SENT_ON_UNTOLD = "a 302 that an application has sent is told as the caller's giving up"
GIVEN_UP = "a queue that a Dial gives up is told as abandoned by the caller"
GONE_BEHIND = "an offer that failed because the extension behind it is not there is not told"
HIDES = "the number shown: a dial's own options, and a name that may not be shown"
TWO_LINES = "her own consultation, of which a panel makes one call, told as a talk that the PBX cut"
ENDED_BY_PAGE = "a phone's own 487 taken for a call that was cancelled"
TIME_IS_UP = "the time of a call or of a room is up, and the dialplan's next agent told as a transfer"
ANOTHER_CARRIER = "a carrier that refuses told as a failure of the agent's phone"
CALLED_INTO_ROOM = "who is called into the caller's room by the dialplan and declines has a record of her own"
PAGED_BY_LOCAL = "a phone that a page behind Local channels finds busy or off told as a failure"
PASSED_ON_INSIDE = "a colleague whom a panel or an application passes on in an internal call is not told as passed on"
CLICK_FORWARDED = "a phone that forwards what a click rings has a record of its own"
DECIDED = "expected otherwise, and decided since"

REPORTS = (
    # Queues.
    Report(
        "ring-all: one answers, hears the announcement and hangs up; the others have stopped ringing",
        f"{ISSUES}1557", "of_two_who_ring_one_hangs_up_before_she_hears_the_customer",
    ),
    Report(
        "ring-all: two members answer in the same moment", f"{ISSUES}176", "two_agents_pick_up_at_the_same_moment",
    ),
    Report(
        "a queue with a time limit inside a loop with announcements",
        "https://asteriskrecipes.com/snippets/call-handling/queue-with-failover",
        "a_queue_is_left_for_an_announcement_and_joined_again",
    ),
    Report(
        "ringinuse=yes: a member who talks is rung", "https://github.com/IssabelFoundation/issabelPBX/pull/7",
        "a_queue_rings_an_agent_who_talks_and_she_declines",
        at_first="false queued, by AMI and by both", kind=FALSE_WAIT,
    ),
    Report(
        "skip-busy off: the second call is taken while the first is on hold",
        "https://wiki.xontel.com/documentation/pbx/call-features/queue",
        "an_agent_holds_one_customer_and_takes_the_next",
    ),
    Report("Queue option n: one round of the members, no retries", QUEUE_HELP, "once_round_the_members_and_out"),
    Report(
        "autopause after one missed call", f"{FREEPBX}816", "who_does_not_answer_is_paused_and_the_customer_waits",
    ),
    Report(
        "Local members and a transfer: the queue's log says nothing of it", f"{FREEPBX}124",
        "local_members_go_away_and_the_agent_transfers",
    ),
    Report(
        "a member's follow-me or mailbox takes the queue's call",
        "https://manualshive.com/en/manual/openvox/uc300-a02em1/1640143?page=82",
        "a_members_own_mailbox_answers_the_queues_call",
    ),
    Report(
        "autofill=no: one caller is offered at a time",
        "https://kjgr.net/kenmirrors/asterisk/src/commit/203e73f5afb633e2edb7e4c30fa126b886f45d16/configs/samples/"
        "queues.conf.sample",
        "a_queue_serves_one_caller_at_a_time",
    ),
    Report(
        "a queue rule widens the penalties after some seconds", f"{ISSUES}1561",
        "a_rule_lets_the_second_row_take_the_call",
    ),
    Report("wrapuptime keeps a member from the next call", f"{ISSUES}1006",
           "a_customer_waits_while_the_agent_wraps_up"),
    Report(
        "a member picks up and is not connected yet: the caller hangs up",
        "https://github.com/chan-sccp/chan-sccp/issues/519",
        "a_customer_gives_up_between_the_answer_and_the_connection",
    ),
    Report(
        "a member picks up and is not connected yet, and has to pick up twice",
        "https://github.com/chan-sccp/chan-sccp/issues/519",
        "an_agent_hangs_up_between_the_answer_and_the_connection",
    ),
    Report(
        "joinempty=inuse: nobody may wait while all talk",
        "http://38.142.81.21:8001/manual/atech-machine/libra-02-m/system-information-english/page-329.html",
        "nobody_may_wait_while_the_only_agent_talks",
    ),
    Report(
        "leavewhenempty=inuse: callers are put out when all talk",
        "http://38.142.81.21:8001/manual/atech-machine/libra-02-m/system-information-english/page-329.html",
        "nobody_may_wait_on_when_the_last_agent_takes_another_call",
    ),
    Report(
        "Queue option c, then another queue", QUEUE_HELP, "from_the_agent_who_hung_up_on_to_the_next_queue",
    ),
    Report(
        "external numbers as members", "https://www.freepbx.org/heavy-queue-usage-in-freepbx/",
        "a_member_is_a_number_outside",
    ),
    Report(
        "hangup handlers on every call", "https://github.com/pitzkey/FreePBX-MissedCalls/issues/1",
        "a_handler_runs_after_the_customer_has_given_up",
    ),
    Report(
        "a hangup handler after the PBX ended the wait", "https://github.com/pitzkey/FreePBX-MissedCalls/issues/1",
        "a_handler_runs_after_an_administrator_ended_the_wait",
        at_first="the queue was left for another place (22)", kind=AFTER_THE_END,
    ),
    Report(
        "queues and members kept elsewhere are read anew while calls wait", "https://github.com/asterisk/asterisk/pull/1767",
        "the_queues_are_read_anew_while_a_phone_rings",
    ),
    Report(
        "an attended transfer by keys to a ring-all queue, completed before anybody answers in a second round",
        f"{MIKOPBX}1100", "an_agent_hands_over_to_a_queue_that_rings_a_second_round",
    ),
    Report(
        "a member re-registers while calls wait", "https://github.com/OpenACD/OpenACD/issues/6",
        "the_only_agents_phone_comes_back_while_a_customer_waits",
    ),
    Report(
        "dynamic members log out while they talk", f"{ISSUES}607", "an_agent_logs_out_in_the_midst_of_the_call",
    ),
    Report(
        "dynamic members log out while they ring", f"{ISSUES}393",
        "an_agent_logs_out_while_the_phone_rings_and_nobody_is_left",
    ),
    Report(
        "an agent of AgentLogin ends the call by *, and the caller goes on", f"{ISSUES}393",
        why_not="the star goes through to the customer here, on 22.10 and 16.28",
    ),
    # Dial.
    Report(
        "Dial option g: the caller goes on when the called hangs up",
        "https://github.com/futel/asteriskserver/issues/322", "after_the_agent_a_menu_has_the_customer",
    ),
    Report(
        "Dial option G: both sides go their own ways", "http://dis.org.nz/asterisk/Dial.txt",
        "who_answers_and_who_called_go_different_ways_into_one_room",
    ),
    Report(
        "Dial option F: the called goes on when the caller hangs up",
        "https://github.com/signalwire/freeswitch/issues/2194",
        "the_agent_hears_an_announcement_when_the_customer_has_hung_up",
    ),
    Report(
        "Dial option L: a limit with warnings", "https://github.com/adhearsion/punchblock/pull/192",
        "time_is_up_after_two_warnings",
    ),
    Report(
        "an absolute time limit on the channel", "https://in.docsity.com/pt/docs/asterisk-centos-m04/4772191",
        "the_pbx_allows_a_call_four_seconds_in_all",
    ),
    Report(
        "Dial option d: a key while it rings leads elsewhere", "http://ww.luojie1987.com/index.php/post/788.html",
        "a_key_pressed_while_a_phone_rings_leads_to_another",
    ),
    Report(
        "Dial option A: the called hears an announcement first, and hangs up", DIAL_HELP,
        "the_only_agent_hangs_up_on_hearing_who_calls",
    ),
    Report(
        "Local channels without /n go away after the answer", "https://github.com/bg111/asterisk-chan-dongle/issues/180",
        "a_group_behind_local_channels_that_go_away",
    ),
    Report(
        "Dial option p: the called refuses by the menu (DONTCALL, TORTURE)",
        "https://old.bansdoc.gov.bd/sub-2/53bebH/files/basic-html/page416.html",
        "an_agent_is_asked_whether_to_take_the_call_and_says_no",
    ),
    Report(
        "the caller behind the trunk holds by re-INVITE", "https://github.com/livekit/sip/issues/552",
        "a_customer_puts_the_agent_on_hold",
    ),
    Report(
        "directed pickup by the number dialled, behind Local channels",
        "https://github.com/chan-sccp/chan-sccp/issues/152", "a_supervisor_takes_what_rings_behind_a_local_channel",
    ),
    Report(
        "the answer's Gosub sends the caller elsewhere (GOSUB_RESULT=GOTO)",
        "https://github.com/futel/asteriskserver/issues/54", "an_agent_sends_the_customer_to_the_mailbox_by_a_key",
    ),
    Report(
        "follow-me of a phone that is not to be disturbed", f"{FREEPBX}208",
        "after_the_pbxs_do_not_disturb_the_next_agent_is_dialled",
    ),
    Report(
        "a phone forwards to the mailbox by 302", "https://github.com/fusionpbx/fusionpbx/issues/1518",
        "a_phone_forwards_to_the_mailbox",
    ),
    Report(
        "FollowMe asks who answers", "https://github.com/fusionpbx/fusionpbx/issues/1165",
        "a_call_follows_its_agent_who_declines_by_a_key",
    ),
    Report(
        "a feature of the dialplan plays something to the other side in the call",
        "https://github.com/futel/asteriskserver/issues/54", "the_pbx_says_something_in_the_midst_of_the_call",
    ),
    Report(
        "a phone registers anew during a call", "https://github.com/OpenACD/OpenACD/issues/6",
        "a_phone_registers_anew_in_the_midst_of_the_call",
    ),
    Report(
        "a registration ends during a call that goes on", "https://github.com/OpenACD/OpenACD/issues/6",
        "a_phones_registration_ends_and_the_call_goes_on",
    ),
    Report(
        "a phone registers anew while it rings", "https://github.com/OpenACD/OpenACD/issues/6",
        "a_phone_registers_anew_while_it_rings_and_the_agent_declines",
    ),
    Report(
        "callers whose number tells nobody", "https://github.com/blak3r/yaai/issues/125",
        "a_caller_who_shows_no_number",
    ),
    Report(
        "callers who show a number of the house",
        "https://github.com/blak3r/yaai/issues/224", "a_caller_who_shows_an_agents_number",
    ),
    # Menus, mailboxes, scripts, applications.
    Report(
        "a caller gets the PBX's dial tone and dials an extension",
        "https://in.docsity.com/pt/docs/asterisk-centos-m04/4772191",
        "a_customer_dials_on_from_the_pbxs_dial_tone",
    ),
    Report(
        "a caller dials out again through the PBX", "https://in.docsity.com/pt/docs/asterisk-centos-m04/4772191",
        "a_customer_dials_out_again_from_the_pbxs_dial_tone",
    ),
    Report(
        "0 in the mailbox leads to the operator (extension o)", "https://wener.me/notes/voip/asterisk/dialplain",
        "out_of_the_mailbox_to_the_operator",
    ),
    Report(
        "an echo test from outside", "https://in.docsity.com/pt/docs/asterisk-centos-m04/4772191",
        "a_customer_talks_to_her_own_echo",
    ),
    Report(
        "the PBX calls back by itself who reached nobody",
        "https://sites.google.com/view/melware-org/chancapi/chancapicallcompletion",
        "the_pbx_calls_back_whom_it_did_not_answer",
    ),
    Report("an AGI script runs Queue", f"{ISSUES}1114", "a_script_brings_the_customer_into_the_queue"),
    Report(
        "an ARI application lets the caller go on in the dialplan",
        "https://github.com/greenfieldtech-nirs/phpari/issues/52", "a_bot_lets_the_customer_go_on_into_the_queue",
    ),
    Report(
        "the dialplan parks by itself, and a colleague takes the call",
        "https://github.com/IssabelFoundation/issabel/issues/43",
        "a_colleague_takes_a_call_that_the_dialplan_parked",
    ),
    Report(
        "a call that the dialplan parked comes back to a number",
        "https://github.com/IssabelFoundation/issabel/issues/43",
        "nobody_takes_a_call_that_the_dialplan_parked",
    ),
    Report(
        "a bot rings an agent through a queue behind a Local channel, and connects",
        "https://github.com/dograh-hq/dograh/issues/416", "a_bot_hands_over_to_a_queue_behind_a_local_channel",
    ),
    Report(
        "the caller hangs up while the bot's queue rings, and the Local channel stays",
        "https://github.com/dograh-hq/dograh/issues/416", "a_customer_gives_up_while_a_bots_queue_rings_an_agent",
    ),
    Report(
        "a transcriber: snoop and external media in a bridge",
        "https://github.com/asterisk/asterisk-external-media/pull/22", "an_application_has_the_call_written_down",
        at_first="a supervision by the snoop itself", kind=MACHINE_LISTENS,
    ),
    Report(
        "a media tap: a Local channel, of which one half runs ChanSpy", f"{ISSUES}2123",
        "a_machine_listens_through_a_local_channel",
    ),
    Report(
        "a voice bot by external media", "https://github.com/nimbleape/asterisk-dialogflow-ari-bridge/pull/2",
        "a_customer_talks_to_a_bot_and_hangs_up",
    ),
    Report(
        "the bot hands over to a live agent", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/504",
        "an_agent_comes_to_customer_and_bot_and_the_bot_leaves",
    ),
    Report(
        "AMI Redirect out of an ARI application", "https://github.com/asterisk/node-ari-client/issues/72",
        "a_panel_takes_the_customer_from_a_bot_into_the_queue",
    ),
    Report(
        "a bot calls out", "https://github.com/hail-hq/hail/pull/40", "a_bot_calls_a_customer_who_hangs_up",
    ),
    # Passed on, joined, called by a dialler.
    Report(
        "a transfer to a menu that leads into a queue", f"{FREEPBX}802",
        "an_agent_transfers_to_a_menu_that_leads_to_a_queue",
    ),
    Report(
        "a transfer to a mailbox", "https://github.com/OpenACD/OpenACD/pull/91",
        "an_agent_transfers_to_a_colleagues_mailbox",
    ),
    Report(
        "a transfer to where the call ends", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/571",
        "an_agent_transfers_to_an_announcement_that_ends_the_call",
    ),
    Report(
        "ChannelRedirect fetches the customer from a conversation",
        "https://github.com/AsterNET/AsterNET/issues/207", "a_supervisor_fetches_the_customer_by_a_code",
    ),
    Report(
        "a panel kicks a participant out of a ConfBridge room",
        "https://github.com/NethServer/dev/issues/7135", "a_panel_kicks_the_customer_out_of_the_room",
    ),
    Report(
        "click to call, the customer first, through a Local channel",
        "https://github.com/AsterNET/AsterNET/issues/18", "a_click_calls_the_customer_first",
    ),
    Report(
        "auto-dial through a Local channel that is to be joined with an agent",
        "https://github.com/jstasiak/asterisk-chan-dongle/issues/2",
        "a_queue_finds_the_agent_and_then_the_customer_is_called",
    ),
    Report(
        "AMD: a machine answers the dialler", "https://github.com/hail-hq/hail/pull/40",
        "a_machine_answers_the_dialler",
    ),
    Report(
        "the dialplan answers an inside caller before it dials out",
        "https://github.com/InnovateAsterisk/Browser-Phone/issues/571",
        "the_pbx_answers_the_agent_before_it_calls_the_customer",
    ),
    Report(
        "an agent joins two callers whom he talks with", "https://github.com/voiceip/tinyphone/issues/65",
        "an_agent_joins_two_customers_who_both_called_in",
    ),
    Report(
        "no agent is free within seconds for whom the dialler found: a message, and goodbye",
        "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/405",
        "nobody_is_there_for_whom_the_dialler_found",
    ),
    Report(
        "a dialler's Local channel to a customer who is busy",
        "https://github.com/bg111/asterisk-chan-dongle/issues/180",
        "a_dialler_finds_a_customer_busy_behind_a_local_channel",
    ),
    Report(
        "auto-dial through a Local channel into the agent's conference",
        "https://github.com/jstasiak/asterisk-chan-dongle/issues/2",
        "a_dialler_brings_a_customer_to_an_agent_in_a_room_by_a_local_channel",
    ),
    Report(
        "a call that only plays something to the customer", "https://github.com/AsterNET/AsterNET/issues/49",
        "a_customer_hears_a_reminder_and_hangs_up",
    ),
    Report(
        "183 with an announcement, then a refusal", "https://github.com/signalwire/freeswitch/issues/2596",
        "the_carrier_says_in_words_that_the_number_is_gone",
    ),
    Report(
        "183 and never 180, then an answer", "https://github.com/signalwire/freeswitch/issues/2490",
        "a_customer_answers_after_early_media",
    ),
    Report(
        "the caller gives up in early media", "https://github.com/DoubangoTelecom/webrtc2sip/issues/75",
        "the_agent_gives_up_while_the_carrier_announces",
    ),
    Report(
        "the carrier answers an outgoing call with 302", "https://github.com/fusionpbx/fusionpbx/issues/2283",
        "the_carrier_sends_an_outgoing_call_to_another_number",
    ),
    Report(
        "the far side is gone without a BYE", "https://github.com/dograh-hq/dograh/issues/416",
        "the_customers_line_dies_and_the_agent_hangs_up",
    ),
    Report(
        "the caller's own PBX transfers (REFER from the trunk)",
        "https://github.com/AlticeLabsPublic/asterisk-i/issues/72",
        "the_customers_own_pbx_transfers_the_agent_away",
        at_first="transferred and system_disconnect", kind=CUSTOMERS_TRANSFER,
    ),
    # Supervisors and panels.
    Report(
        "ChanSpy on the beginning of a name", "https://github.com/roramirez/qpanel/issues/117",
        "a_supervisor_listens_to_whoever_talks",
    ),
    Report(
        "ExtenSpy", f"{ISSUES}1358", "a_supervisor_listens_to_whoever_is_on_an_extension",
        at_first="by ARI alone no supervision, and a record of the spy", kind=UNSEEN_SPY,
    ),
    Report("ChanSpy option o", f"{ISSUES}876", "a_supervisor_listens_to_the_agents_words_only"),
    Report("ChanSpy w on the customer's own channel", f"{PULLS}877", "a_supervisor_whispers_to_the_customer"),
    Report(
        "a panel transfers by AMI BlindTransfer", "https://github.com/marcelog/PAMI/pull/113",
        "a_panel_transfers_blind_for_the_agent",
    ),
    Report("a panel transfers by AMI Atxfer", f"{ISSUES}519", "a_panel_transfers_attended_for_the_agent"),
    Report(
        "a panel parks by AMI, and another takes the call", "https://github.com/AsterNET/AsterNET/issues/207",
        "a_panel_parks_the_customer_and_a_colleague_takes_the_call",
    ),
    Report(
        "a panel takes two channels out of two calls by AMI Bridge", f"{ISSUES}1144",
        "a_panel_bridges_the_customer_with_a_colleague_who_talks",
    ),
    # Applications that bridge before they dial, and those outside of the PBX that distribute calls.
    Report(
        "ARI create, bridge, then dial, so that the caller hears the ringing: the called declines",
        "https://github.com/daniele77/aricpp/issues/11", "a_bot_bridges_before_it_dials_and_the_first_agent_declines",
    ),
    Report("a Dial of ARI reaches its timeout", f"{PULLS}1203", "a_bot_bridges_before_it_dials_and_its_time_is_up",
        at_first="customer_disconnect, not abandoned", kind=ONLY_RINGS,
    ),
    Report(
        "ARI create and dial: caller and called are in one bridge before the answer",
        "https://github.com/CyCoreSystems/ari/issues/122",
        "a_customer_gives_up_in_one_bridge_with_a_phone_that_rings",
        at_first="customer_disconnect, not abandoned", kind=ONLY_RINGS,
    ),
    Report(
        "a call that waits is fetched by a program outside of the PBX",
        "https://github.com/sipsorcery-org/sipsorcery/issues/482",
        "an_acd_outside_sends_a_customer_in_music_to_one_agent_after_the_other",
    ),
    Report(
        "BridgeWait: several callers wait in one holding bridge",
        "https://wiki.asterisk.org/wiki/display/AST/Asterisk+18+Application_BridgeWait",
        "of_two_in_one_holding_bridge_one_gives_up_and_one_is_taken",
    ),
    Report(
        "a switchboard by ARI: operators take callers off it and put them back",
        "https://github.com/wazo-platform/wazo-calld/pull/404",
        "an_operator_puts_the_customer_back_on_the_switchboard_for_another",
        at_first="not transferred", kind=PUT_ASIDE,
    ),
    Report(
        "a dialler's three-way call whose third must press 1",
        "http://vicidial.org/docs/AGENT_3WAY_PRESS-1_CALLS.txt",
        "a_third_from_outside_comes_into_the_room_by_a_key_and_leaves",
    ),
    Report(
        "a dialler's agent leaves the three-way call", "https://vicifast.com/blog/tag/three-way-call",
        "an_agent_leaves_the_customer_to_a_third_from_outside_in_the_room",
        at_first="not transferred to the outside", kind=DECIDED,
    ),
    Report(
        "the third of a dialler's three-way call does not press 1",
        "http://vicidial.org/docs/AGENT_3WAY_PRESS-1_CALLS.txt", "a_third_from_outside_does_not_come_into_the_room",
    ),
    # Routines on the phone of whoever answers, or before it is called.
    Report(
        "membergosub: a routine runs on the member's channel before the two are connected", f"{ISSUES}519",
        "an_agent_of_a_queue_hears_a_routine_and_then_the_customer",
    ),
    Report(
        "a member hangs up before the two are connected", f"{ISSUES}1557",
        "an_agent_of_a_queue_hangs_up_in_the_routine",
    ),
    Report(
        "membergosub: the caller hangs up while it runs", f"{ISSUES}519",
        "a_customer_gives_up_while_the_agent_of_a_queue_hears_a_routine",
        at_first="a1 answered, customer_disconnect", kind=GONE_BEFORE,
    ),
    Report(
        "Dial option U: CONTINUE", "https://www.mail-archive.com/asterisk@uc.org/msg10592.html",
        "an_agent_sends_the_customer_on_to_the_next_by_a_key",
    ),
    Report(
        "Dial option U: ABORT", "https://www.mail-archive.com/asterisk@uc.org/msg10592.html",
        "an_agent_ends_the_call_by_a_key_before_taking_it",
    ),
    Report(
        "Dial options b and B: routines before the dial",
        "https://git.sapian.cloud/Asterisk/asterisk/commit/9202ca34a84fc74566d79e6c7f4f54459cb72600"
        "?style=unified&whitespace=ignore-eol",
        "a_routine_runs_on_each_phones_channel_before_it_is_called",
    ),
    Report(
        "Dial option S: so many seconds after the answer", "https://github.com/adhearsion/punchblock/pull/192",
        "the_pbx_hangs_up_three_seconds_after_the_answer",
    ),
    Report(
        "a ring group with confirmation, transferred for the second time", f"{FREEPBX}669",
        "a_group_that_takes_calls_by_a_key_transfers_to_another_group_and_on",
    ),
    Report(
        "a caller without a number is asked for one",
        "https://asteriskrecipes.com/reference/applications/privacymanager",
        "a_caller_who_shows_no_number_is_asked_for_it",
    ),
    # The technology in small letters, as the log of another shows it.
    Report(
        "a dialplan dials a technology in small letters, and a phone that is not registered",
        "https://github.com/wazo-platform/wazo-call-logd", "a_dead_phone_and_the_next_are_dialled_in_small_letters",
        at_first="no offer of the dead phone", kind=OTHER_LETTERS,
    ),
    Report(
        "members of a queue in small letters", "https://github.com/wazo-platform/wazo-call-logd",
        "a_queues_members_are_written_in_small_letters",
    ),
    Report(
        "members of a queue in small letters who cannot be reached", "https://github.com/wazo-platform/wazo-call-logd",
        "no_phone_of_members_in_small_letters_can_be_reached",
    ),
    # Programs that place calls.
    Report(
        "Originate with an application", "https://github.com/emilianodellacasa/ruby-asterisk/pull/13",
        "a_click_runs_dial_for_the_agent_who_answers",
    ),
    Report(
        "click to dial by ARI", "https://github.com/skrusty/AsterNET.ARI/issues/67",
        "a_click_by_ari_leads_the_agent_into_the_dialplan",
    ),
    Report(
        "Originate through a Local channel that goes away, then a transfer",
        "https://github.com/chan-sccp/chan-sccp/issues/207",
        "a_clicked_call_through_a_local_channel_that_goes_away_is_transferred",
    ),
    Report(
        "a dialler's Originate with the application Queue",
        "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/405",
        "a_dialler_runs_queue_for_the_customer_who_answers",
    ),
    Report(
        "a call back that its customer accepts by 1", f"{FREEPBX}525",
        "whom_the_pbx_calls_back_comes_into_the_queue_by_a_key",
    ),
    Report(
        "a call back that its customer does not accept", f"{FREEPBX}621",
        "whom_the_pbx_calls_back_presses_nothing_and_hangs_up",
    ),
    Report(
        "Bridge() of the dialplan takes the other side of a talk",
        "https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Dialplan_Applications/Bridge",
        "a_supervisor_bridges_the_customer_to_her_own_phone_by_a_code",
    ),
    Report(
        "an attended transfer by a panel is taken back", "https://github.com/irontec/ivozprovider/issues/877",
        "a_panel_takes_back_a_transfer_that_still_rings",
    ),
    Report(
        "an outbound call whose both legs are on trunks", "https://github.com/wazo-platform/wazo-call-logd",
        "a_click_calls_a_mobile_outside_and_then_the_customer",
        at_first="ended by nobody known", kind=DECIDED,
    ),
    # More of queues and transfers.
    Report(
        "a member is paused for having declined", "https://github.com/signalwire/freeswitch/issues/152",
        "who_declines_is_paused_and_the_customer_waits",
    ),
    Report(
        "an announcement in early media, then a queue that nothing has answered",
        "https://github.com/signalwire/freeswitch/pull/1886",
        "a_customer_whom_nothing_has_answered_yet_gives_up_in_the_queue",
    ),
    Report(
        "follow-me of a queue's member", f"{FREEPBX}285", "a_queues_call_follows_its_member_who_declines_by_a_key",
        at_first="a1 answered", kind=ANSWERED_BEFORE,
    ),
    Report(
        "a call that comes in rings a number outside, too", "https://github.com/AsterNET/AsterNET/issues/230",
        "a_number_outside_answers_while_the_desk_rings_and_hangs_up",
    ),
    Report(
        "a blind transfer comes back at once", f"{FREEPBX}457",
        "an_agent_transfers_to_a_number_that_there_is_not_and_talks_on",
    ),
    Report(
        "a parked call comes back to who parked it", "https://github.com/chan-sccp/chan-sccp/issues/528",
        "who_parked_the_customer_declines_when_the_call_comes_back",
        at_first="the right tags, and a transfer to a1 that a1 refused", kind=TO_ONESELF,
    ),
    Report(
        "from a queue by blind transfer to the next, and by attended transfer to an extension", f"{MIKOPBX}741",
        "from_a_queue_that_rings_to_the_next_one_and_then_to_a_supervisor",
    ),
    Report(
        "pickup of what rings for another", "https://github.com/futel/asteriskserver/issues/1",
        "a_supervisor_picks_up_what_an_agent_transferred_to_a_colleague",
    ),
    Report(
        "an attended transfer that nobody answers comes back to who transferred",
        "https://github.com/chan-sccp/chan-sccp/issues/26",
        "nobody_answers_what_an_agent_left_by_keys_and_she_takes_the_call_back",
    ),
    # Behind channels of the PBX's own.
    Report(
        "a group or a follow-me leads into a queue through a Local channel; the caller gives up",
        "https://github.com/roramirez/qpanel/issues/265", "a_customer_gives_up_in_a_queue_behind_a_local_channel",
        at_first="no wait for an agent", kind=BEHIND_LOCAL,
    ),
    Report(
        "the same, and an agent takes the call after a while",
        "https://github.com/IssabelFoundation/callcenter/issues/41",
        "a_customer_waits_in_a_queue_behind_a_local_channel",
        at_first="no wait for an agent", kind=BEHIND_LOCAL,
    ),
    Report(
        "the same, and the agent declines", "https://github.com/fusionpbx/fusionpbx/issues/2511",
        "an_agent_of_a_queue_behind_a_local_channel_declines",
    ),
    Report(
        "the same, and the agent transfers", f"{FREEPBX}124", "an_agent_of_a_queue_behind_a_local_channel_transfers",
        at_first="no wait for an agent", kind=BEHIND_LOCAL,
    ),
    Report(
        "the dialplan behind a member is busy (call forwarding, do-not-disturb of the PBX)", f"{FREEPBX}285",
        "the_dialplan_behind_a_member_is_busy",
    ),
    Report(
        "Dial option b: a routine ends the leg before it is called", f"{APPLICATIONS}Dial",
        "a_routine_refuses_for_a_phone_before_it_is_called",
        at_first="by ARI alone a record of the leg", kind=NEVER_CALLED,
    ),
    Report(
        "one Local channel behind the other, and both go away", f"{FREEPBX}1043",
        "one_local_channel_behind_the_other_goes_away",
    ),
    Report(
        "a delayed device in a group", "https://github.com/nemerald-voip/fspbx/pull/117",
        "a_colleague_declines_before_an_agents_own_way_calls_her",
    ),
    Report(
        "a bot behind Dial(AudioSocket/…)", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/22",
        "a_customer_hangs_up_on_a_bot_that_was_dialled",
    ),
    Report(
        "the bot ends, and the dialplan goes on to the queue", "https://github.com/CyCoreSystems/audiosocket/issues/29",
        "a_bot_that_was_dialled_ends_and_an_agent_takes_the_call",
    ),
    Report(
        "a virtual queue: a Local channel takes the caller's place", QUEUE_HELP,
        "a_local_channel_keeps_the_place_of_a_caller_who_is_called_back",
    ),
    Report(
        "a menu after the queue's time leads on", "https://github.com/fusionpbx/fusionpbx/issues/1923",
        "a_menu_after_the_queue_leads_to_another_queue",
    ),
    Report(
        "AMI QueueWithdrawCaller", "https://wiki.asterisk.org/wiki/display/AST/Asterisk+20+Application_Queue",
        "a_panel_withdraws_a_caller_from_the_queue",
    ),
    # Transfers that come back or go into applications, and the other side's.
    Report(
        "a blind transfer to who is busy comes back by the dialplan", "https://github.com/OpenACD/OpenACD/issues/110",
        "a_blind_transfer_finds_a_colleague_busy_and_comes_back",
    ),
    Report(
        "a blind transfer that nobody takes comes back, and is declined", "https://github.com/OpenACD/OpenACD/issues/110",
        "nobody_wants_what_comes_back_from_a_blind_transfer",
    ),
    Report(
        "parked with comebacktoorigin=no, and its time is up", "https://github.com/AsterNET/AsterNET/issues/207",
        "what_an_agent_parked_goes_to_a_supervisor_when_its_time_is_up",
    ),
    Report(
        "a BLF key parks by blind transfer and fetches",
        "https://github.com/onCloud-Cloudspire/cloudspire-feedback/issues/73",
        "an_agent_parks_by_the_key_of_a_place_and_a_colleague_fetches",
    ),
    Report(
        "attended transfer into a menu", f"{FREEPBX}802", "an_agent_transfers_attended_into_a_menu",
    ),
    Report(
        "attended transfer into a mailbox", "https://github.com/chan-sccp/chan-sccp/issues/294",
        "an_agent_transfers_attended_into_a_mailbox",
    ),
    Report(
        "a caller joins both of her calls (REFER with Replaces from the trunk)",
        "https://github.com/voiceip/tinyphone/issues/65", "a_customer_joins_two_agents_and_is_out",
        at_first="system_disconnect", kind=CUSTOMER_JOINS,
    ),
    Report(
        "Dial option T: the caller transfers by keys", f"{APPLICATIONS}Dial",
        "a_customer_transfers_the_agent_away_by_keys",
    ),
    Report(
        "two consultations, one after the other", "https://github.com/mikopbx/Core/issues/741",
        "an_agent_asks_a_colleague_first_and_then_transfers_to_a_supervisor",
    ),
    Report(
        "the consultation is the one that is replaced", "https://github.com/asterisk/asterisk/issues/759",
        "an_agent_has_the_consultation_replace_the_call",
    ),
    Report(
        "attended transfer of a call that went out", "https://github.com/chan-sccp/chan-sccp/issues/294",
        "an_agent_who_called_out_transfers_attended",
    ),
    Report(
        "a reception's attended transfer", "https://github.com/mikopbx/Core/issues/316",
        "the_reception_asks_first_and_transfers",
    ),
    Report(
        "an inside call is transferred to the outside", "https://github.com/VoIPGRID/cacofonisk/issues/13",
        "a_colleague_transfers_an_agent_to_a_number_outside",
    ),
    Report(
        "click to call finds the customer busy", "https://github.com/AsterNET/AsterNET/issues/18",
        "a_click_finds_the_customer_busy",
    ),
    Report(
        "an inside call to a number of the house", "https://github.com/blak3r/yaai/issues/24",
        "an_agent_dials_a_number_of_the_house",
    ),
    Report(
        "the same by way of the carrier: two calls of the PBX", "https://github.com/blak3r/yaai/issues/224",
        "an_agent_dials_a_number_of_the_house_by_way_of_the_carrier",
    ),
    Report(
        "call forwarding on busy to the outside", "https://github.com/GlomarGadaffi/pocket-dial/pull/276",
        "a_busy_agents_calls_are_forwarded_to_a_number_outside",
    ),
    Report(
        "a reception and an agent in one group", f"{FREEPBX}1099", "the_reception_is_quicker_than_the_agent",
    ),
    Report(
        "AMI AbsoluteTimeout in a talk", "https://github.com/AsterNET/AsterNET/issues/207",
        "a_panel_gives_a_talk_two_more_seconds",
    ),
    Report(
        "ChanSpy on a customer's channel that is transferred", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_to_a_customer_who_is_transferred",
    ),
    Report(
        "BridgeAdd: the third in a talk",
        "https://docs.asterisk.org/Certified-Asterisk_22.8_Documentation/API_Documentation/Dialplan_Applications/BridgeAdd",
        "a_supervisor_adds_herself_to_a_talk_by_a_code",
    ),
    Report(
        "PickupChan in a queue", f"{APPLICATIONS}PickupChan",
        "a_supervisor_takes_what_rings_at_a_phone_by_its_channel",
    ),
    Report(
        "If and EndIf around a Dial", f"{APPLICATIONS}If", "an_agent_lets_it_ring_in_a_block_of_conditions",
    ),
    Report(
        "607 at once", "https://www.rfc-editor.org/rfc/rfc8197", "a_phone_says_unwanted_by_itself",
    ),
    Report(
        "607 after ringing: the called does not want the caller", "https://www.rfc-editor.org/rfc/rfc8197",
        "an_agent_declines_a_caller_as_unwanted",
        at_first="cpe_reject", kind=WORD_OF_A_PERSON,
    ),
    Report(
        "183 and never 180, then a refusal, behind Dial", "https://github.com/signalwire/freeswitch/issues/2490",
        "a_phone_rings_by_early_media_and_is_declined",
    ),
    # Consultations with queues and outside, forwarding on, and what comes beside calls.
    Report(
        "a Local channel before a queue goes away once an agent has answered", f"{FREEPBX}124",
        "a_local_channel_before_a_queue_goes_away",
    ),
    Report(
        "a transfer to a group that leads into a queue", f"{MIKOPBX}316",
        "an_agent_transfers_to_a_queue_behind_a_local_channel",
    ),
    Report(
        "attended transfer by keys to a queue where nobody is free: the agent comes back",
        f"{MIKOPBX}1125", "an_agent_asks_a_queue_by_keys_where_nobody_is_ready_and_comes_back",
        at_first="the consultation's stay in the customer's record", kind=STAYS_APART,
    ),
    Report(
        "attended transfer by keys to a queue", f"{MIKOPBX}316", "an_agent_asks_a_queue_by_keys_and_hands_over",
    ),
    Report(
        "a consultation with the outside, and back",
        "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/108",
        "an_agent_asks_somebody_outside_and_comes_back",
    ),
    Report(
        "the same by keys", f"{ISSUES}519", "an_agent_asks_somebody_outside_by_keys_and_comes_back",
    ),
    Report(
        "whom the agent asks transfers her on", "https://github.com/chan-sccp/chan-sccp/issues/294",
        "whom_an_agent_asks_passes_her_on_and_she_hands_over",
    ),
    Report(
        "the dialplan's busy tone where the agent talks", "https://github.com/fusionpbx/fusionpbx/issues/2002",
        "a_second_caller_is_told_that_the_agent_talks",
    ),
    Report(
        "a blacklist", f"{APPLICATIONS}Hangup", "an_unwanted_caller_is_turned_away",
    ),
    Report(
        "forwarding by 302 along two phones", f"{FREEPBX}217", "a_phone_forwards_to_one_that_forwards_on",
    ),
    Report(
        "forwarding by 302 to a queue", "https://github.com/chan-sccp/chan-sccp/issues/62",
        "a_phone_forwards_to_a_queue",
    ),
    Report(
        "a queue's member forwards by 302 to a mobile", "https://github.com/chan-sccp/chan-sccp/issues/62",
        "a_members_phone_forwards_to_a_mobile_outside",
        at_first="an agent by the mobile's number", kind=FORWARDED_OUT,
    ),
    Report(
        "a SIP MESSAGE runs the dialplan on a channel of its own", "https://github.com/CyCoreSystems/ari/issues/158",
        "a_message_comes_in_while_a_call_lasts",
    ),
    Report(
        "a shared line (SLATrunk)", f"{APPLICATIONS}SLATrunk", "a_station_of_a_shared_line_takes_the_call",
    ),
    # Between bots, listeners, mobiles and carriers.
    Report(
        "a bot puts the caller into a bridge with a queue", "https://github.com/dograh-hq/dograh/issues/416",
        "a_bot_connects_with_a_queue_where_nobody_is_ready",
        at_first="no wait for an agent", kind=BEHIND_LOCAL,
    ),
    Report(
        "the same, and the caller gives up", "https://github.com/dograh-hq/dograh/issues/416",
        "a_customer_gives_up_in_a_queue_that_a_bot_connected",
        at_first="no wait for an agent", kind=BEHIND_LOCAL,
    ),
    Report(
        "ChanSpy on a caller who waits", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_to_a_customer_before_an_agent_is_there",
    ),
    Report(
        "AMI Redirect of one of two", "https://github.com/AsterNET/AsterNET/issues/207",
        "a_panel_sends_the_agent_elsewhere_and_leaves_the_customer",
    ),
    Report(
        "a three-way call by keys, and the agent leaves", "https://github.com/futel/asteriskserver/issues/54",
        "an_agent_makes_it_three_by_keys_and_leaves_the_two",
        at_first="not transferred", kind=LEFT_THE_TWO,
    ),
    Report(
        "the same with somebody outside", "https://vicifast.com/blog/tag/three-way-call",
        "an_agent_makes_it_three_with_the_outside_by_keys_and_leaves_the_two",
        at_first="not transferred to the outside", kind=LEFT_THE_TWO,
    ),
    Report("one Dial of two carriers", f"{APPLICATIONS}Dial", "two_carriers_are_called_at_once"),
    Report(
        "a member at a mobile transfers by keys", f"{FREEPBX}802", "an_agent_at_a_mobile_transfers_by_keys",
    ),
    Report(
        "a consultation with the outside finds it busy", f"{ISSUES}519", "whom_an_agent_asks_outside_by_keys_is_busy",
    ),
    Report(
        "a blind transfer to the outside is refused", "https://github.com/chan-sccp/chan-sccp/issues/294",
        "a_number_outside_refuses_what_an_agent_transferred",
    ),
    # Diallers and panels that move one of two.
    Report(
        "an inbound group of a dialler: music, then the agent's room",
        "http://vicidial.org/docs/AGENT_3WAY_PRESS-1_CALLS.txt",
        "a_dialler_brings_a_caller_in_music_to_an_agent_in_a_room",
    ),
    Report(
        "the caller gives up in the music", "http://vicidial.org/docs/AGENT_3WAY_PRESS-1_CALLS.txt",
        "a_caller_in_music_gives_up_while_an_agent_sits_in_a_room",
    ),
    Report(
        "a dialler parks the customer, and the agent fetches her", "https://vicifast.com/blog/tag/three-way-call",
        "a_dialler_parks_the_customer_of_an_agent_in_a_room_and_brings_her_back",
    ),
    Report(
        "a dialler parks the customer for another agent", "https://vicifast.com/blog/tag/three-way-call",
        "a_dialler_parks_the_customer_of_an_agent_in_a_room_for_another",
    ),
    Report(
        "the agent's session of a dialler ends", "https://vicifast.com/blog/tag/three-way-call",
        "an_agent_in_a_room_hangs_up_on_the_customer",
    ),
    Report(
        "a panel sends a ringing call elsewhere", "https://github.com/roramirez/qpanel/issues/117",
        "a_panel_sends_a_caller_who_rings_to_somebody_else",
    ),
    Report(
        "a panel sends the customer to a mobile", "https://github.com/AsterNET/AsterNET/issues/207",
        "a_panel_sends_the_customer_in_a_talk_to_a_number_outside",
        at_first="not transferred to the outside", kind=SENT_OUTSIDE,
    ),
    Report(
        "a bot calls a number outside and connects",
        "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/108",
        "a_bot_connects_the_customer_with_a_number_outside",
    ),
    Report(
        "a parked call comes back to a phone that is off", "https://github.com/chan-sccp/chan-sccp/issues/528",
        "what_an_agent_parked_comes_back_to_a_phone_that_is_off",
        at_first="no second offer, by AMI and by both", kind=COMES_BACK,
    ),
    Report(
        "pickup of an inside call", "https://github.com/futel/asteriskserver/issues/1",
        "a_colleague_picks_up_what_an_agent_calls_a_supervisor_for",
    ),
    Report(
        "a panel sends the customer to a colleague", "https://github.com/AsterNET/AsterNET/issues/207",
        "a_panel_sends_the_customer_in_a_talk_to_a_colleague",
    ),
    Report(
        "a panel sends the customer to a mailbox", "https://github.com/OpenACD/OpenACD/pull/91",
        "a_panel_sends_the_customer_in_a_talk_to_the_mailbox",
    ),
    # What offices have their PBX do, two features at once.
    Report(
        "a group that asks for a key, and a queue as its destination where nobody answers", "http://www.aussievoip.com/wiki/freePBX-RingGroups",
        "nobody_of_a_group_takes_the_call_by_the_key_and_the_queue_does",
        at_first="answered elsewhere, though the time was up (16)", kind=NEXT_ROUND,
    ),
    Report(
        "who is asked for the key hangs up, and the PBX ends the call", "http://www.aussievoip.com/wiki/freePBX-RingGroups",
        "one_of_a_group_hangs_up_instead_of_the_key_and_the_call_is_over",
    ),
    Report(
        "one queue after the other, and the mailbox", "https://asteriskrecipes.com/snippets/call-handling/queue-with-failover",
        "two_queues_find_nobody_and_the_caller_comes_to_the_mailbox",
    ),
    Report(
        "a menu in which extensions can be dialled, and back into it", f"{APPLICATIONS}Read",
        "a_caller_dials_one_extension_after_the_other_in_the_menu",
    ),
    Report(
        "the PBX forwards an extension to a queue", "https://github.com/fusionpbx/fusionpbx/pull/2951",
        "an_extension_is_forwarded_to_a_queue",
    ),
    Report(
        "the PBX forwards a member to a colleague", "https://github.com/fusionpbx/fusionpbx/pull/2951",
        "a_members_extension_is_forwarded_to_a_colleague",
        at_first="the member for the colleague, by AMI and by both", kind=FORWARDED_INSIDE,
    ),
    Report(
        "the PBX forwards a member to a mobile", "https://github.com/fusionpbx/fusionpbx/issues/2794",
        "a_members_extension_is_forwarded_to_her_mobile",
    ),
    Report(
        "the PBX forwards a member to another queue", "https://github.com/fusionpbx/fusionpbx/pull/2951",
        "a_members_extension_is_forwarded_to_another_queue",
    ),
    Report(
        "forwarding on busy to a queue", f"{FREEPBX}217",
        "the_calls_of_an_agent_who_talks_wait_in_her_queue",
    ),
    Report(
        "a code switches to the night, over the times of day", "https://www.freepbx.org/using-the-daynight-control-with-a-time-condition/",
        "an_agent_throws_the_night_switch_and_a_caller_comes_to_the_mailbox",
    ),
    Report(
        "a call goes out by the carrier and comes back in", "https://github.com/blak3r/yaai/issues/224",
        "a_call_goes_out_by_the_carrier_and_comes_back_to_an_agent",
    ),
    Report(
        "two calls of one customer at once", f"{APPLICATIONS}Queue",
        "a_customer_calls_a_second_time_while_she_talks",
    ),
    Report(
        "pickup of a queue's ring, and a transfer", f"{APPLICATIONS}Pickup",
        "a_colleague_picks_up_what_a_queue_rings_and_transfers",
    ),
    Report(
        "a queue's call is parked, fetched and given back", f"{APPLICATIONS}Park",
        "what_an_agent_parked_a_colleague_fetches_and_gives_back",
    ),
    Report(
        "a queue's call is parked and comes back while the agent talks", f"{APPLICATIONS}Park",
        "what_an_agent_parked_comes_back_while_she_talks_and_the_customer_gives_up",
    ),
    Report(
        "a blind transfer back into one's own queue", f"{MIKOPBX}741",
        "an_agent_sends_a_customer_back_into_her_own_queue_and_declines",
    ),
    Report(
        "call waiting: two calls ring at one phone", "https://wiki.xontel.com/documentation/pbx/call-features/queue",
        "two_customers_ring_at_one_phone_and_the_second_is_taken",
    ),
    Report(
        "who was called out is transferred to a queue", "https://github.com/chan-sccp/chan-sccp/issues/294",
        "whom_an_agent_called_is_passed_to_a_queue_and_gives_up",
    ),
    Report(
        "a blind transfer to an extension that is forwarded", "https://github.com/fusionpbx/fusionpbx/pull/2951",
        "an_agent_transfers_to_an_extension_that_is_forwarded",
    ),
    Report(
        "an attended transfer by keys to an extension that is forwarded outside", "https://github.com/fusionpbx/fusionpbx/issues/2794",
        "an_agent_transfers_by_keys_to_an_extension_that_is_forwarded_outside",
    ),
    Report(
        "a blind transfer into a menu, where the first extension is busy", f"{FREEPBX}802",
        "an_agent_transfers_to_the_menu_where_an_extension_is_busy",
    ),
    Report(
        "hunting in groups, and a menu as the destination", "http://www.aussievoip.com/wiki/freePBX-RingGroups",
        "a_group_hunts_in_vain_and_the_caller_dials_on_in_the_menu",
    ),
    Report(
        "a hunting group of which one is forwarded", "https://github.com/fusionpbx/fusionpbx/pull/2951",
        "one_of_a_hunting_group_is_forwarded_to_a_colleague",
    ),
    Report(
        "the reception, then a queue that a key leaves for the mailbox", f"{APPLICATIONS}Queue",
        "whom_the_reception_does_not_take_leaves_the_queue_for_the_mailbox_by_a_key",
    ),
    Report(
        "a key leaves the queue for an extension that is forwarded", f"{APPLICATIONS}Queue",
        "a_customer_leaves_the_queue_by_a_key_to_an_extension_that_is_forwarded",
    ),
    Report(
        "a queue's next call while one is parked", f"{APPLICATIONS}Park",
        "an_agent_takes_the_next_customer_while_the_first_is_parked",
    ),
    Report(
        "a supervisor listens, speaks, is given the call and passes it on", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_speaks_and_is_passed_the_call_and_passes_it_on",
    ),
    Report(
        "ChanSpy on an agent who asks a colleague", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_while_the_agent_asks_a_colleague",
    ),
    Report(
        "an attended transfer to a queue whose agent answers when the transferor has gone", "https://github.com/mikopbx/Core/issues/567",
        "an_agent_leaves_the_customer_in_a_queue_that_she_waited_in",
    ),
    Report(
        "a consultation with a queue on a second line is dropped", f"{ISSUES}607",
        "an_agent_asks_a_queue_on_her_second_line_and_comes_back",
    ),
    Report(
        "a consultation with a queue by keys is dropped while its member rings", f"{ISSUES}607",
        "an_agent_asks_a_queue_by_keys_and_its_agent_rings_in_vain",
    ),
    Report(
        "a supervisor barges in, and then takes over", "https://github.com/onCloud-Cloudspire/cloudspire-feedback/issues/48",
        "a_supervisor_barges_in_and_then_takes_the_customer_over",
    ),
    Report(
        "the agent transfers while a supervisor barges in", "https://github.com/onCloud-Cloudspire/cloudspire-feedback/issues/48",
        "an_agent_transfers_while_a_supervisor_barges_in",
    ),
    Report(
        "ChanSpy on a caller who waits and gives up", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_to_a_customer_who_waits_and_gives_up",
        at_first="not supervised, and a record of the supervisor's, by ARI alone", kind=LISTENED_WAITING,
    ),
    Report(
        "ChanSpy before there is a caller", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_before_the_customer_calls_who_waits_and_gives_up",
        at_first="not supervised, by ARI alone", kind=LISTENED_WAITING,
    ),
    Report(
        "Page finds an agent in a talk", f"{APPLICATIONS}Page",
        "a_page_rings_at_an_agent_who_talks",
    ),
    Report(
        "all is reloaded during a call", "https://github.com/asterisk/asterisk/pull/1767",
        "the_pbx_is_reloaded_in_the_midst_of_a_call",
    ),
    # What SIP says beside, what ends calls, own phones, lots, keys and programs.
    Report(
        "a carrier's BYE says why by a Reason header of Q.850", f"{PULLS}161",
        "a_customer_hangs_up_and_the_carrier_says_normal_unspecified",
    ),
    Report(
        "the same, for a line that failed", "https://github.com/AlticeLabsPublic/asterisk-i/issues/71",
        "a_customers_line_fails_and_the_carrier_says_so",
    ),
    Report(
        "a phone says in its BYE that a timer expired", "https://github.com/RestComm/webrtcomm/issues/58",
        "an_agents_phone_hangs_up_and_says_that_a_timer_expired",
    ),
    Report(
        "a phone's BYE bears the cause of a refusal", "https://github.com/RestComm/restcomm-android-sdk/issues/345",
        "an_agents_phone_hangs_up_and_says_that_the_call_was_rejected",
    ),
    Report(
        "a refusal whose Reason says normal clearing", "https://github.com/kazoo-classic/kazoo/issues/7",
        "an_agent_declines_and_the_phone_calls_it_normal",
        at_first="cancelled (16)", kind=REASON_HEADER,
    ),
    Report(
        "a 486 with another cause in its Reason", "https://github.com/fusionpbx/fusionpbx/pull/5167",
        "an_agent_declines_with_486_and_the_phone_says_unspecified",
        at_first="cpe_reject (16)", kind=REASON_HEADER,
    ),
    Report(
        "a 486 at once whose Reason says normal clearing", "https://github.com/kazoo-classic/kazoo/issues/7",
        "a_phone_on_do_not_disturb_calls_it_normal",
        at_first="cancelled (16)", kind=REASON_HEADER,
    ),
    Report(
        "a CANCEL that says completed elsewhere", f"{ISSUES}116",
        "a_carrier_takes_the_call_back_and_says_completed_elsewhere",
    ),
    Report(
        "Queue option i: forwards of members are ignored", f"{FREEPBX}1013",
        "a_queue_ignores_that_an_agent_deflects",
        at_first="forwarded", kind=NOT_FOLLOWED,
    ),
    Report(
        "Dial option i: forwards are ignored", "https://github.com/2600hz/kazoo/pull/986",
        "the_pbx_ignores_that_a_phone_forwards_at_once",
        at_first="forwarded", kind=NOT_FOLLOWED,
    ),
    Report(
        "an INVITE with Replaces takes a talk over", "https://github.com/siphon-project/siphon-sip/pull/223",
        "a_colleagues_phone_takes_the_talk_over_by_an_invite",
    ),
    Report(
        "the same by the key of a busy lamp", "https://github.com/GlomarGadaffi/pocket-dial/issues/229",
        "a_supervisors_phone_takes_the_talk_over_by_an_invite",
    ),
    Report(
        "a talk goes over to another device of the same user", "https://github.com/2600hz/kazoo/pull/319",
        "an_agent_takes_her_talk_over_to_her_other_phone",
    ),
    Report(
        "AMI Hangup with a cause, of a phone that rings", f"{PULLS}1198",
        "an_administrator_ends_a_ringing_with_the_cause_of_a_refusal",
    ),
    Report(
        "AMI Hangup with a cause, of a phone that rings behind Dial", "https://github.com/AsterNET/AsterNET/issues/49",
        "an_administrator_ends_a_ringing_with_the_cause_of_a_busy_line",
        at_first="rejected", kind=GIVEN_CAUSE,
    ),
    Report(
        "AMI Hangup with a cause, in a talk", "https://github.com/AsterNET/AsterNET/issues/49",
        "an_administrator_ends_a_talk_with_the_cause_of_a_busy_line",
    ),
    Report(
        "AMI BridgeDestroy", "https://github.com/AsterNET/AsterNET/issues/244",
        "a_panel_destroys_the_bridge_of_a_talk",
    ),
    Report(
        "AMI BridgeKick", "https://github.com/asterisk-java/asterisk-java/issues/577",
        "a_panel_kicks_the_agent_out_of_the_bridge",
    ),
    Report(
        "PJSIPHangup", f"{PULLS}405",
        "the_dialplan_refuses_a_caller_by_a_sip_code",
    ),
    Report(
        "Park where the lot is full", f"{ISSUES}624",
        "an_agent_parks_where_the_only_place_is_taken",
    ),
    Report(
        "Queue with a name that there is not", f"{APPLICATIONS}Queue",
        "the_dialplan_leads_to_a_queue_that_there_is_not",
        at_first="a stay that was left for another place", kind=NO_QUEUE,
    ),
    Report(
        "a transfer to a queue that is full", "https://github.com/NethServer/dev/issues/7115",
        "an_agent_transfers_to_a_queue_that_is_full",
        at_first="not overflowed, by AMI and by both, and on 16 by ARI alone", kind=FULL_BEHIND,
    ),
    Report(
        "Transfer after the answer: a REFER to the carrier", "https://github.com/jambonz/sbc-outbound/pull/13",
        "the_pbx_answers_and_has_the_carrier_call_another_number",
    ),
    Report(
        "a user transfers to all of her own phones", "https://github.com/fusionpbx/fusionpbx/pull/7189",
        "an_agent_transfers_to_all_her_own_phones_and_answers_at_the_other",
    ),
    Report(
        "a phone calls its own number", "https://github.com/blak3r/yaai/issues/24",
        "an_agent_dials_her_own_number",
    ),
    Report(
        "a member answers and hangs up at once", f"{ISSUES}1557",
        "an_agent_answers_and_hangs_up_at_once",
    ),
    Report(
        "ChanIsAvail before a Dial", f"{APPLICATIONS}ChanIsAvail",
        "the_dialplan_tries_whether_phones_can_be_called_and_then_calls_one",
    ),
    Report(
        "Dial option Q: a cause for whom another was quicker than", f"{APPLICATIONS}Dial",
        "the_phone_that_stops_ringing_hears_that_it_was_busy",
    ),
    Report(
        "a loop of music until the device is free", "https://github.com/fusionpbx/fusionpbx/issues/1004",
        "a_caller_hears_music_until_the_agent_is_free",
    ),
    Report(
        "a boss and her secretary", "https://documentation.xivo.solutions/en/2023.05/ipbx_configuration/boss_secretary_filter.html",
        "the_boss_lets_it_ring_and_the_secretary_passes_the_call_on",
    ),
    Report(
        "a member whose device is invalid", "https://github.com/AsterNET/AsterNET/issues/255",
        "a_customer_waits_for_a_member_whose_phone_the_pbx_does_not_know",
    ),
    Report(
        "Queue option R", f"{APPLICATIONS}Queue",
        "a_caller_hears_ringing_only_while_a_phone_rings",
    ),
    Report(
        "Queue option F: the member goes on when the caller has hung up", QUEUE_HELP,
        "the_agent_of_a_queue_hears_an_announcement_when_the_customer_has_hung_up",
    ),
    Report(
        "attended transfer to a parking slot", "https://github.com/NethServer/dev/issues/7743",
        "an_agent_parks_by_attended_transfer_and_a_colleague_fetches",
    ),
    Report(
        "a call is parked twice by two phones", "https://github.com/chan-sccp/chan-sccp/issues/528",
        "what_a_colleague_fetched_and_parked_again_comes_back_to_her",
    ),
    Report(
        "AMI Park of a caller who waits in a queue", "https://github.com/AsterNET/AsterNET/issues/207",
        "a_panel_parks_a_caller_who_waits_and_an_agent_fetches_her",
        at_first="the queue was left by an answer", kind=PARKED_OUT,
    ),
    Report(
        "ParkAndAnnounce", f"{APPLICATIONS}ParkAndAnnounce",
        "a_colleague_is_told_of_a_parked_call_and_fetches_it",
        at_first="the announcement is no offer", kind=DECIDED,
    ),
    Report(
        "a parked call that a colleague has in the end", "https://github.com/NethServer/dev/issues/8054",
        "a_colleague_picks_up_what_comes_back_from_the_lot",
    ),
    Report(
        "atxferdropcall", "https://docs.asterisk.org/Asterisk_16_Documentation/API_Documentation/Module_Configuration/features/",
        "a_colleague_declines_what_an_agent_left_by_keys_and_the_customer_is_dropped",
        at_first="the colleague rings on, and the customer is not dropped before", kind=DECIDED,
    ),
    Report(
        "atxfercallbackretries", "https://www.mail-archive.com/svn-commits@lists.digium.com/msg73585.html",
        "nobody_wants_the_customer_and_the_colleague_is_called_again",
        at_first="a second record (22)", kind=RECALLED,
    ),
    Report(
        "atxferswap", "https://github.com/jitsi/jitsi/issues/297",
        "an_agent_goes_to_and_fro_between_customer_and_colleague_and_hands_over",
    ),
    Report(
        "a feature code for a transfer, pressed by mistake", "https://github.com/futel/asteriskserver/issues/54",
        "an_agent_begins_to_transfer_by_keys_and_dials_nothing",
    ),
    Report(
        "a transfer by keys finds that there is no such extension", "https://github.com/fusionpbx/fusionpbx/issues/2838",
        "an_agent_asks_by_keys_a_number_that_there_is_not",
    ),
    Report(
        "pickup of a consultation", "https://github.com/NethServer/dev/issues/7262",
        "a_supervisor_picks_up_whom_an_agent_asks_by_keys",
    ),
    Report(
        "Originate with ChannelId", "https://github.com/asterisk-java/asterisk-java/issues/241",
        "a_click_names_its_channels_itself",
    ),
    Report(
        "Originate with EarlyMedia", f"{ACTIONS}Originate",
        "a_dialler_goes_on_in_early_media_and_the_customer_never_answers",
        at_first="the customer was connected, as the PBX says", kind=DECIDED,
    ),
    Report(
        "spying from outside", "https://github.com/roramirez/qpanel/issues/190",
        "somebody_outside_listens_to_an_agents_talk",
        at_first="no call of the listener's own", kind=DECIDED,
    ),
    Report(
        "ChanSpy: the star goes on to the next", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_goes_from_talk_to_talk_by_a_key",
        at_first="only the first was listened to, by ARI alone", kind=NEXT_UNTOLD,
    ),
    Report(
        "an application hangs a ringing phone up with a reason", f"{ISSUES}1660",
        "a_bot_lets_a_phone_go_as_if_it_were_busy_and_rings_the_next",
        at_first="rejected", kind=GIVEN_CAUSE,
    ),
    Report(
        "click to call a colleague who is forwarded to a mobile", "https://github.com/mikopbx/Core/issues/317",
        "a_click_calls_a_colleague_who_is_forwarded_to_a_mobile",
    ),
    Report(
        "Stasis with an application that is not there", "https://github.com/daniele77/aricpp/issues/14",
        "a_bot_is_not_there_and_the_dialplan_goes_on_to_the_queue",
    ),
    Report(
        "AMI Bridge of a listener with the customer", f"{ISSUES}1728",
        "a_panel_bridges_the_supervisor_who_listens_with_the_customer",
    ),
    Report(
        "a dialler's dropped call goes to an inbound group", "https://vicifast.com/blog/vicidial-drop-transfer-group",
        "whom_nobody_of_the_first_queue_takes_a_dialler_brings_to_the_next",
    ),
    Report(
        "a script hangs up by cause 34", "https://github.com/magnussolution/magnusbilling/issues/359",
        "a_script_refuses_a_caller_for_want_of_a_channel",
    ),
    Report(
        "find me, follow me in the dialplan, after early media", "http://toc.123doc.org/document/969351-7-building-find-me-follow-me-in-the-dialplan.htm",
        "after_early_media_one_declines_by_a_key_and_the_next_takes_the_call",
    ),
    Report(
        "a mobile that was transferred to transfers on", "https://github.com/irontec/ivozprovider/issues/1694",
        "whom_an_agent_transferred_outside_passes_back_by_keys",
        at_first="not transferred", kind=PASSED_BACK,
    ),
    Report(
        "mobile twinning: from the mobile back to the desk", "https://github.com/fusionpbx/fusionpbx/pull/3935",
        "an_agent_fetches_the_customer_from_a_mobile_to_the_desk",
    ),
    Report(
        "an intercom call is answered by the phone", "https://github.com/chan-sccp/chan-sccp/issues/520",
        "an_agents_phone_answers_an_intercom_by_itself",
    ),
    Report(
        "a transfer to a queue that rings again", "https://github.com/NethServer/dev/issues/7015",
        "what_an_agent_transferred_to_a_queue_rings_a_second_time",
    ),
    Report(
        "a call is taken back when the line is free again (call completion)",
        "https://github.com/NethServer/dev/issues/7303", why_not="PJSIP has none",
    ),
    Report(
        "pickup of a phone that a bot rings", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/661",
        why_not="the leg that the bot called is gone by it, and what a bot does then is its own matter",
    ),
    Report(
        "no more than two of ten agents may talk", f"{FREEPBX}445",
        why_not="only who is called when differs; what is told of each call does not",
    ),
    Report(
        "the customer hangs up within a second of AMI Atxfer", f"{ISSUES}768",
        why_not="Asterisk may crash of it, and all that goes on beside",
    ),
    Report(
        "one of a group forwards by 302", "https://github.com/fusionpbx/fusionpbx/issues/1181",
        "one_of_a_group_forwards_to_the_reception_which_answers",
    ),
    Report(
        "one of a group forwards by 302 to another of it", "https://github.com/fusionpbx/fusionpbx/pull/5362",
        "one_of_a_group_forwards_to_the_other",
        at_first="two offers to a2", kind=TWICE_AT_ONCE,
    ),
    Report(
        "a phone forwards by 302 to what cannot be called", "https://github.com/fusionpbx/fusionpbx/issues/2746",
        "a_members_phone_forwards_to_a_number_that_there_is_not",
        at_first="forwarded", kind=NOT_FOLLOWED,
    ),
    Report(
        "a busy called number whose Reason says normal clearing", "https://github.com/kazoo-classic/kazoo/issues/7",
        "whom_an_agent_calls_is_busy_and_the_carrier_calls_it_normal",
    ),
    Report(
        "an agent's line breaks, and the call is recovered", "https://cloud-dot-devsite-v2-prod.appspot.com/contact-center/ccai-platform/docs/Standard_Reports/call-recovery-features",
        "an_agents_line_to_her_room_breaks_and_she_comes_back",
    ),
    Report(
        "two supervisors at one talk", "https://github.com/mnjbold/agentops-platform/issues/41",
        "one_supervisor_listens_and_another_barges_in",
    ),
    Report(
        "ConfbridgeKick of all", "https://github.com/emilianodellacasa/ruby-asterisk/pull/24",
        "a_panel_empties_a_room",
    ),
    Report(
        "an absolute limit that a waiting caller reaches", "https://in.docsity.com/pt/docs/asterisk-centos-m04/4772191",
        "the_pbx_allows_a_waiting_caller_four_seconds_in_all",
    ),
    Report(
        "pickup by a mark", f"{APPLICATIONS}Pickup",
        "a_colleague_picks_up_what_the_dialplan_has_marked",
    ),
    # Machines in a talk, queues beside phones, programs that move talks, ways back, carriers that say little.
    Report(
        "a dialler records the agent's room by a channel that joins it", "https://vicistack.com/glossary/confbridge",
        "a_dialler_records_an_agents_room_by_a_local_channel",
    ),
    Report(
        "a ConfBridge room that is recorded", "https://docs.asterisk.org/Certified-Asterisk_18.9_Documentation/API_Documentation/Dialplan_Applications/ConfBridge",
        "a_room_in_which_agent_and_customer_talk_is_recorded",
    ),
    Report(
        "ARI bridge play: an announcer in the bridge", f"{PULLS}1480",
        "an_application_announces_something_in_a_talk",
    ),
    Report(
        "ARI snoop that whispers, by a machine", "https://github.com/asterisk/node-ari-client/issues/114",
        "a_machine_whispers_to_the_agent",
    ),
    Report(
        "ARI snoop that plays music to the caller only", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/36",
        "a_customer_hears_music_under_the_talk",
    ),
    Report(
        "ChanSpy that whispers, on a Local channel", f"{APPLICATIONS}ChanSpy",
        "a_machine_whispers_to_the_agent_through_a_local_channel",
    ),
    Report(
        "a bot by AudioSocket() hands over to whichever extension", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/119",
        "a_panel_takes_the_customer_from_a_bot_by_audiosocket_into_the_queue",
    ),
    Report(
        "a group whose members are two queues", "https://github.com/fusionpbx/fusionpbx/issues/2381",
        "two_queues_are_asked_at_once_and_one_agent_answers",
    ),
    Report(
        "the same, and the caller hangs up", "https://github.com/futel/asteriskserver/issues/555",
        "a_customer_gives_up_while_two_queues_ring",
    ),
    Report(
        "a group of a queue and a phone: the phone is quicker", "https://github.com/futel/asteriskserver/issues/1",
        "a_phone_beside_a_queue_is_quicker",
    ),
    Report(
        "a group of a queue and a phone: the queue's agent is quicker", "https://github.com/fusionpbx/fusionpbx/issues/2048",
        "a_queues_agent_is_quicker_than_a_phone_beside_it",
    ),
    Report(
        "a group of a queue and a phone: the caller hangs up", "https://github.com/restsend/rustpbx/pull/212",
        "a_customer_gives_up_while_a_queue_and_a_phone_ring",
    ),
    Report(
        "a group of which one member answers to play announcements", "https://github.com/fusionpbx/fusionpbx/pull/7919",
        "a_queue_that_answers_at_once_stops_the_phone_beside_it",
    ),
    Report(
        "a key leaves the queue for the mailbox while a phone rings", f"{ISSUES}543",
        "a_customer_leaves_for_the_mailbox_while_an_agent_rings",
    ),
    Report(
        "a menu out of the queue notes that the caller is to be called back", "https://github.com/NethServer/dev/issues/7566",
        "a_caller_leaves_a_note_to_be_called_and_an_agent_calls",
    ),
    Report(
        "callers of a higher priority", f"{ISSUES}1637",
        "a_preferred_caller_overtakes_one_who_waits",
    ),
    Report(
        "Queue option b: a routine before a member is called", f"{APPLICATIONS}Queue",
        "a_routine_refuses_for_a_member_before_she_is_called",
        at_first="no offer", kind=REFUSED_BEFORE,
    ),
    Report(
        "a client becomes unreachable in the call, and the dialplan goes on", "https://github.com/futel/asteriskserver/issues/133",
        "an_agents_phone_dies_in_a_talk_and_the_next_queue_takes_the_customer",
    ),
    Report(
        "the agent's side is cut and the caller goes on", "https://github.com/OpenSIPS/opensips/issues/3123",
        "an_administrator_ends_the_agents_side_and_the_next_queue_takes_the_customer",
        at_first="transferred", kind=CUT_OFF,
    ),
    Report(
        "a member is made unavailable while she rings", "https://github.com/signalwire/freeswitch/pull/1221",
        "an_agent_is_paused_by_a_panel_while_she_rings",
    ),
    Report(
        "ring-all of members who are forwarded outside", "https://fsn-doc1.dyn.commanet.co.za/index.php/docs/1-5-administrators-guide/advanced-configuration/queues/",
        "two_members_are_forwarded_to_their_mobiles_and_one_is_quicker",
    ),
    Report(
        "the same, and one of them declines", "https://help.convoso.com/hc/en-us/articles/26770120122651-Edit-PBX-Queues",
        "two_members_are_forwarded_to_their_mobiles_and_one_declines",
    ),
    Report(
        "RINGNOANSWER of no time in every round", "http://asteriskdocs.org/en/3rd_Edition/asterisk-book-html-chunk/ACD_id289009.html",
        "a_members_line_is_dead_in_every_round",
    ),
    Report(
        "the next in rank is a supervisor", "https://github.com/mikopbx/Core/issues/1043",
        "a_supervisor_helps_out_in_a_queue",
    ),
    Report(
        "several modifiers of a member's Local channel", "https://docs.asterisk.org/Configuration/Channel-Drivers/Local-Channel/Local-Channel-Modifiers/",
        "members_behind_local_channels_with_more_options",
    ),
    Report(
        "a call that is sent from queue to queue is counted in each", "https://github.com/roramirez/qpanel/issues/249",
        "a_call_goes_from_queue_to_queue_and_back",
        at_first="a stay too many, and the second transfer to the first queue, by AMI and by both", kind=MOVED_AGAIN,
    ),
    Report(
        "AgentRequest without a queue", f"{APPLICATIONS}AgentRequest",
        "a_caller_asks_for_an_agent_who_is_logged_in_for_the_day",
    ),
    Report(
        "AgentRequest of an agent who is not logged in", f"{APPLICATIONS}AgentRequest",
        "a_caller_asks_for_an_agent_who_is_not_logged_in",
    ),
    Report(
        "an agent of AgentLogin transfers", f"{APPLICATIONS}AgentLogin",
        "an_agent_logged_in_for_the_day_transfers",
    ),
    Report(
        "every phone is the proxy's one endpoint", "https://github.com/CyCoreSystems/asterisk-k8s-demo/issues/7",
        "an_agent_behind_an_sbc_answers_and_hangs_up",
        at_first="named by the device, by ARI alone", kind=ONE_DEVICE,
    ),
    Report(
        "a proxy in front of Asterisk: one of two agents declines", "https://github.com/kamailio/kamailio/issues/3468",
        "of_two_agents_behind_an_sbc_one_declines",
        at_first="not reassigned to another, by ARI alone", kind=ONE_DEVICE,
    ),
    Report(
        "a proxy in front of Asterisk: both ring at once", f"{ISSUES}1204",
        "of_two_agents_behind_an_sbc_one_is_quicker",
        at_first="two offers to one agent, by ARI alone", kind=ONE_DEVICE,
    ),
    Report(
        "an ARI application lets the caller go on when the other has hung up", "https://github.com/asterisk/node-ari-client/issues/90",
        "a_bot_lets_the_customer_go_on_to_a_survey_when_the_agent_has_hung_up",
    ),
    Report(
        "an agent's button gives the call back to the application, which sends it on", "https://github.com/shridarpatil/whatomate/pull/236",
        "a_bot_lets_the_agent_go_and_sends_the_customer_on_to_a_queue",
    ),
    Report(
        "the customer is called first, and the program then decides which agent", "https://github.com/AsterNET/AsterNET/issues/67",
        "a_bot_calls_a_customer_and_finds_an_agent",
    ),
    Report(
        "ARI dial in a bridge, and the called is busy", f"{PULLS}2084",
        "an_application_calls_a_busy_customer_for_an_agent_in_one_bridge",
    ),
    Report(
        "AMI Redirect of both of a talk to different places", f"{ACTIONS}Redirect",
        "a_panel_sends_the_two_of_a_talk_different_ways",
    ),
    Report(
        "a program presses the keys of a feature code", "https://github.com/tomek-o/tSIP/issues/6",
        "a_panel_presses_the_keys_of_a_transfer_for_the_agent",
    ),
    Report(
        "the console's channel originate", "https://github.com/pipobscure/NodeJS-AsteriskManager/issues/57",
        "the_console_calls_a_customer_and_brings_her_into_a_queue",
    ),
    Report(
        "SoftHangup", f"{APPLICATIONS}SoftHangup",
        "a_supervisor_cuts_a_talk_by_a_code",
    ),
    Report(
        "an agent fetches any call, from the mailbox too", "https://github.com/chadsmith/OpenVBX-Plugin-Queue/issues/1",
        "a_panel_takes_a_caller_out_of_the_mailbox",
    ),
    Report(
        "the customer pays in a menu and comes back to the agent", "https://www.hostcomm.co.uk/solutions/what-is-a-payment-ivr",
        "a_customer_pays_in_a_menu_and_comes_back_to_the_agent",
    ),
    Report(
        "a blind transfer to a number of the house", "https://github.com/irontec/ivozprovider/issues/1073",
        "an_agent_transfers_to_another_number_of_the_house",
    ),
    Report(
        "the same by way of the carrier, on one address", "https://github.com/irontec/ivozprovider/issues/1959",
        "an_agent_transfers_to_a_number_of_the_house_by_way_of_the_carrier",
    ),
    Report(
        "a three-way call with the agent of a group, which the first leaves", "https://vicifast.com/blog/vicidial-transfers-and-closers-guide",
        "an_agent_makes_it_three_with_the_agent_of_a_queue_and_leaves",
    ),
    Report(
        "a supervisor monitors an agent of a dialler", "https://vicifast.com/glossary/monitor",
        "a_supervisor_listens_to_two_customers_of_an_agent_in_a_room",
    ),
    Report(
        "a participant of a room unmutes by a key", "https://github.com/RestComm/Restcomm-Connect/issues/824",
        "a_supervisor_in_a_room_unmutes_herself_by_a_key",
    ),
    Report(
        "a participant leaves a room by a key (DTMF)", "https://docs.asterisk.org/Certified-Asterisk_18.9_Documentation/API_Documentation/Dialplan_Applications/ConfBridge",
        "a_customer_leaves_a_room_by_a_key_for_a_queue",
        at_first="transferred", kind=LEFT_BY_KEY,
    ),
    Report(
        "park and page", "http://ofps.oreilly.com/titles/9780596517342/asterisk-SysAdmin.html",
        "a_parked_call_is_told_by_a_page_and_fetched",
        at_first="the page is a conference of three", kind=DECIDED,
    ),
    Report(
        "an endpoint is deemed unreachable for a while, in a talk", f"{ISSUES}835",
        "a_watched_phone_hangs_for_some_seconds_in_a_talk",
    ),
    Report(
        "a client becomes unreachable for a while, as it rings", "https://github.com/futel/asteriskserver/issues/497",
        "a_watched_phone_hangs_for_some_seconds_while_it_rings",
    ),
    Report(
        "182 while a device is woken", "https://github.com/BelledonneCommunications/flexisip/issues/43",
        "a_phone_says_that_the_call_is_in_a_line_and_declines",
    ),
    Report(
        "181 of a carrier", "https://github.com/drachtio/drachtio-srf/issues/25",
        "the_carrier_says_that_a_call_is_forwarded_and_somebody_answers",
    ),
    Report(
        "Dial option g of a call that goes out", f"{DIAL_HELP}",
        "the_agents_line_goes_on_when_the_customer_has_hung_up",
    ),
    Report(
        "the carrier sends no number, or its account", "https://github.com/nemerald-voip/fspbx/issues/609",
        "the_carrier_tells_no_number",
    ),
    Report(
        "from one bot to the next, to people, and on", "https://github.com/videosdk-live/agents/pull/125",
        "from_a_bot_by_a_queue_and_a_consultation_to_the_end",
    ),
    Report(
        "callers who wait are moved between queues", "https://github.com/roramirez/qpanel/issues/12",
        "a_panel_sends_a_caller_who_waits_from_queue_to_queue",
        at_first="a stay too many (22), or unknown how the queues were left (16), by AMI and by both",
        kind=TO_NEXT_QUEUE,
    ),
    Report(
        "Dial options S and g: so many seconds, and the dialplan goes on", f"{APPLICATIONS}Dial",
        "the_time_with_one_agent_is_up_and_the_dialplan_calls_the_next",
        at_first="transferred", kind=CUT_OFF,
    ),
    Report(
        "AMI AbsoluteTimeout of the agent's side", f"{ACTIONS}AbsoluteTimeout",
        "a_panel_limits_the_agents_side_and_the_next_queue_takes_the_customer",
        at_first="transferred", kind=CUT_OFF,
    ),
    Report(
        "guests of a conference leave it by themselves", "https://github.com/skrusty/AsterNET.ARI/issues/73",
        "a_customer_leaves_a_room_by_a_key_for_an_extension",
        at_first="transferred", kind=LEFT_BY_KEY,
    ),
    Report(
        "an agent is logged in to a queue twice, by two names", "https://github.com/IssabelFoundation/callcenter/issues/41",
        "an_agent_is_a_member_twice_and_a_colleague_is_quicker",
        at_first="two offers to a1", kind=MEMBER_TWICE,
    ),
    Report(
        "the same, and it is she who answers", "https://github.com/FreePBX/issue-tracker/issues/816",
        "an_agent_is_a_member_twice_and_answers",
        at_first="two offers to a1", kind=MEMBER_TWICE,
    ),
    Report(
        "a queue calls all contacts of an endpoint", "https://github.com/asterisk/asterisk/issues/837",
        "a_member_declines_on_one_of_her_phones_and_lets_the_other_ring",
    ),
    Report(
        "the called hears that the call is recorded, before the two are joined", "https://github.com/wazo-platform/wazo-calld/pull/406",
        "a_customer_who_is_called_hears_a_notice_and_hangs_up",
    ),
    Report(
        "the called may refuse by a key", "https://github.com/bmlt-enabled/yap/issues/82",
        "a_customer_who_is_called_refuses_by_a_key",
    ),
    Report(
        "the called agrees by a key", "https://github.com/bmlt-enabled/yap/issues/82",
        "a_customer_who_is_called_agrees_by_a_key",
    ),
    Report(
        "a menu in the wait leads to another number", "https://github.com/chadsmith/OpenVBX-Plugin-Queue/issues/2",
        "a_customer_leaves_the_queue_by_a_key_for_another_number_of_the_house",
    ),
    Report(
        "inside calls to a queue are taken for customers'", "https://github.com/blak3r/yaai/issues/24",
        "somebody_of_the_office_calls_a_queue_and_gives_up",
    ),
    Report(
        "a parked caller hangs up", "https://github.com/adhearsion/adhearsion/issues/364",
        "a_parked_customer_gives_up",
    ),
    Report(
        "AMI Redirect, and again", "https://github.com/marcelog/Nami/pull/31",
        "a_panel_sends_the_customer_from_agent_to_agent_to_agent",
    ),
    # Picked out by panels, hot desks, what answers before a phone, scripts outside, seldom options, other PBXs.
    Report(
        "a panel has an operator take a call out of a queue: no AgentConnect", "https://github.com/AsterNET/AsterNET/issues/122",
        "a_panel_has_an_agent_take_a_caller_of_her_choice_out_of_the_queue",
        at_first="the queue was left by an answer, not by a transfer, by AMI and by both", kind=DECIDED,
    ),
    Report(
        "a parked call is fetched by a click", "https://github.com/ringcentral/ringcentral-web-phone/issues/231",
        "a_panel_fetches_a_parked_call_for_a_colleague",
    ),
    Report(
        "pickup from an operator's panel", "https://github.com/NethServer/dev/issues/7263",
        "a_panel_has_a_colleague_pick_up_what_rings",
    ),
    Report(
        "pickup by the PBX's own code, in a group", "https://wiki.asterisk.org/wiki/display/AST/Call+Pickup",
        "a_supervisor_of_the_same_group_picks_up_by_the_pbxs_own_code",
    ),
    Report(
        "a panel changes the priority of a caller who waits", f"{ACTIONS}QueueChangePriorityCaller",
        "a_panel_moves_a_caller_to_the_head_of_the_queue",
    ),
    Report(
        "a member's penalty is changed while somebody waits", "http://38.142.81.21:8001/manual/atech-machine/libra-02-m/system-information-english/page-335.html",
        "a_panel_lets_an_agent_take_whom_a_penalty_kept_from_her",
    ),
    Report(
        "ring-all with autofill, and two callers", "http://wiki.pchero21.com/index.php?diff=1814&oldid=1638&title=Asterisk-queues.conf",
        "all_ring_for_one_caller_while_the_next_waits",
    ),
    Report(
        "hot desks by the PBX's database: the agent declines", "http://answers.oreilly.com/topic/2739-hot-desking-with-the-asterisk-database/",
        "an_agent_declines_at_the_desk_that_the_database_names",
    ),
    Report(
        "hot desks by the PBX's database: the agent is at none", "http://answers.oreilly.com/topic/2739-hot-desking-with-the-asterisk-database/",
        "an_agent_sits_at_no_desk_that_the_database_knows",
    ),
    Report(
        "AgentLogin from outside of the house", "https://mail-archive.com/asterisk-doc@lists.digium.com/msg00039.html",
        "an_agent_logs_in_for_the_day_from_a_mobile",
        at_first="the right tags, the agent as somebody outside, and no offer", kind=LOGGED_IN_OUTSIDE,
    ),
    Report(
        "a member's Local channel runs a dialplan before the phone is called: the caller gives up", "http://asteriskdocs.org/en/3rd_Edition/asterisk-book-html-chunk/ACD_id288932.html",
        "a_customer_gives_up_while_a_greeting_has_answered_and_the_members_phone_rings",
    ),
    Report(
        "the same, and the agent declines", "http://asteriskdocs.org/en/3rd_Edition/asterisk-book-html-chunk/ACD_id288932.html",
        "an_agent_declines_behind_a_greeting_that_has_answered",
    ),
    Report(
        "the same, and the agent answers", "http://asteriskdocs.org/en/3rd_Edition/asterisk-book-html-chunk/ACD_id288932.html",
        "an_agent_answers_behind_a_greeting_that_has_answered",
    ),
    Report(
        "a script outside of the PBX dials", "https://github.com/magnussolution/magnusbilling/issues/359",
        "a_script_outside_dials_one_agent_after_the_other",
    ),
    Report(
        "Queue's script between the answer and the talk: the caller gives up", "http://asterisk-support.ru/forum/topics/3176/?page=1",
        "a_customer_gives_up_while_a_script_plays_between_answer_and_talk",
        at_first="a1 answered, customer_disconnect", kind=GONE_BEFORE,
    ),
    Report(
        "the same, and the two talk", "http://asterisk-support.ru/forum/topics/3176/?page=1",
        "a_script_plays_to_the_customer_and_then_she_talks",
    ),
    Report(
        "ExternalIVR", f"{APPLICATIONS}ExternalIVR",
        "a_customer_hangs_up_in_a_menu_outside_of_the_pbx",
    ),
    Report(
        "ARI move: from one application to another", "https://github.com/asterisk/node-ari-client/issues/135",
        "a_bot_gives_the_customer_to_another_application_which_rings_an_agent",
    ),
    Report(
        "ARI redirect", "https://github.com/CyCoreSystems/ari/pull/125",
        "an_application_has_the_carrier_call_another_number",
        at_first="customer_abandon (16), and so it is now: that version tells nothing else", kind=SENT_ON_UNTOLD,
    ),
    Report(
        "ARI mute and hold in a talk", "https://docs.asterisk.org/Latest_API/API_Documentation/Asterisk_REST_Interface/Channels_REST_API/",
        "an_application_takes_the_customers_voice_for_a_while",
    ),
    Report(
        "call files", "https://wiki.asterisk.org/wiki/display/AST/Asterisk+Call+FIles",
        "a_file_in_the_spool_calls_a_customer_for_a_queue",
    ),
    Report(
        "the operator is called into a conference by Originate", "https://github.com/futel/asteriskserver/issues/282",
        "the_dialplan_has_an_agent_called_into_the_callers_room",
    ),
    Report(
        "a voice bot behind a SIP trunk passes the caller on by REFER", "https://github.com/thevoiceguy/siphon-ai/pull/151",
        "a_bot_behind_the_carrier_passes_the_customer_on",
    ),
    Report(
        "a ConfBridge room with max_members", f"{APPLICATIONS}ConfBridge",
        "a_room_for_two_has_no_place_for_a_third",
    ),
    Report(
        "Dial option M: the called is asked by a macro, and sends the caller on", DIAL_HELP,
        "an_agent_is_asked_by_a_macro_and_sends_the_customer_on",
    ),
    Report(
        "Dial option M: the caller gives up meanwhile", DIAL_HELP,
        "a_customer_gives_up_while_a_macro_asks_the_agent",
    ),
    Report(
        "QUEUESTATUS=CONTINUE after the agent's star (options h and c)", "https://github.com/IssabelFoundation/issabelPBX/pull/6",
        "an_agent_hangs_up_by_a_key_and_the_next_queue_has_the_customer",
    ),
    Report(
        "Dial options H and g: the caller's star ends one call and the next begins", f"{APPLICATIONS}Dial",
        "a_customer_hangs_up_on_one_agent_by_a_key_and_has_the_next",
    ),
    Report(
        "Dial option e: extension h for the called, too", f"{APPLICATIONS}Dial",
        "the_phones_channel_goes_on_in_the_dialplan_when_the_customer_has_hung_up",
    ),
    Report(
        "option x: one-touch recording", f"{APPLICATIONS}Queue",
        "an_agent_records_by_a_key_and_hangs_up",
    ),
    Report(
        "the same, just before the PBX ends the talk", f"{APPLICATIONS}Queue",
        "an_agent_records_by_a_key_just_before_the_pbx_ends_the_talk",
        at_first="agent_disconnect", kind=OTHER_KEY,
    ),
    Report(
        "every call lets both sides do everything by keys (HhTtr), and the agent records", "https://www.voip-info.org/asterisk-cmd-bridge",
        "an_agent_who_may_hang_up_by_keys_records_just_before_the_pbx_ends_the_talk",
        at_first="agent_disconnect", kind=OTHER_KEY,
    ),
    Report(
        "the code for hanging up is another one on this channel (FEATUREMAP)", "https://www.lojamundi.com.br/Dialplan-Functions-DialplanFunction_FEATURE-Asterisk-21",
        "an_agent_hangs_up_by_the_code_of_two_keys",
    ),
    Report(
        "a variable of the dialplan allows the keys (BRIDGE_FEATURES)", "http://wiki.pchero21.com/index.php?action=history&feed=atom&title=Asterisk_channel",
        "an_agent_hangs_up_by_a_key_that_a_variable_allows",
        at_first="system_disconnect", kind=OTHER_KEY,
    ),
    Report(
        "AMI Hangup of whom an agent asks by keys: ringing", f"{ACTIONS}Hangup",
        "an_administrator_ends_the_ringing_of_whom_an_agent_asks_by_keys",
    ),
    Report(
        "AMI Hangup of whom an agent asks by keys: in the talk", f"{ACTIONS}Hangup",
        "an_administrator_ends_the_talk_with_whom_an_agent_asks_by_keys",
    ),
    Report(
        "AMI Hangup of whom an agent has transferred to", f"{ACTIONS}Hangup",
        "an_administrator_ends_the_ringing_of_whom_an_agent_has_transferred_to",
        at_first="agent_no_answer_timeout", kind=ENDED_BY_HAND,
    ),
    Report(
        "AMI Hangup of who is called back about a parked call", f"{ACTIONS}Hangup",
        "an_administrator_ends_the_ringing_of_who_parked",
        at_first="agent_no_answer_timeout", kind=ENDED_BY_HAND,
    ),
    Report(
        "one half of a Local channel is hung up by hand", "https://github.com/dograh-hq/dograh/issues/416",
        "an_administrator_ends_the_callers_half_of_a_talk",
    ),
    Report(
        "and the other half", "https://github.com/dograh-hq/dograh/issues/416",
        "an_administrator_ends_the_phones_half_of_a_talk",
    ),
    Report(
        "a program hangs up the call that it placed", "https://github.com/AsterNET/AsterNET/issues/49",
        "an_administrator_ends_the_ringing_of_a_click",
    ),
    Report(
        "a call that goes out is ended from outside of it", "https://github.com/instedd/verboice/issues/620",
        "an_administrator_ends_what_rings_at_a_customer",
    ),
    Report(
        "AMI Hangup of who listens", f"{ACTIONS}Hangup",
        "an_administrator_ends_a_supervisors_listening",
    ),
    Report(
        "missed calls are mailed to all of a group though one has answered", "https://github.com/FreePBX/issue-tracker/issues/734",
        "one_of_a_group_answers_and_nobody_else_has_missed_the_call",
    ),
    Report(
        "nobody is told of a missed call if the caller hangs up while the group rings", "https://github.com/fusionpbx/fusionpbx/issues/2313",
        "a_customer_gives_up_while_a_group_rings_that_marks_no_calls_as_missed",
    ),
    Report(
        "by which number a call came that is forwarded inside", "https://github.com/fusionpbx/fusionpbx/pull/2516",
        "a_number_leads_to_another_number_of_the_house",
    ),
    Report(
        "a forwarded number as a loopback channel", "https://github.com/2600hz/kazoo/pull/4841",
        "a_number_leads_to_the_queue_of_another_number_of_the_house",
    ),
    Report(
        "a ring group's strategy finds nobody to call", "https://github.com/FreePBX/issue-tracker/issues/918",
        "a_group_without_anybody_leads_on_at_once",
    ),
    Report(
        "a member with two registrations, and the group's time ends", "https://github.com/fusionpbx/fusionpbx/issues/1617",
        "an_agent_with_two_phones_lets_both_ring_and_the_next_one_answers",
    ),
    Report(
        "a call through a menu, and the second transfer", "https://github.com/mikopbx/Core/issues/307",
        "a_customer_of_a_menus_group_is_passed_on_twice",
    ),
    Report(
        "a second call rolls over to the next of a group", "https://github.com/fusionpbx/fusionpbx/issues/822",
        "a_second_customer_goes_on_to_the_next_agent_where_the_first_talks",
    ),
    Report(
        "an agent forgets a caller on hold", "https://github.com/signalwire/freeswitch/issues/1140",
        "a_customer_is_forgotten_on_hold_and_hangs_up",
    ),
    Report(
        "the last that rings of a ring-all queue is told to have answered", "https://github.com/odoopbx/addons/issues/11",
        "the_second_of_a_queue_answers_and_not_the_first",
    ),
    Report(
        "who gives up in a queue is told as answered, for the dialplan has answered", "https://github.com/prog-it/Asterisk-CDR-Viewer-Mod/issues/67",
        "a_customer_whom_only_the_dialplan_has_answered_gives_up",
    ),
    Report(
        "menu, queue, and the wrong employee in the history", "https://github.com/mikopbx/Core/issues/1087",
        "a_menu_leads_to_a_queue_whose_second_agent_answers",
    ),
    Report(
        "parked by one agent of a queue and fetched by another: whose call it was", "https://github.com/NethServer/dev/issues/8054",
        "an_agent_of_a_queue_parks_and_a_colleague_fetches_the_customer",
    ),
    Report(
        "a softphone's own transfer: the first call's end is told late", "https://github.com/sipgate/sipgate.io/issues/128",
        "an_agents_phone_transfers_by_its_second_line_and_the_colleague_hangs_up",
    ),
    Report(
        "from one queue to the next by an attended transfer, and who talked", "https://github.com/mikopbx/Core/issues/395",
        "an_agents_phone_asks_another_queue_and_hands_the_customer_over",
    ),
    Report(
        "AMI Hangup after the caller has typed a number", f"{ACTIONS}Hangup",
        "a_customer_types_a_number_and_an_administrator_ends_the_talk",
        at_first="customer_disconnect", kind=OTHER_KEY,
    ),
    Report(
        "Dial option D: digits to the called side's menu", DIAL_HELP,
        "the_pbx_presses_keys_in_the_menu_of_whom_an_agent_calls",
    ),
    Report(
        "a call of two is made one of three, in a room", "https://e-com-net.com/article/481818.htm",
        "whom_an_agent_calls_meets_her_in_a_room_and_a_supervisor_joins",
    ),
    Report(
        "BridgeWait with a time", f"{APPLICATIONS}BridgeWait",
        "a_caller_hears_music_in_a_holding_bridge_before_a_phone_is_called",
    ),
    Report(
        "the star leaves the mailbox (extension a)", f"{APPLICATIONS}VoiceMail",
        "the_star_leads_from_the_mailbox_to_a_queue",
    ),
    Report(
        "Directory", f"{APPLICATIONS}Directory",
        "a_caller_finds_an_agent_in_the_directory",
    ),
    Report(
        "two are rung, and a mailbox picks up", "https://github.com/futel/asteriskserver/issues/1",
        "the_mailbox_of_one_of_a_group_takes_the_call_from_the_others",
    ),
    Report(
        "ChanSpy option g: whoever of a group", "https://www.das-asterisk-buch.de/applications-chanspy.html",
        "a_supervisor_listens_to_whoever_of_a_group_talks",
        at_first="not supervised, and a record of the supervisor's, by ARI alone", kind=UNSEEN_SPY,
    ),
    Report(
        "ChanSpy option X: a digit leads on", "https://docs.asterisk.org/Asterisk_20_Documentation/API_Documentation/Dialplan_Applications/ExtenSpy",
        "a_supervisor_who_listens_leaves_by_a_key_and_barges_in",
        at_first="not barged in, by ARI alone", kind=NEXT_CHANSPY,
    ),
    Report(
        "semi-attended transfer on ring", "https://github.com/versatica/JsSIP/issues/566",
        "an_agent_cuts_a_consultation_that_rings_and_sends_the_customer_there",
    ),
    Report(
        "guest calls", "https://github.com/FreePBX/issue-tracker/issues/1131",
        "somebody_whom_the_pbx_does_not_know_calls",
        at_first="an internal call without a tag", kind=STRANGER,
    ),
    Report(
        "Dial option K: the caller parks", f"{APPLICATIONS}Dial",
        "a_customer_parks_the_agent_by_keys_and_hangs_up",
    ),
    Report(
        "an IAX trunk instead of SIP, to another Asterisk", "https://github.com/rgrokett/RaspiAsteriskGoogle/issues/4",
        "a_queues_member_is_at_another_pbx",
    ),
    Report(
        "who transfers by REFER hangs up at once", "https://github.com/siphon-project/siphon-sip/pull/220",
        "an_agent_outside_has_her_own_pbx_pass_the_customer_on",
    ),
    Report(
        "Originate from the dialplan, to tell somebody", f"{APPLICATIONS}Originate",
        "the_pbx_tells_a_supervisor_that_somebody_waits",
    ),
    Report(
        "Originate from the dialplan: the caller first, then the called", f"{APPLICATIONS}Originate",
        "the_pbx_calls_an_agent_back_and_then_the_colleague",
    ),
    Report(
        "click to call through a Local channel to a number of several phones", "https://docs.mikopbx.com/mikopbx-development/api/ami-ajam",
        "a_click_calls_a_group_first_and_then_the_customer",
    ),
    Report(
        "AMI Atxfer, to a queue", "https://docs.mikopbx.com/mikopbx-development/api/ami-ajam",
        "a_panel_asks_a_queue_for_the_agent_and_hands_over",
    ),
    Report(
        "an application originates and answers later", f"{ISSUES}963",
        "an_application_answers_the_caller_when_the_agent_has_picked_up",
    ),
    Report(
        "an originated channel ends without a cause", f"{ISSUES}1660",
        "a_caller_whom_an_application_has_not_answered_gives_up_while_a_phone_rings",
    ),
    Report(
        "trunks of several channel drivers", "https://github.com/g613/asterisk-cdr-viewer/issues/11",
        "an_agent_calls_out_by_a_carrier_of_another_driver",
    ),
    Report(
        "the same, and the called is busy", "https://github.com/g613/asterisk-cdr-viewer/issues/11",
        "a_carrier_of_another_driver_finds_the_customer_busy",
    ),
    Report(
        "a ring group's time ends while a queue behind it rings", "http://www.aussievoip.com/wiki/freePBX-RingGroups",
        "a_dial_gives_up_the_queue_behind_a_local_channel_and_calls_another",
        at_first="the queue was abandoned", kind=GIVEN_UP,
    ),
    Report(
        "a ring group's time ends, of Local channels, and a queue has nobody", "https://github.com/irontec/ivozprovider/issues/562",
        "a_dial_gives_up_a_group_of_local_channels_and_a_queue_has_nobody",
    ),
    Report(
        "Busy() plays the tone to whom nobody has answered", f"{APPLICATIONS}Busy",
        "nobody_answers_and_the_caller_hears_the_busy_tone",
    ),
    Report(
        "AMI Redirect of a parked channel", "https://issues-archive.asterisk.org/attachments/12/ASTERISK-12097/04-howto-ami.txt",
        "a_panel_sends_a_parked_customer_to_a_colleague",
    ),
    Report(
        "a reception parks, and somebody fetches", "https://github.com/chan-sccp/chan-sccp/issues/301",
        "the_reception_parks_the_customer_and_an_agent_fetches",
    ),
    Report(
        "the console's channel request hangup", "https://docs.asterisk.org/Operation/Asterisk-Command-Line-Interface/",
        "the_console_hangs_the_customer_up",
    ),
    Report(
        "a REFER that the PBX cannot follow", "https://github.com/AlticeLabsPublic/asterisk-i/issues/72",
        "a_customers_own_pbx_sends_the_agent_to_a_number_that_there_is_not",
    ),
    Report(
        "ChanSpy on a call that goes out and still rings", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_listens_while_the_customers_phone_rings_who_is_busy_then",
        at_first="listened to", kind=DECIDED,
    ),
    Report(
        "ChanSpy options b and S with nobody to listen to", f"{APPLICATIONS}ChanSpy",
        "a_supervisor_finds_nobody_to_listen_to",
    ),
    Report(
        "call files with MaxRetries", "https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Call-Files/",
        "a_file_in_the_spool_calls_an_agent_a_second_time",
    ),
    Report(
        "a survey by a call back when the call is over", "https://www.sghrps.in/2020/07/asterisk-auto-dial-out.html",
        "the_pbx_calls_a_customer_who_has_hung_up_to_ask_how_it_was",
    ),
    Report(
        "a queue's member behind an extension that is not in its context", "https://github.com/chan-sccp/chan-sccp/issues/500",
        "the_dialplan_of_a_queues_member_is_gone", at_first="no offer", kind=GONE_BEHIND,
    ),
    Report(
        "a destination is called in a context where it is not", "https://github.com/hkjarral/AVA-AI-Voice-Agent-for-Asterisk/issues/577",
        "the_dialplan_behind_a_desk_is_gone", at_first="no offer", kind=GONE_BEHIND,
    ),
    Report(
        "Dial options f and u: the number that is shown is hidden", f"{APPLICATIONS}Dial",
        "a_dial_hides_the_number_that_it_shows", at_first="outbound_call", kind=HIDES,
    ),
    Report(
        "CALLERID(name-pres) beside CALLERID(num-pres)", "https://github.com/amooma/GS3/pull/29",
        "only_the_names_presentation_is_taken_away", at_first="outbound_call", kind=HIDES,
    ),
    Report(
        "the number is hidden, and a route shows one of its own", "https://github.com/siphon-project/siphon-sip/pull/199",
        "a_dial_shows_a_number_after_the_dialplan_has_hidden_another", at_first="non_dn_outgoing_call", kind=HIDES,
    ),
    Report(
        "a conference of the host's two calls, by an application", "https://github.com/wazo-platform/wazo-calld/pull/126",
        "an_application_makes_a_conference_of_an_agents_two_calls",
        at_first="a record more, with system_disconnect", kind=TWO_LINES,
    ),
    Report(
        "the same, with whoever called meanwhile", "https://github.com/wazo-platform/wazo-js-sdk/pull/378",
        "an_application_makes_a_conference_with_a_colleague_who_called_meanwhile",
        at_first="a record more, with system_disconnect", kind=TWO_LINES,
    ),
    Report(
        "a panel's transfer for a desk phone, of a call that was put on hold first",
        "https://github.com/NethServer/dev/issues/7873", "a_panel_bridges_the_customer_with_whom_her_agent_asks",
        at_first="a record more, with system_disconnect", kind=TWO_LINES,
    ),
    Report(
        "attended transfer by way of a conference", "https://github.com/fusionpbx/fusionpbx/pull/1629",
        "a_panel_brings_the_customer_and_whom_her_agent_asks_into_a_room",
        at_first="a record more, with system_disconnect", kind=TWO_LINES,
    ),
    Report(
        "the same, and back", "https://github.com/fusionpbx/fusionpbx/pull/1629",
        "an_agent_asks_a_colleague_while_the_customer_is_alone_in_a_room",
    ),
    Report(
        "a browser phone declines by 487", "https://github.com/saycel/webph.one/issues/135",
        "a_phones_page_says_487_when_its_agent_declines",
        at_first="cancelled, and no reassign (22)", kind=ENDED_BY_PAGE,
    ),
    Report(
        "the same at once", "https://github.com/saycel/webph.one/issues/135",
        "a_phones_page_says_487_at_once", at_first="cancelled, and no reassign (22)", kind=ENDED_BY_PAGE,
    ),
    Report(
        "click to call for an agent who is logged in for the day", "https://github.com/AsterNET/AsterNET/issues/184",
        "a_click_calls_for_an_agent_who_is_logged_in_for_the_day",
    ),
    Report(
        "an agent's console has a button for hold", "https://github.com/IssabelFoundation/callcenter/pull/59",
        "an_agents_console_holds_the_customer_and_takes_her_back",
    ),
    Report(
        "participants are invited out of a ConfBridge room", "https://github.com/litnimax/astconfman/issues/68",
        "an_agent_calls_a_colleague_into_the_room_by_a_key",
    ),
    Report(
        "AMI LocalOptimizeAway", f"{ACTIONS}LocalOptimizeAway",
        "a_program_takes_the_local_channel_out_of_a_talk_that_is_transferred_then",
    ),
    Report(
        "the caller abandons a warm transfer, and the others go on", "https://github.com/OpenACD/OpenACD/issues/1",
        "a_customer_hangs_up_while_the_agent_asks_by_keys_and_the_two_go_on",
    ),
    Report(
        "a member who is added to be paused is rung before", f"{ISSUES}1007",
        "an_agent_who_logs_in_to_pause_is_rung_before_she_has_paused",
    ),
    Report(
        "calls go alternately by two providers, in queues and follow-me, and not all ring",
        "https://github.com/futel/asteriskserver/issues/554",
        "a_carrier_refuses_to_call_a_members_mobile_and_the_next_one_calls_it",
        at_first="an offer more, cpe_rejected, and reassign", kind=ANOTHER_CARRIER,
    ),
    Report(
        "operators are called into the caller's conference one after the other until one answers",
        "https://github.com/futel/asteriskserver/issues/282",
        "the_dialplan_calls_one_agent_after_the_other_into_the_callers_room",
        at_first="a record more, and no reassign", kind=CALLED_INTO_ROOM,
    ),
    Report(
        "the same, through Local channels, when somebody joins the conference",
        "https://github.com/futel/asteriskserver/issues/281",
        "the_dialplan_calls_agents_behind_local_channels_into_the_callers_room",
        at_first="a record more, and no reassign", kind=CALLED_INTO_ROOM,
    ),
    Report(
        "a participant of a conference has so many seconds there",
        "https://github.com/TECH7Fox/asterisk-hass-integration/issues/39",
        "the_time_in_a_room_is_up_and_the_next_queue_takes_the_customer",
        at_first="agent_transferred_call", kind=TIME_IS_UP,
    ),
    Report(
        "extension T: the absolute timeout is reached, in a talk", "http://wiki.astripedia.org/index.php/Extensions",
        "the_time_of_a_call_is_up_in_a_talk_and_the_dialplan_goes_on_to_a_queue",
        at_first="agent_transferred_call", kind=TIME_IS_UP,
    ),
    Report(
        "the same in a queue", "http://wiki.astripedia.org/index.php/Extensions",
        "the_time_of_a_call_is_up_in_a_queue_and_the_dialplan_goes_on_to_another",
        at_first="exit transferred, offer cancelled, and no reassign", kind=TIME_IS_UP,
    ),
    Report(
        "Dial options g and S, behind a queue's member", f"{APPLICATIONS}Dial",
        "the_dialplan_behind_a_member_goes_on_to_a_colleague_when_the_time_is_up",
        at_first="agent_transferred_call", kind=TIME_IS_UP,
    ),
    Report(
        "a paging group, each phone behind a Local channel, of which one is busy",
        "https://github.com/chan-sccp/sccp_manager/issues/57", "a_page_by_local_channels_finds_a_phone_busy",
        at_first="an offer more, cpe_rejected", kind=PAGED_BY_LOCAL,
    ),
    Report(
        "the same, of which one is off", "https://github.com/chan-sccp/sccp_manager/issues/57",
        "a_page_by_local_channels_finds_a_phone_off",
        at_first="an offer more, cpe_rejected, and reassign", kind=PAGED_BY_LOCAL,
    ),
    Report(
        "a busy lamp's key picks up what rings, by an INVITE with Replaces", f"{ISSUES}803",
        "a_supervisors_phone_picks_up_what_a_queue_rings_by_an_invite",
    ),
    Report(
        "the only contact of a group's only member is gone", "https://github.com/fusionpbx/fusionpbx/issues/1923",
        "a_queue_calls_all_phones_of_a_member_who_has_none",
    ),
    Report(
        "an application of ARI is given the phone's REFER, and carries it out", f"{PULLS}962",
        "an_application_carries_out_what_an_agents_phone_asks_by_refer",
    ),
    Report(
        "a user gathers guests in her own conference, who wait until she enters it",
        "https://github.com/NethServer/dev/issues/7135", "an_agent_gathers_guests_in_her_own_room",
    ),
    Report(
        "a panel's button for a transfer (AMI Redirect), in a call between extensions",
        "https://github.com/blak3r/yaai/issues/151", "a_panel_sends_a_colleague_who_called_to_another",
        at_first="agent_to_agent_call alone", kind=PASSED_ON_INSIDE,
    ),
    Report(
        "the same, of the one who was called", "https://github.com/marcelog/Nami/pull/31",
        "a_panel_sends_a_colleague_who_was_called_to_another",
        at_first="agent_to_agent_call alone", kind=PASSED_ON_INSIDE,
    ),
    Report(
        "the same, to a supervisor", "https://github.com/AsterNET/AsterNET/issues/191",
        "a_panel_sends_a_colleague_who_called_to_a_supervisor",
        at_first="agent_to_agent_call alone", kind=PASSED_ON_INSIDE,
    ),
    Report(
        "an ARI application calls A and B and joins them, and then joins A with C",
        "https://github.com/skrusty/AsterNET.ARI/issues/52", "an_application_passes_a_colleague_on",
        at_first="agent_to_agent_call alone", kind=PASSED_ON_INSIDE,
    ),
    Report(
        "a phone's user forwards by 302 what rings, which a click has called", "https://github.com/baresip/baresip/pull/2595",
        "a_phone_forwards_what_a_click_rings_to_a_colleague",
        at_first="a record more, without a tag", kind=CLICK_FORWARDED,
    ),
    Report(
        "ARI: originate leg A, originate leg B, and a bridge of both", "https://github.com/skrusty/AsterNET.ARI/issues/13",
        "an_application_calls_both_by_local_channels_and_joins_them",
    ),
    Report(
        "an ARI application makes calls out and has a queue of its own", "https://github.com/CyCoreSystems/ari/issues/84",
        "an_application_calls_out_for_an_agent_and_has_a_colleague_take_over",
    ),
    # What cannot be placed here.
    Report(
        "a fax is heard in the greeting and the call goes to the fax machine",
        "https://github.com/greenfieldtech-nirs/phpari/issues/40", why_not="the phones here send no fax tones",
    ),
    Report(
        "a fax by T.38 that is refused (488)", f"{ISSUES}1880",
        why_not="the phones here offer no T.38; what a refused re-INVITE is told as is in tests/calls",
    ),
    Report(
        "PrivacyManager itself", "https://asteriskrecipes.com/reference/applications/privacymanager",
        why_not="it ends at once without its prompts, which are not installed",
    ),
    Report(
        "call completion on busy (CCBS)", "https://wiki.asterisk.org/wiki/display/AST/Generic+Call+Completion+Example",
        why_not="PJSIP has none",
    ),
    Report(
        "session timers that are not refreshed", "https://github.com/64characters/Telephone/issues/180",
        why_not="the shortest takes 90 s; what the PBX tells then (408) is in tests/calls",
    ),
    Report(
        "a re-INVITE crosses another (491)", "https://github.com/versatica/JsSIP/issues/771",
        why_not="the phones here cannot be made to send it in that moment",
    ),
    Report(
        "a weight keeps a queue's members from another queue", f"{ISSUES}1561",
        why_not="only who is called when differs; what is told of each call does not",
    ),
    Report(
        "a Local channel of a spying machine delays the end of the call by 2 s", f"{ISSUES}2123",
        why_not="the same call as the media tap; its end came in time here",
    ),
    Report(
        "who answered spies on the caller to talk (Dial G and ChanSpy w)",
        "https://github.com/adhearsion/adhearsion/issues/157",
        why_not="both are told apart from a supervisor by nothing but the dialplan's meaning",
    ),
    Report(
        "two answers to one ring of a queue's virtual member", f"{ISSUES}313",
        why_not="a race in that version that did not come again",
    ),
    Report(
        "two Asterisks of one customer, joined by IAX", "https://github.com/hamsoverip/wiki/pull/24",
        "a_call_goes_by_iax_to_another_pbx_where_an_agent_takes_it",
    ),
    Report(
        "a number is found by ENUM", f"{FREEPBX}495",
        why_not="it asks DNS outside",
    ),
    Report(
        "a call held by an analogue subscriber goes on at another phone", f"{PULLS}241",
        why_not="it needs analogue lines",
    ),
    Report(
        "a proxy forks a call to several phones under one answer", "https://github.com/2600hz/kazoo/pull/6745",
        why_not="the PBX sees one leg with several early dialogs, and tells one",
    ),
    Report(
        "a call back is begun several times over", f"{FREEPBX}621",
        why_not="whether it was is the script's matter; each call is told",
    ),
    Report(
        "any extension may log in to a queue", "http://portal.voxistelcom.com:8088/kb/a21/queues.aspx",
        why_not="who was a member once stays an agent, also of the calls after it; played alone, it was exact",
    ),
    Report(
        "calls of an ISDN card, whose channels are named by the number", "https://github.com/blak3r/yaai/issues/217",
        why_not="it needs a card; recorded calls under such names are in tests/calls/test_technologies.py",
    ),
    Report(
        "the number shown is set by headers (P-Asserted-Identity)", "https://github.com/wazo-platform/wazo-platform.org/pull/703",
        why_not="no event tells what a header or a trunk's own settings show",
    ),
    Report(
        "the number dialled stands in P-Preferred-Identity", "https://github.com/NethServer/dev/issues/8179",
        why_not="the same call as of a carrier that calls an account and tells the number beside it (own dialplan)",
    ),
    Report(
        "a conference begun while the third still rings", "https://github.com/usecallmanagernz/patches/issues/35",
        why_not="it needs phones of another make, and a patched driver",
    ),
)  # fmt: skip
