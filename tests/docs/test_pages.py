"""What a manager reads of the pages stands in both languages, by the words that the pages show."""

from typing import get_args

import pytest

from bridge.vocabulary.agent_state import State
from bridge.web.now_texts import SCRIPT
from tests.docs.pages import text

EN, ZH = "docs/pages/README.md", "docs/pages/README.zh-TW.md"
STATES = [f"state_{state}" for state in get_args(State)]


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize(("page", "language"), [(EN, 0), (ZH, 1)])
def test_each_state_of_an_agent_is_explained_by_the_word_that_the_page_shows(
    page: str, language: int, name: str
) -> None:
    rows = [line for line in text(page).splitlines() if line.startswith(f"| {SCRIPT[name][language]} |")]
    assert [row.rsplit("| ", 1)[1] for row in rows] == [f"`{name.removeprefix('state_')}` |"]


def test_both_languages_show_the_same_parts() -> None:
    for sign in ("| ", "## ", "### "):
        english, chinese = ([li for li in text(page).splitlines() if li.startswith(sign)] for page in (EN, ZH))
        assert len(english) == len(chinese), sign
