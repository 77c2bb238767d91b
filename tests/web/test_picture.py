"""A call as a picture: every time at its place, no text over text, every piece a link, all that a page allows."""

import functools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Customer, Gap, QueuePass, Record
from bridge.vocabulary.times import seconds
from bridge.web.drawing import HEAD, MARGIN, View
from bridge.web.lanes import Lanes
from bridge.web.picture import picture
from tests.helpers.recorded import NAMES, messages, replayed
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED, at, tagged
from tests.web.docs_pictures import ROOT, drawn
from tests.web.reading import SVG, Link, bars, links, parsed, size, texts
from tests.web.samples import everything, many_phones, offer, talk_adds_up

SAMPLES: dict[str, Record] = {
    "everything": everything(), "answered": ANSWERED, "supervised": SUPERVISED, "abandoned": ABANDONED,
}  # fmt: skip
CALLS = [*NAMES, *SAMPLES]
GREEN = "#009E73"


@functools.cache
def calls(name: str) -> list[Record]:
    return [SAMPLES[name]] if name in SAMPLES else replayed(messages(name))


def test_a_declined_and_then_answered_call_reads_from_left_to_right() -> None:
    told = [link.words for link in links(parsed(picture(ANSWERED)))]
    for earlier, later in (
        ("the caller waited 9.0 s in queue support, as number 1", "1002 rang 3.8 s, answered"),
        ("the call left queue support for the one who answered", "0287654321: in the call, 50.0 s"),
        ("1001 rang 4.0 s, declined, SIP 603 Decline", "1001: declined, SIP 603 Decline"),
        ("1001: declined, SIP 603 Decline", "1002 rang 3.8 s, answered"),
        ("1002 rang 3.8 s, answered", "customer hung up"),
    ):
        assert told.index(earlier) < told.index(later)
    chinese = [link.words for link in links(parsed(picture(ANSWERED, "zh-TW")))]
    assert "1001 響鈴 4.0 秒，拒接，SIP 603 拒接" in chinese


def edges(record: Any) -> Iterator[tuple[str, str]]:
    """Every time of the record that the picture must show, and whether a piece begins, ends or stands there."""
    for stay in record.queues:
        if stay.exit not in ("full", "join_empty") and stay.joined_at:
            yield "left", stay.joined_at
        if stay.left_at:
            yield "middle", stay.left_at
    for one in record.offers:
        yield "left", one.started_at
        if one.ringing_at:
            yield "left", one.ringing_at
        if one.ended_at:
            yield "middle", one.ended_at
            if one.ringing_at:
                yield "right", one.ended_at
    for stretch in [*record.supervisions, *record.conferences, *getattr(record, "conversations", [])]:
        yield "left", stretch.from_
        if stretch.until:
            yield "right", stretch.until
    for dial in getattr(record, "dials", []):
        yield "left", dial.started_at
        yield "middle", dial.ended_at
    for transfer in record.transfers:
        yield "middle", transfer.at
    for proofs in record.evidence.values():
        for proof in proofs:
            yield "middle", proof.at
    for gap in record.gaps:
        yield "left", gap.from_ or record.started_at
        yield "right", gap.until or record.ended_at
    yield "middle", record.ended_at


@pytest.mark.parametrize("name", CALLS)
def test_every_time_of_the_record_is_in_the_picture_at_its_place(name: str) -> None:
    for record in calls(name):
        drawn = links(parsed(picture(record, view=View(to_scale=True))))
        wanted = list(edges(record))
        since = min(seconds(moment) for moment in (record.started_at, *(at for _, at in wanted)))
        until = max(seconds(moment) for _, moment in wanted)
        width = View().width - MARGIN - HEAD
        for edge, moment in wanted:
            x = HEAD + (seconds(moment) - since) / max(until - since, 0.001) * width
            assert any(_stands(link, edge, x) for link in drawn), (edge, moment)


def _stands(link: Link, edge: str, x: float) -> bool:
    if edge == "right" and link.width <= 3.05:
        return abs(link.left - x) <= 3.5  # drawn 3 px wide, so that it is seen
    return abs({"left": link.left, "middle": link.middle, "right": link.right}[edge] - x) <= 0.5


def test_the_talk_that_is_drawn_adds_up_to_the_talk_of_the_record() -> None:
    record = everything()
    assert talk_adds_up(record) == record.talk_seconds
    root = parsed(picture(record, view=View(to_scale=True)))
    per_second = (View().width - MARGIN - HEAD) / (seconds(record.ended_at) - seconds(record.started_at))
    drawn = bars(root, GREEN)
    of_the_customer = min(top for top, _ in drawn)
    talked = sum(width for top, width in drawn if top == of_the_customer) / per_second
    assert talked == pytest.approx(record.talk_seconds, abs=0.5)


