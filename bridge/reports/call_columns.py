"""The columns of a list of calls: what a person asks of one call first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bridge.config.numbers import Numbers
from bridge.reports.columns import Column, Labels, Plain
from bridge.vocabulary.causes import CAUSES, CODES, in_words
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Customer, Record
from bridge.vocabulary.terms import STAFF
from bridge.vocabulary.times import milliseconds

COLUMNS = (
    Column("start", "Start", "開始", "local"), Column("end", "End", "結束", "local"),
    Column("pbx", "PBX", "PBX", "text"), Column("direction", "Direction", "方向", "text", words=("direction",)),
    Column("dn", "DN", "DN", "text"), Column("dn_name", "DN name", "DN 名稱", "text"),
    Column("customer", "Customer", "客戶號碼", "text"), Column("customer_name", "Customer name", "客戶名稱", "text"),
    Column("outcome", "Outcome", "結果", "text", words=("concluded",)), Column("queues", "Queues", "佇列", "list"),
    Column("agents", "Agents", "專員", "list"), Column("first_agent", "First agent", "首位專員", "text"),
    Column("wait", "Wait", "等候", "seconds"), Column("ring", "Ring until answered", "應答時間", "seconds"),
    Column("talk", "Talk", "通話", "seconds"), Column("hold", "Hold", "保留", "seconds"),
    Column("length", "Length", "全長", "seconds"),
    Column("ended_by", "Ended by", "結束者", "text", words=("ended_by",)),
    Column("cause", "Hangup cause", "掛斷原因碼", "count"),
    Column("cause_text", "Cause in words", "掛斷原因", "text"),
    Column("sip_code", "SIP code", "SIP 代碼", "count"), Column("sip_text", "SIP in words", "SIP 說明", "text"),
    Column("tags", "Tags", "標籤", "list", words=("tag",)), Column("tag_bits", "Tag bits", "標籤位元", "count"),
    Column("transfers", "Transfers", "轉接數", "count"), Column("supervised", "Supervised by", "督導者", "list"),
    Column("offers", "Offers", "派送數", "count"), Column("offers_answered", "… answered", "…接聽", "count"),
    Column("offers_declined", "… declined", "…拒接", "count"),
    Column("offers_failed", "… failed by device", "…話機異常", "count"),
    Column("offers_no_answer", "… not answered in time", "…逾時未接", "count"),
    Column("callback_of", "Call back of", "回撥之通話", "text"),
    Column("consult_of", "Consultation of", "諮詢之通話", "text"),
    Column("complete", "Seen in full", "完整觀測", "yes"),
    Column("start_utc", "Start (UTC)", "開始 (UTC)", "time"), Column("end_utc", "End (UTC)", "結束 (UTC)", "time"),
    Column("call_id", "Call", "通話識別碼", "text"),
    Column("record_id", "Record", "紀錄識別碼", "text"),
)  # fmt: skip
FIRST = (
    "start", "customer", "dn", "outcome", "agents", "wait", "talk", "ended_by", "call_id", "direction", "queues",
    "tags", "hold", "first_agent", "dn_name", "customer_name", "ring", "length", "pbx", "sip_text", "cause_text",
)  # fmt: skip
"""The columns that are shown first if a screen has no room for all."""
COUNTED = ("answered", "rejected", "cpe_rejected", "no_answer")
"""The outcomes of offers that are counted, in the order of their columns."""


def values(
    r: Record, outcome: str | None, wait: int | None, zone: ZoneInfo, labels: Labels, names: Numbers
) -> list[Plain]:
    """The cells of a call, in the order of ``COLUMNS``. ``outcome`` and ``wait`` (milliseconds): as reports count
    the call. ``names``: of the DNs."""
    start, end = milliseconds(r.started_at), milliseconds(r.ended_at)
    customer = r.customer or Customer()
    dn = names.get(r.dn)
    rang = next((o for o in r.offers if o.outcome == "answered" and o.ringing_at is not None), None)
    language: Language = "zh-TW" if labels == "zh-TW" else "en"
    offers = [sum(o.outcome == counted for o in r.offers) for counted in COUNTED]
    return [
        local(start, zone), local(end, zone), r.pbx, r.direction, r.dn, dn.name if dn else None,
        customer.number, customer.name, outcome, [q.name for q in r.queues], agents(r), _first_agent(r), wait,
        round(rang.ring_seconds * 1000) if rang is not None else None, round(r.talk_seconds * 1000),
        round(r.hold_seconds * 1000), end - start, r.ended_by, r.hangup_cause,
        in_words(r.hangup_cause, CAUSES, language), r.sip_code, in_words(r.sip_code, CODES, language),
        r.tags, r.tag_bits, len(r.transfers), [*dict.fromkeys(s.by for s in r.supervisions)], len(r.offers), *offers,
        r.callback_of, r.consult_of, int(r.complete), start, end, r.call_id, r.record_id,
    ]  # fmt: skip


def local(at: int, zone: ZoneInfo) -> str:
    """``2026-11-29T09:30:00.000+08:00``."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds")


def agents(r: Record) -> list[str]:
    """The agents and supervisors who were offered the call, talked or listened, in the order of their first part
    in it."""
    return [*dict.fromkeys(name for _, name in sorted(_parts(r)))]


def _parts(r: Record) -> Iterator[tuple[str, str]]:
    yield from ((o.started_at, o.agent) for o in r.offers)
    yield from ((p.joined_at, p.party) for p in r.participants if p.role in STAFF and p.talk_seconds + p.hold_seconds)
    yield from ((s.from_, s.by) for s in r.supervisions)


def _first_agent(r: Record) -> str | None:
    """The agent or supervisor who talked first."""
    talked = [(p.joined_at, p.party) for p in r.participants if p.role in STAFF and p.talk_seconds > 0]
    return min(talked)[1] if talked else None
