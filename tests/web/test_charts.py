"""Figures as a chart: each value at its height, what is not known not drawn, each a link to its calls."""

from collections.abc import Callable
from itertools import combinations

import pytest

from bridge.config.numbers import Numbers
from bridge.vocabulary.language import Language
from bridge.web import report_chart
from bridge.web.charts import Series, chart
from tests.reports.asking import asked, in_memory, told
from tests.reports.centre import made, offer
from tests.web.reading import SVG, parsed, texts

NO_NAMES = Numbers(())
HOURS = [f"{hour:02}:00" for hour in range(8, 20)]
AT = "2026-03-02T09:00:01.000Z"
ARRIVED: list[float | None] = [12, 34, 45, 51, 38, 22, 40, 44, 39, 30, 18, 6]
ANSWERED: list[float | None] = [11, 30, 41, None, 35, 20, 36, 40, 36, 28, 17, 5]


def series(name: str, values: list[float | None], say: Callable[[float], str] = "{:.0f}".format) -> Series:
    told = ["–" if value is None else say(value) for value in values]
    return Series(name, values, told, [f"/calls?hour={n}" for n in range(len(values))])


BOTH = [series("arrived", ARRIVED), series("answered", ANSWERED)]


def test_each_bar_is_as_high_as_its_value_and_the_unknown_one_is_not_drawn() -> None:
    root = parsed(chart("bars", "Calls by hour", HOURS, BOTH, "count"))
    bars = [a.find(f"{SVG}rect") for a in root.iter(f"{SVG}a")]
    heights = [float(bar.attrib["height"]) for bar in bars if bar is not None]
    values = [value for pair in zip(ARRIVED, ANSWERED, strict=True) for value in pair if value is not None]
    assert len(heights) == len(values) == 23
    assert [height / heights[0] for height in heights] == pytest.approx([v / values[0] for v in values], abs=0.02)


def test_a_single_bar_stands_where_a_telephone_shows_it() -> None:
    root = parsed(chart("bars", "Whispered to", ["one pair"], [series("whispered", [13])], "count"))
    (bar,) = (a.find(f"{SVG}rect") for a in root.iter(f"{SVG}a"))
    assert bar is not None
    assert float(bar.attrib["x"]) + float(bar.attrib["width"]) < 330


def test_each_value_is_told_and_leads_to_its_calls() -> None:
    root = parsed(chart("lines", "Calls by hour", HOURS, BOTH, "count"))
    first = next(root.iter(f"{SVG}a"))
    assert first.get("href") == "/calls?hour=0"
    title = first.find(f"{SVG}title")
    assert title is not None
    assert title.text == "08:00 · arrived · 12"


def test_a_line_is_broken_where_nothing_is_known() -> None:
    root = parsed(chart("lines", "Answered", HOURS, [series("answered", ANSWERED)], "count"))
    line = next(
        p.attrib["d"] for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "2.2" and "L" in p.attrib["d"]
    )
    assert line.count("M") == 2


def test_series_are_told_apart_without_colour() -> None:
    root = parsed(chart("bars", "Calls by hour", HOURS, [series(f"figure {n}", ARRIVED) for n in range(6)], "count"))
    patterns = {p.attrib["d"] for pattern in root.iter(f"{SVG}pattern") for p in pattern.iter(f"{SVG}path")}
    assert len(patterns) == 5  # and the first, which has none
    root = parsed(chart("lines", "Calls by hour", HOURS, [series(f"figure {n}", ARRIVED) for n in range(6)], "count"))
    assert len({p.attrib["d"] for p in root.iter(f"{SVG}path") if "transform" in p.attrib}) == 6


def test_each_bar_says_below_it_whose_it_is() -> None:
    """Twelve agents whom one supervisor listened to, each to be told from the others."""
    labels = [f"taipei · Supervisor 2011 · Agent {n}" for n in range(1011, 1023)]
    root = parsed(chart("bars", "Listened to", labels, [series("listened to", ARRIVED)], "count"))
    found = texts(root)
    said = [box.words for box in found]
    assert [f"Agent {n}" for n in range(1011, 1023)] == [words for words in said if words.startswith("Agent")]
    assert said.count("Supervisor") == said.count("2011") == said.count("taipei") == 12
    assert not [words for words in said if "…" in words]
    assert [(a.words, b.words) for a, b in combinations(found, 2) if a.over(b)] == []


