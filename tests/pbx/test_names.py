"""Names that come for one call each are not remembered for ever."""

import msgspec

from bridge.calls import roles
from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx import devices, once, queues
from bridge.pbx.devices import Devices
from bridge.pbx.members import Members
from bridge.pbx.mirror import Mirror
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f
from bridge.vocabulary.message import CARRIERS


def test_a_name_for_each_call_does_not_grow_the_memory_nor_push_out_the_phones() -> None:
    known = Devices()
    for number in range(500):
        known.named(f"PJSIP/{number}").contact("sip:x", reachable=True, at=1.0)
    for number in range(100_000):
        known.named(f"DAHDI/i1/09{number:08}").state = "INUSE"
        known.named(f"Local/09{number:08}@out").state = "INUSE"
    assert len(known.by_name) <= devices.MOST
    assert all(f"PJSIP/{number}" in known.by_name for number in range(500))
    assert "Local/0900099999@out" in known.by_name


def test_phones_that_all_have_contacts_are_bounded_too() -> None:
    known = Devices()
    for number in range(devices.MOST + 10):
        known.named(f"PJSIP/{number}").contact("sip:x", reachable=True, at=1.0)
    assert len(known.by_name) <= devices.MOST


def test_a_browser_phone_whose_page_is_loaded_again_and_again_fills_no_memory() -> None:
    """Each time it registers by an address of its own, which both feeds tell."""
    mirror = Mirror("ami")
    for time in range(20 * once.MOST):
        for page, is_there in ((time, True), (time - 1, False)):
            for src in CARRIERS if time % 3 else reversed(CARRIERS):
                contact = f"sip:{page}@192.0.2.1:{page}"
                mirror.apply(f.ContactChanged(time, src, "PJSIP/1001", contact, is_there))
    phone = mirror.devices["PJSIP/1001"]
    assert phone.reachable
    assert len(phone.once._applied) <= once.MOST
    assert all(len(owed) <= once.MOST for owed in phone.once._owed.values())


def test_roles_are_looked_up_for_any_number_of_names_and_not_kept_of_all() -> None:
    settings = msgspec.convert({"roles": {"trunks": ["DAHDI/*"], "agents": ["PJSIP/1*"]}}, Settings)
    directory = Directory(settings, Members(), {})
    for number in range(100_000):
        assert directory.role(f"DAHDI/i1/09{number:08}") == "customer"
    assert directory.role("PJSIP/1001") == "agent"
    assert len(directory._roles) <= roles.MOST


def test_names_that_are_no_queues_are_forgotten_and_queues_stay() -> None:
    pbx = Pbx("ami")
    pbx.queue("support").strategy = "ringall"
    waiting = pbx.queue("sales")
    stay = waiting.begin_stay(1.0)
    for number in range(2 * queues.MOST):
        pbx.queue(f"of caller 09{number:08}")
    assert len(pbx.queues.by_name) <= queues.MOST
    assert pbx.queue("support").strategy == "ringall"
    assert pbx.queue("sales") is waiting
    waiting.forget_stay(stay)