@pytest.mark.parametrize("width", [1280.0, 1840.0])
@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("name", CALLS)
def test_no_text_lies_over_another_and_none_leaves_the_picture(name: str, language: Language, width: float) -> None:
    for record in calls(name):
        root = parsed(picture(record, language, View(width=width, zone=ZoneInfo("Asia/Taipei"))))
        found = texts(root)
        assert [(a.words, b.words) for a, b in combinations(found, 2) if a.over(b)] == []
        right, bottom = size(root)
        assert [box.words for box in found if box.left < 0 or box.right > right or box.bottom > bottom] == []


@pytest.mark.parametrize("name", CALLS)
def test_every_piece_is_a_link_with_its_words_in_order_of_time_under_a_name_of_its_own(name: str) -> None:
    for record in calls(name):
        root = parsed(picture(record, view=View(alone=False)))
        found = links(root)
        own = {link.id.replace("picture-", "#list-", 1) for link in found}
        assert {link.href for link in found} <= own  # a further proof of a tag leads where its first one does
        elsewhere = [link.href for link in found if link.href != link.id.replace("picture-", "#list-", 1)]
        assert all(href.startswith("#list-tag-") for href in elsewhere)
        ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids))
        tags = [link.id for link in found if "-tag-" in link.id]
        assert len(tags) == len(record.tags)
        numbers = [int(link.id.split("-")[1]) for link in found if "-tag-" not in link.id]
        assert numbers == sorted(numbers)


def test_of_phones_that_ring_at_once_the_one_that_answers_comes_first() -> None:
    record = many_phones(20)
    [answered] = [offer.agent for offer in record.offers if offer.outcome == "answered"]
    spoke = {person.party for person in record.participants}
    names = [lane.name for lane in Lanes(record).all]
    others = [offer.agent for offer in record.offers if offer.agent not in {answered, *spoke}]
    assert names.index(answered) < min(map(names.index, others))


def test_a_tag_under_the_picture_leads_to_its_pin_and_the_pin_to_the_tag() -> None:
    root = parsed(picture(ANSWERED))
    pins = {link.id: link.href for link in links(root) if "-tag-" in link.id}
    assert pins["picture-tag-22"] == "#list-tag-22"
    lines = {a.get("id"): a.get("href") for a in root.iter(f"{SVG}a")}
    assert lines["list-tag-22"] == "#picture-tag-22"


def test_who_cannot_see_it_gets_a_title_and_the_whole_call_in_a_sentence() -> None:
    root = parsed(picture(ANSWERED))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == f"Picture of call {ANSWERED.call_id}"
    assert description is not None
    assert description.text is not None
    assert description.text.startswith("Customer 0287654321 called 8000; waited 9.0 s")


def test_a_record_that_dates_the_ringing_before_the_call_draws_no_negative_length() -> None:
    early = msgspec.structs.replace(ANSWERED, offers=[offer("1002", 10.001, 10, 14, "answered")])
    told = [link.words for link in links(parsed(picture(early))) if link.words.startswith("1002 was called")]
    assert told == ["1002 was called"]


def test_a_flag_stands_where_a_wait_passed_its_limit() -> None:
    record = everything()
    flags = {link.words: link.middle for link in links(parsed(picture(record, view=View(to_scale=True))))}
    per_second = (View().width - MARGIN - HEAD) / (seconds(record.ended_at) - seconds(record.started_at))
    assert flags["over 20.0 s of ringing"] == pytest.approx(HEAD + (25.2 + 20) * per_second, abs=0.5)
    assert flags["over 1:00 of waiting"] == pytest.approx(HEAD + (12 + 60) * per_second, abs=0.5)


def heads(record: Record) -> list[str]:
    """The names of the lanes, from top to bottom."""
    root = parsed(picture(record, view=View(alone=False)))
    return [t.text or "" for t in root.iter(f"{SVG}text") if t.get("font-size") == "13" and t.get("x") == "42.0"]


def test_lanes_run_from_customer_to_pbx_to_staff_with_a_listener_below_the_one_listened_to() -> None:
    assert heads(everything()) == [
        "0287654321 總務處", "PBX", "1001", "1002", "1003", "1004", "2001", "1005", "0400123456",
    ]  # fmt: skip


def test_two_devices_of_one_person_are_one_lane_with_their_names_on_the_bars() -> None:
    offers = [
        offer("1001", 1, 2, 30, "answered_elsewhere", device="PJSIP/1001-desk"),
        offer("1001", 1, 2, 30, "answered", device="PJSIP/1001-web"),
    ]
    record = msgspec.structs.replace(ANSWERED, offers=offers)
    assert heads(record).count("1001") == 1
    written = [box.words for box in texts(parsed(picture(record)))]
    assert "PJSIP/1001-desk ringing 28.0 s" in written
    assert "PJSIP/1001-web ringing 28.0 s" in written