@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("count", [1, 12, 96, 366])
def test_no_text_of_a_chart_lies_over_another(count: int, language: Language) -> None:
    labels = [f"2026-11-{n % 30 + 1:02} {n % 24:02}:00" for n in range(count)]
    values: list[float | None] = [50 + n % 50 for n in range(count)]
    drawn = chart(
        "bars", "服務水準", labels, [series("服務水準", values)] * 3, "percent", language, open_from=count - 1
    )
    found = texts(parsed(drawn))
    assert [(a.words, b.words) for a, b in combinations(found, 2) if a.over(b)] == []


def test_the_hours_that_are_not_over_are_marked() -> None:
    assert "尚未結束" in chart("bars", "進線", HOURS, BOTH, "count", "zh-TW", open_from=10).decode()
    assert "尚未結束" not in chart("bars", "進線", HOURS, BOTH, "count", "zh-TW").decode()


def test_without_values_and_with_too_many_it_says_so() -> None:
    nothing: list[float | None] = [None] * 12
    assert "No values in this period" in chart("bars", "Calls", HOURS, [series("arrived", nothing)], "count").decode()
    many: list[float | None] = [1.0] * 601
    drawn = chart("lines", "Calls", ["x"] * 601, [series("arrived", many)], "count")
    assert "601 intervals are too many to draw" in drawn.decode()


@pytest.mark.parametrize(
    ("unit", "most", "axis"),
    [
        ("count", 3.0, ["0", "1", "2", "3"]),
        ("percent", 82.0, ["0 %", "25 %", "50 %", "75 %", "100 %"]),
        ("seconds", 150.0, ["0", "1:00", "2:00", "3:00"]),
    ],
)
def test_the_axis_counts_in_steps_that_a_person_reads(unit: str, most: float, axis: list[str]) -> None:
    root = parsed(chart("bars", "x", ["08:00"], [series("y", [most])], unit))  # type: ignore[arg-type]
    assert [t.text for t in root.iter(f"{SVG}text") if t.get("text-anchor") == "end"] == axis


def test_a_chart_holds_only_what_a_page_allows_and_names_stay_text() -> None:
    hostile = "<script>\"'&\x00"
    drawn = chart("lines", hostile, [hostile], [Series(hostile, [1.0], [hostile], [f"/calls?{hostile}"])], "count")
    for element in parsed(drawn).iter():
        assert element.tag.removeprefix(SVG) not in ("script", "style")
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")]


def test_a_row_is_named_by_no_more_than_tells_it_from_the_others() -> None:
    offers = [
        offer(agent, "cpe_rejected", AT, AT, device=device)
        for agent, device in (("Ann Lee", "PJSIP/1001"), ("Bo Chen", "PJSIP/1002"), ("Bo Chen", "PJSIP/1012"))
    ]
    svg = report_chart.drawn(
        told("devices", asked(), in_memory([made(offers=offers)])), None, "en", "light", NO_NAMES
    )
    assert svg is not None
    said = {box.words for box in texts(parsed(svg))}
    assert {"Ann Lee", "Bo Chen · PJSIP/1002", "Bo Chen · PJSIP/1012"} <= said


@pytest.mark.parametrize(("modes", "title"), [(["monitor"], "Listened to"), (["monitor", "coach"], "Whispered to")])
def test_where_nobody_was_coached_the_chart_shows_who_was_listened_to(modes: list[str], title: str) -> None:
    supervisions = [
        {"by": "2001", "role": "supervisor", "target": "1001", "mode": mode, "from": AT, "until": AT}
        for mode in modes
    ]
    svg = report_chart.drawn(
        told("supervision", asked(), in_memory([made(supervisions=supervisions)])), None, "en", "light", NO_NAMES
    )
    assert svg is not None
    said = {box.words for box in texts(parsed(svg))}
    assert {title, "2001 · 1001"} <= said


def test_where_rows_are_of_pairs_a_name_has_both_also_where_one_is_part_of_the_other_or_not_known() -> None:
    supervisions = [
        {"by": by, "role": "supervisor", "target": target, "mode": "monitor", "from": AT, "until": AT}
        for by, target in (("200", "2001"), ("300", "1001"), ("300", "1002"))
    ]
    transfers = [
        {"kind": "blind", "by": None, "from": sender, "to": target, "target_type": "agent", "at": AT,
         "outcome": "unanswered"}
        for sender, target in ((None, "1002"), ("1001", "1001"))
    ]  # fmt: skip
    database = in_memory([made(supervisions=supervisions, transfers=transfers)])
    for report, names in (
        ("supervision", {"200 · 2001", "300 · 1001", "300 · 1002"}), ("transfers", {"– · 1002", "1001 · 1001"})
    ):  # fmt: skip
        svg = report_chart.drawn(told(report, asked(), database), None, "en", "light", NO_NAMES)
        assert svg is not None
        said = [box.words for box in texts(parsed(svg))]
        assert names <= {*said}, said
