"""What a phone's SIP code means for an offer, as `callbridge codes` lists it."""

from bridge.calls.codes import CAUSES, DECLINES, NAMES, Verdicts
from bridge.calls.sip_codes import CODES
from bridge.commands.codes import rows
from bridge.config import Code

DEFAULT = {row["sip"]: row for row in rows(Verdicts([]), "PJSIP/1001")}


def test_after_ringing_six_codes_are_a_person_who_declines_and_all_others_a_device_that_fails() -> None:
    declines = {code for code, row in DEFAULT.items() if row["rung"] == "rejected"}
    assert declines == DECLINES
    assert {row["rung"] for code, row in DEFAULT.items() if code not in declines} == {"cpe_rejected"}


def test_without_ringing_no_code_is_a_person() -> None:
    assert {row["not_rung"] for row in DEFAULT.values()} == {"cpe_rejected"}


def test_the_settings_change_what_a_code_means_for_the_phones_they_name() -> None:
    changed = Verdicts([Code(sip=480, device="PJSIP/10*", rung="cpe_rejected")])
    assert {row["sip"]: row["rung"] for row in rows(changed, "PJSIP/1001")}[480] == "cpe_rejected"
    assert {row["sip"]: row["rung"] for row in rows(changed, "PJSIP/2001")}[480] == "rejected"


def test_every_code_with_a_name_is_in_the_list_and_a_cause_stands_for_a_code_that_makes_it() -> None:
    causes = {code.code: code.cause for code in CODES}
    assert set(NAMES) <= set(causes)
    assert all(causes[code] == cause for cause, code in CAUSES.items())
