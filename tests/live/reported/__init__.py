"""Calls of the shapes that people elsewhere reported (reports.py), on a dialplan of their own
(docker/dialplans/reported).

Scenarios as in tests/live/scenarios; played on both versions by tests/live/profiles.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.live.expected import Expected
from tests.live.feed_limits import NO_MEMBERS, UNTOLD_CALLER, UNTOLD_VOICE, Instead, Limit
from tests.live.scenarios import Suite, adding_to

REPORTED: Suite = {}
scenario = adding_to(REPORTED)

NO_READINESS = "ARI tells no queue members: a wait that began with an offer is not known to go on without one"

UNTOLD_LEG = "ARI does not tell for whom a leg was made that is never called"

UNTOLD_GROUP = "ARI does not tell whom a ChanSpy found that names a group instead of a channel"

REPORTED_CANNOT: dict[str, Limit | Instead] = {
    "a_customer_gives_up_while_a_bots_queue_rings_an_agent": Instead(
        UNTOLD_CALLER,
        (
            Expected(tags="incoming_dn_call customer_abandon", abandoned_in="ivr"),
            Expected(tags="agent_no_answer_timeout", offers="a1 no_answer", direction="internal"),
        ),
    ),
    "a_caller_whom_an_application_has_not_answered_gives_up_while_a_phone_rings": Instead(
        UNTOLD_CALLER,
        (
            Expected(tags="incoming_dn_call customer_abandon", abandoned_in="ivr"),
            Expected(tags="agent_no_answer_timeout", offers="a1 no_answer", direction="internal"),
        ),
    ),
    "the_only_agents_phone_comes_back_while_a_customer_waits": Limit(
        NO_MEMBERS, tags="cpe_reject reassign", offers="a1 answered"
    ),
    "an_agent_logs_out_while_the_phone_rings_and_nobody_is_left": Limit(NO_READINESS, tags="queued"),
    "who_does_not_answer_is_paused_and_the_customer_waits": Limit(NO_READINESS, tags="queued"),
    "who_declines_is_paused_and_the_customer_waits": Limit(NO_READINESS, tags="queued"),
    "the_dialplan_behind_a_member_is_busy": Limit(
        NO_MEMBERS, tags="cpe_reject reassign reassigned_call", offers="a2 answered"
    ),
    "no_phone_of_members_in_small_letters_can_be_reached": Limit(NO_MEMBERS, tags="cpe_reject", offers=""),
    "a_bot_lets_a_phone_go_as_if_it_were_busy_and_rings_the_next": Instead(
        UNTOLD_CALLER,
        (
            Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered"),
            Expected(tags="agent_no_answer_timeout", offers="a1 no_answer", direction="internal"),
        ),
    ),
    "an_agent_is_paused_by_a_panel_while_she_rings": Limit(NO_READINESS, tags="queued"),
    "a_supervisor_in_a_room_unmutes_herself_by_a_key": Limit(UNTOLD_VOICE, tags="supervisor_conference_call"),
    "a_routine_refuses_for_a_member_before_she_is_called": Limit(
        UNTOLD_LEG, tags="cpe_reject reassign reassigned_call", offers="a2 answered"
    ),
    "an_agent_sits_at_no_desk_that_the_database_knows": Limit(
        NO_MEMBERS, tags="cpe_reject reassign reassigned_call", offers="a2 answered"
    ),
    "the_dialplan_of_a_queues_member_is_gone": Limit(
        UNTOLD_LEG, tags="cpe_reject reassign reassigned_call", offers="a2 answered"
    ),
    "a_supervisor_listens_to_whoever_of_a_group_talks": Instead(
        UNTOLD_GROUP,
        (
            Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
            Expected(tags="", direction="internal"),
        ),
    ),
    "a_bot_calls_a_customer_and_finds_an_agent": Instead(
        UNTOLD_CALLER,
        (
            Expected(tags="outbound_call customer_disconnect", offers="a2 answered", direction="outbound"),
            Expected(tags="agent_reject", offers="a1 rejected", direction="internal"),
        ),
    ),
    "a_supervisor_goes_from_talk_to_talk_by_a_key": Limit(
        "ARI does not tell to whom ChanSpy goes on", tags="supervisor_monitored_call", record=1, supervisions=""
    ),
}
"""What ARI alone cannot show."""
REPORTED_LACKS_16 = {
    "a_panel_moves_a_caller_to_the_head_of_the_queue":
        "Asterisk 16 leaves a caller whose priority a panel changes at the old place",
    "an_application_has_the_carrier_call_another_number":
        "Asterisk 16 tells the 302 that an application has it send as if the caller had given up",
    "a_panel_takes_the_customer_from_a_bot_by_audiosocket_into_the_queue": "Asterisk 16 here has no AudioSocket",
    "a_bot_that_was_dialled_ends_and_an_agent_takes_the_call": "Asterisk 16 here has no AudioSocket",
    "a_customer_hangs_up_on_a_bot_that_was_dialled": "Asterisk 16 here has no AudioSocket",
    "an_agent_lets_it_ring_in_a_block_of_conditions": "Asterisk 16 has no If",
    "a_phones_page_says_487_when_its_agent_declines": "Asterisk 16 tells a 487 by the cause that many an error has",
    "an_agent_declines_a_caller_as_unwanted": "Asterisk 16 tells a 607 by the cause that many an error has",
    "the_dialplan_refuses_a_caller_by_a_sip_code": "Asterisk 16 has no PJSIPHangup",
    "an_application_carries_out_what_an_agents_phone_asks_by_refer": "Asterisk 16 gives no application a REFER",
    "a_station_of_a_shared_line_takes_the_call": "Asterisk 16 has shared lines by MeetMe only, which needs DAHDI",
}  # fmt: skip
"""Calls that Asterisk 16 cannot play, or does not tell, and why."""
REPORTED_LACKS_22 = {
    "an_agent_is_asked_by_a_macro_and_sends_the_customer_on": "Asterisk 22 has no macros",
    "a_customer_gives_up_while_a_macro_asks_the_agent": "Asterisk 22 has no macros",
    "an_agent_calls_out_by_a_carrier_of_another_driver": "Asterisk 22 has no chan_sip",
    "a_carrier_of_another_driver_finds_the_customer_busy": "Asterisk 22 has no chan_sip",
}

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