def test_many_tags_at_one_moment_stack_in_three_rows_and_the_rest_is_counted() -> None:
    names = ("incoming_dn_call", "queued", "reassign", "agent_reject", "cpe_reject", "transferred")
    record = msgspec.structs.replace(ANSWERED, **tagged(*names))
    assert "+3" in [box.words for box in texts(parsed(picture(record)))]


def test_what_was_not_observed_is_hatched_and_said() -> None:
    record = msgspec.structs.replace(ANSWERED, complete=False, gaps=[Gap(from_=None, until=at(3))])
    root = parsed(picture(record))
    assert "not observed, 3.0 s" in [link.words for link in links(root)]
    assert "not observed" in [box.words for box in texts(root)]


def test_a_closer_look_shows_only_what_happened_then() -> None:
    view = View(since=seconds(at(5)), until=seconds(at(10)))
    told = [link.words for link in links(parsed(picture(ANSWERED, view=view)))]
    assert "1002 rang 3.8 s, answered" in told
    assert not any(words.startswith("1001") for words in told)


def test_the_clock_below_is_that_of_the_chosen_zone() -> None:
    view = View(zone=ZoneInfo("Asia/Taipei"), to_scale=True)
    written = [box.words for box in texts(parsed(picture(ANSWERED, "zh-TW", view)))]
    assert "17:00:30" in written
    assert "時刻 Asia/Taipei" in written


def longest_call() -> Record:
    """Six hours, and an offer every three minutes."""
    offers = [offer(f"10{n % 7:02}", 1 + n * 7, 2 + n * 7, 6 + n * 7, "no_answer") for n in range(120)]
    return msgspec.structs.replace(ANSWERED, offers=offers, ended_at="2026-03-02T15:00:00.000Z")


@pytest.mark.parametrize("record", [many_phones(200), longest_call()], ids=["200 phones", "six hours"])
def test_a_call_of_200_phones_or_of_six_hours_is_drawn_at_once_and_small(record: Record) -> None:
    assert len(picture(record)) < 300_000
    assert min(_spent(record) for _ in range(7)) < 0.050


def _spent(record: Record) -> float:
    before = time.process_time()
    picture(record)
    return time.process_time() - before


def test_a_call_without_end_is_drawn_as_far_as_a_picture_goes_and_says_so() -> None:
    drawn = picture(many_phones(5000))
    assert len(drawn) < 700_000
    written = [box.words for box in texts(parsed(drawn))]
    assert any(words.endswith("more who were offered the call") for words in written)
    assert any(words.endswith("later moments that are not drawn") for words in written)


def test_the_same_record_gives_the_same_bytes_in_every_process() -> None:
    script = (
        "import hashlib; from tests.web.samples import everything; from bridge.web.picture import picture; "
        "print(hashlib.sha256(picture(everything(), 'zh-TW')).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


HOSTILE = "<script>alert('1')</script>\"&amp;\x00\x1b\ud800\u202e{0}{x}"


def test_names_and_numbers_that_a_caller_chose_stay_text() -> None:
    record = msgspec.structs.replace(
        everything(),
        customer=Customer(number=HOSTILE, name=HOSTILE),
        dn=HOSTILE,
        pbx=HOSTILE,
        call_id=HOSTILE,
        queues=[QueuePass(name=HOSTILE, joined_at=at(12), left_at=at(74), position=3, exit="answered")],
        offers=[offer(HOSTILE, 18, None, 18.2, "cpe_rejected", reason=HOSTILE, device=HOSTILE)],
    )
    for language in ("en", "zh-TW"):
        drawn = picture(record, language)
        root = parsed(drawn)
        assert not list(root.iter(f"{SVG}script"))
        assert "\u202e" not in drawn.decode()
        assert "{0}{x}" in drawn.decode()
        assert any("<script>alert('1')</script>" in link.words for link in links(root))


@pytest.mark.parametrize("name", CALLS)
def test_the_picture_needs_no_inline_style_and_no_script(name: str) -> None:
    for record in calls(name):
        for element in parsed(picture(record)).iter():
            assert element.tag.removeprefix(SVG) not in ("script", "style", "foreignObject", "image")
            assert not [key for key in element.attrib if key == "style" or key.startswith("on")]
            assert element.get("href", "#").startswith("#")


@pytest.mark.parametrize("name", ["call.svg", "call.zh-TW.svg"])
def test_the_pictures_in_the_docs_are_what_the_command_draws(name: str) -> None:
    assert (ROOT / "docs" / name).read_bytes() == drawn()[name], "run: python -m tests.web.docs_pictures"
