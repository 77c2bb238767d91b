"""The words of the pages: everything that a manager reads is there in both languages."""

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from bridge.live.doubts import Kind
from bridge.reports.catalogue import REPORTS, TAGS_BY
from bridge.reports.figures import Report, Unit
from bridge.reports.periods import INTERVALS
from bridge.reports.texts import tag_label
from bridge.store.access import ROLES
from bridge.store.facets import KINDS
from bridge.store.outcomes import INBOUND, OUTBOUND
from bridge.tags.catalogue import CATALOGUE
from bridge.vocabulary import terms
from bridge.web.now_texts import SCRIPT
from bridge.web.page_texts import TEXTS
from bridge.web.pages.calls import VIEWS, CallsQuery
from bridge.web.pages.period import PERIODS
from bridge.web.render import NAVIGATION
from bridge.web.shapes import OF_OUTCOMES

TEMPLATES = sorted((Path(__file__).parents[2] / "bridge" / "web" / "templates").glob("*.html"))
FAMILIES = {
    "nav_": [name for name, _, _ in NAVIGATION],
    "theme_": ["auto", "light", "dark"],
    "role_": [*ROLES, *get_args(terms.Role)],
    "period_": PERIODS,
    "kind_": KINDS,
    "concluded_": [*INBOUND, *OUTBOUND],
    "filter_": [name for name in CallsQuery.__struct_fields__ if name not in ("after", "rows")],
    "direction_": get_args(terms.Direction),
    "ended_by_": get_args(terms.EndedBy),
    "outcome_": [outcome or "unseen" for outcome in OF_OUTCOMES],
    "exit_": get_args(terms.QueueExit),
    "transfer_": get_args(terms.TransferKind),
    "target_": get_args(terms.TransferTarget),
    "reached_": get_args(terms.TransferOutcome),
    "mode_": [*get_args(terms.SpyMode), "unknown"],
    "doubt_": get_args(Kind),
    "interval_": INTERVALS,
    "by_": TAGS_BY,
    "unit_": get_args(Unit),
    "view_": [name.removeprefix("view_") for name, _ in VIEWS],
}
"""Keys that templates put together: what they begin with, and each end."""


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_is_there_in_both_languages_and_takes_the_same_values(key: str) -> None:
    en, zh = TEXTS[key]
    assert en.strip()
    assert zh.strip()
    assert names(en) == names(zh)


def names(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_each_text_that_a_page_asks_for_is_there(file: Path) -> None:
    html = file.read_text()
    asked = set(re.findall(r"\bt\('([a-z_]+)'(?:,|\))", html))
    assert asked <= set(TEXTS)
    begun = set(re.findall(r"\bt\('([a-z_]+)' ~", html))
    assert begun - {"col_"} <= set(FAMILIES)
    for listed in re.findall(r"for key in \(([^)]*)\) %}<th[^{]*(?:{%[^}]*%}[^{]*)*{{ t\('col_'", html):
        assert {f"col_{name}" for name in re.findall(r"'([a-z_]+)'", listed)} <= set(TEXTS)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_word_of_a_record_has_its_text(family: str) -> None:
    assert [each for each in FAMILIES[family] if family + each not in TEXTS] == []


def test_no_text_stands_in_a_template_itself() -> None:
    """But proper names, the languages' own names, and what is written on keys."""
    known = {"callbridge", "English", "繁體中文", "CSV", "JSON Lines", "PBX", "Linkedid", "SIP Call-ID", "SVG"}
    known |= {"XLSX", "Tab", "Enter"}
    for file in TEMPLATES:
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<pre.*?</pre>|<[^>]*>", "\n", file.read_text(), flags=re.DOTALL)
        words = {line.strip() for line in text.splitlines() if re.search(r"[A-Za-z一-鿿]{2}", line)}
        assert words - known - {"· callbridge", "/v1/records/"} == set(), file.name


def test_tags_are_called_as_the_catalogue_calls_them_without_remarks() -> None:
    assert tag_label("cpe_reject", "zh-TW") == "CPE拒絕回應"
    assert tag_label("customer_disconnect", "en") == "Customer Disconnect Call"
    assert tag_label("of_another_version", "en") == "of_another_version"


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_formula_in_chinese_has_no_english_and_calls_figures_tags_and_states_by_their_names(report: Report) -> None:
    tags = {tag.zh for tag in CATALOGUE}
    states = {zh for key, (_, zh) in SCRIPT.items() if key.startswith("state_")}
    names = {figure.zh for figure in report.figures} | tags | states | {"–"}
    for figure in report.figures:
        assert set(re.findall("「(.*?)」", figure.formula_zh)) <= names, figure.id
        said = re.sub("「.*?」", "", figure.formula_zh)
        assert not re.search("[a-z]{2}", said), figure.id
        assert bool(said) == bool(figure.formula), figure.id


@pytest.mark.parametrize("name", REPORTS)
def test_in_chinese_seconds_are_no_s(name: str) -> None:
    for figure in REPORTS[name].figures:
        assert not re.search(r"\ds\b|\d s\b", figure.zh + figure.formula_zh), figure.id
