"""What people who run Asterisk reported or documented, and what came of placing it. Facts and addresses only.

What comes out now stands in the table of docs/test-full.md, under the name of the scenario.
"""

from dataclasses import dataclass

ISSUES = "https://github.com/asterisk/asterisk/issues/"
PULLS = "https://github.com/asterisk/asterisk/pull/"
FREEPBX = "https://github.com/FreePBX/issue-tracker/issues/"
MIKOPBX = "https://github.com/mikopbx/Core/issues/"
QUEUE_HELP = "http://www.asterisk.org/docs/asterisk/trunk/applications/queue"
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
UNSEEN_SPY = "who listens in is not seen by ARI alone"

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
)  # fmt: skip
