"""The pictures of all recorded calls in a real Chromium, as a page holds them, at supervisors' widths."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.vocabulary.language import Language
from bridge.web.drawing import View
from bridge.web.looks import Theme
from bridge.web.picture import picture
from tests.helpers.recorded import NAMES, messages, replayed
from tests.helpers.samples import ABANDONED, SUPERVISED
from tests.web.reading import links, parsed
from tests.web.samples import everything, many_phones

pytestmark = pytest.mark.full

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'"
WHERE = """() => [...document.querySelectorAll('svg text')].map(text => {
    const box = text.getBBox();
    return [box.x, box.y, box.x + box.width, box.y + box.height, text.textContent];
})"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="make browser installs it")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    opened = chromium.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    opened.close()


def show(page: Any, drawn: bytes) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page.set_content(f"<!doctype html><meta charset=utf-8>{policy}<title>a call</title>{drawn.decode()}")


@pytest.mark.parametrize("screen", [1366, 1920])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_no_text_lies_over_another_in_any_recorded_call(
    page: Any, language: Language, theme: Theme, screen: int
) -> None:
    page.set_viewport_size({"width": screen, "height": 900})
    records = [record for name in NAMES for record in replayed(messages(name))]
    for record in [*records, everything(), SUPERVISED, ABANDONED]:
        view = View(theme=theme, zone=ZoneInfo("Asia/Taipei"), width=screen - 86)
        show(page, picture(record, language, view))
        boxes = page.evaluate(WHERE)
        over = [(a[4], b[4]) for a, b in combinations(boxes, 2) if _over(a, b)]
        assert over == [], record.call_id
        assert [box[4] for box in boxes if box[2] > screen - 86 or box[0] < 0] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= screen
    assert page.complaints == []


def _over(a: list[float], b: list[float]) -> bool:
    """Whether they cover each other by more than a hair; a line's box has room above and below its letters."""
    hair = 3.5
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > hair


def test_the_tab_key_walks_through_the_call_in_order_of_time(page: Any) -> None:
    drawn = picture(everything())
    show(page, drawn)
    found = links(parsed(drawn))
    walked = []
    for _ in found:
        page.keyboard.press("Tab")
        walked.append(page.evaluate("document.activeElement.id"))
    assert walked == [link.id for link in found]


def test_a_screen_reader_is_told_each_piece_in_words(page: Any) -> None:
    show(page, picture(everything()))
    assert page.get_by_role("link", name="1002 rang 3.6 s, declined, SIP 603 Decline").count() == 1
    assert page.get_by_role("group", name="Picture of call 1772442000.1").count() == 1


def test_a_call_prints_on_one_sheet_of_a4_across(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "call.svg"
    file.write_bytes(picture(everything()))
    page.goto(file.as_uri())
    assert page.pdf(format="A4", landscape=True).count(b"/Type /Page\n") == 1


def test_200_phones_are_on_the_screen_in_a_second(page: Any) -> None:
    show(page, picture(many_phones(200)))
    assert page.locator("svg a").count() > 600
