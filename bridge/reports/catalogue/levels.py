"""The seven ways to count a service level, made of sets of calls or stays that do not overlap."""

from collections.abc import Iterator
from typing import NamedTuple

from bridge.reports.catalogue.tagged import tagged
from bridge.reports.figures import Count, Figure, Made, Missing, Ratio


class Level(NamedTuple):
    """One way to count a service level."""

    id: str
    en: str
    zh: str
    formula: str
    note: str
    """What the formula does with callers who hang up."""
    note_zh: str
    over: tuple[str, ...]
    under: tuple[str, ...]
    """Ids of the counts above and below the line, as of a ``Ratio``."""


LEVELS = (
    Level("sl_offered", "Service level", "服務水準", "A≤N ÷ (A + B + X)",
          "who hangs up counts against it, and so does a queue that gave up", "掛斷與佇列放棄皆計為未達成",
          ("sl_in_time",), ("sl_a", "sl_b", "sl_x")),
    Level("sl_abandons_missed", "Service level, abandons missed", "服務水準（放棄計為未達成）", "A≤N ÷ (A + B)",
          "who hangs up counts against it", "掛斷計為未達成", ("sl_in_time",), ("sl_a", "sl_b")),
    Level("sl_abandons_ignored", "Service level, early abandons ignored", "服務水準（不計早放棄）",
          "A≤N ÷ (A + B>N)", "who hangs up within N is not counted", "N 秒內掛斷不計",
          ("sl_in_time",), ("sl_a", "sl_b", "-sl_b_in_time")),
    Level("sl_short_ignored", "Service level, short abandons ignored", "服務水準（不計短暫放棄）",
          "A≤N ÷ (A + B − S)", "short abandons are not counted", "短暫放棄不計", ("sl_in_time",), ("sl_a", "sl_b",
          "-sl_s")),
    Level("sl_abandons_good", "Service level, early abandons good", "服務水準（早放棄計為達成）",
          "(A≤N + B≤N) ÷ (A + B)", "who hangs up within N counts as good", "N 秒內掛斷計為達成",
          ("sl_in_time", "sl_b_in_time"), ("sl_a", "sl_b")),
    Level("sl_answered_only", "Service level of answered only", "服務水準（僅計應答）", "A≤N ÷ A",
          "who hangs up is invisible", "掛斷完全不計", ("sl_in_time",), ("sl_a",)),
    Level("sl_firstline", "Service level as FIRST LINE", "服務水準（FIRST LINE）",
          "A* ÷ (A + B + X)",
          "A* is A without over_agent_answer_threshold and reassign; who hangs up counts against it",
          "A* 為 A 中沒有標籤「超過專員應答時間」與「重新分派」者；掛斷計為未達成",
          ("sl_clean",), ("sl_a", "sl_b", "sl_x")),
)  # fmt: skip


class Sets(NamedTuple):
    """How the columns of a source tell the sets."""

    source: str
    a: str
    b: str
    x: str
    s: str
    clean: str | None
    """None if the rows do not tell: stays have no tags of their own."""


LIMIT = "$N"
"""Placeholders in conditions. This one stands for the limit in milliseconds: that of the request, of the queue or
DN, or the default. ``$SHORT_CALL`` stands for the condition that an abandoned call was short, ``$SHORT_STAY`` for
the milliseconds up to which a stay is short."""
CALLS = Sets(
    "concluded",
    a="outcome = 'answered'",
    b="outcome = 'abandoned' AND stage <> 'menu'",
    x="outcome IN ('exited', 'unserved')",
    s="outcome = 'abandoned' AND stage <> 'menu' AND $SHORT_CALL",
    clean=f"outcome = 'answered' AND NOT ({tagged('over_agent_answer_threshold')}) AND NOT ({tagged('reassign')})",
)
STAYS = Sets(
    "left", a="exit = 'answered'", b="exit = 'abandoned'", x="exit_group = 'gave_up'",
    s="exit = 'abandoned' AND wait_ms <= $SHORT_STAY", clean=None,
)  # fmt: skip


def sets(of: Sets, *, shown: bool) -> Iterator[Figure]:
    """The sets A, B, X and S as counts."""
    for name, en, zh, formula, formula_zh, where in (
        ("sl_a", "A: answered", "A：應答", "answered", "應答", of.a),
        ("sl_b", "B: abandoned", "B：放棄", "abandoned, without the menu", "放棄（不含語音選單）", of.b),
        ("sl_x", "X: given up by the queue", "X：佇列放棄", "exited or unserved; of stays timeout and leave_empty",
         "未接離開或系統結束；停留為逾時與無人值守", of.x),
        ("sl_s", "S: short abandons", "S：短暫放棄", "short abandons of B", "B 中的短暫放棄", of.s),
        ("sl_clean", "Answered at once", "一次即時應答", "A without over_agent_answer_threshold and reassign",
         "A 中沒有標籤「超過專員應答時間」與「重新分派」者", of.clean),
    ):  # fmt: skip
        if where is not None:
            yield Figure(name, en, zh, "#", formula, formula_zh, "O", Count(of.source, where), shown=shown)


def levels(of: Sets, limit: int | None = None) -> Iterator[Figure]:
    """The formulas for one limit in seconds, or for the limit in force (None)."""
    suffix = f"_{limit}" if limit is not None else ""
    within, within_zh = (f" ({limit} s)", f"（{limit} 秒）") if limit is not None else ("", "")
    most = LIMIT if limit is None else str(limit * 1000)
    for name, where in (("sl_in_time", of.a), ("sl_b_in_time", of.b)):
        made = Count(of.source, f"{where} AND wait_ms <= {most}")
        yield Figure(name + suffix, name, name, "#", "wait ≤ N", "等候 ≤ N", "O", made, shown=False)
    for level in LEVELS:
        if "sl_clean" in level.over:
            continue
        over, under = (
            tuple(p + suffix if p.endswith("in_time") else p for p in parts) for parts in (level.over, level.under)
        )
        yield Figure(
            level.id + suffix, level.en + within, level.zh + within_zh, "%", f"{level.formula}: {level.note}",
            f"{level.formula}：{level.note_zh}", "O", Ratio(over, under),
        )  # fmt: skip


def firstline(of: Sets) -> Figure:
    """The seventh formula, which has no limit of its own: the tags say who was answered in time."""
    level = LEVELS[-1]
    made: Made = Ratio(level.over, level.under)
    if of.clean is None:
        made = Missing("is counted of calls: stays have no tags", "僅能以通話計算：佇列停留沒有標籤")
    return Figure(
        level.id, level.en, level.zh, "%", f"{level.formula}: {level.note}", f"{level.formula}：{level.note_zh}",
        "O", made,
    )  # fmt: skip
