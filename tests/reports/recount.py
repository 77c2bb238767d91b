"""The figures counted anew: plain Python over records as JSON lines, sharing no code with the product.

Written from the words of the reference page alone. ``recount`` gives, for each interval and key, the figures as plain
values: a count is a number, a rate two numbers, lengths are how many, their sum and the longest, milliseconds.
"""

from __future__ import annotations

import functools
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Key = tuple[str, ...]
Figures = dict[str, Any]
Cells = dict[tuple[str, Key], Figures]
STAFF = ("agent", "supervisor")
INBOUND = (
    "answered",
    "answered_other",
    "overflowed",
    "callback",
    "abandoned",
    "exited",
    "unserved",
    "menu",
    "unknown",
)
FAIR = ("answered", "rejected", "no_answer")


@functools.lru_cache(maxsize=10_000)
def read(line: str) -> dict[str, Any]:
    """Once for all counts of the same calls; nobody here changes what was read."""
    found: dict[str, Any] = json.loads(line)
    return found


@functools.cache
def ms(time: str) -> int:
    return round((datetime.fromisoformat(time) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


@functools.lru_cache(100_000)
def interval(at: int, zone: ZoneInfo, kind: str) -> str:
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    if kind == "none":
        return ""
    if kind == "day":
        return local.strftime("%Y-%m-%d")
    if kind == "week":
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02d}"
    if kind == "month":
        return local.strftime("%Y-%m")
    if kind == "hour-of-day":
        return local.strftime("%H:00")
    if kind == "weekday-hour":
        return local.strftime("%a %H:00")
    step = int(kind)
    begun = local.replace(minute=local.minute // step * step)
    return begun.strftime("%Y-%m-%d %H:%M ") + local.strftime("%z")


class Counting:
    def __init__(self, since: int, until: int, zone: ZoneInfo, kind: str, start: bool) -> None:
        self.since, self.until, self.zone, self.kind, self.start = since, until, zone, kind, start
        self.cells: Cells = defaultdict(dict)
        self.items: dict[tuple[str, Key, str], list[int]] = defaultdict(list)
        self.spans: dict[tuple[Key, str], list[tuple[int, int]]] = defaultdict(list)

    def where(self, record: dict[str, Any], at: int) -> str | None:
        moment = ms(record["started_at"]) if self.start else at
        return interval(moment, self.zone, self.kind) if self.since <= moment < self.until else None

    def count(self, record: dict[str, Any], at: int, key: Key, *figures: str, by: int = 1) -> None:
        place = self.where(record, at)
        if place is not None:
            for figure in figures:
                cell = self.cells[place, key]
                cell[figure] = cell.get(figure, 0) + by

    def item(self, record: dict[str, Any], at: int, key: Key, figure: str, length: int | None) -> None:
        place = self.where(record, at)
        if place is not None and length is not None:
            self.items[place, key, figure].append(length)

    def done(self) -> Cells:
        for (place, key, figure), lengths in self.items.items():
            self.cells[place, key][figure] = (len(lengths), sum(lengths), max(lengths))
            ranked = sorted(math.ceil(length / 1000) for length in lengths)
            self.cells[place, key][f"{figure}/p90"] = ranked[math.ceil(len(ranked) * 0.9 - 1e-9) - 1]
        return dict(self.cells)


def way_of(r: dict[str, Any]) -> str:
    return "internal" if "consult_of" in r else str(r["direction"])


def outcome_of(r: dict[str, Any]) -> tuple[str | None, int]:
    """By the first line that is true."""
    end = ms(r["ended_at"])
    proof: Callable[[str], int] = lambda tag: ms(r["evidence"][tag][0]["at"]) if r["evidence"].get(tag) else end  # noqa: E731
    tags, stays = set(r["tags"]), r["queues"]
    if way_of(r) == "outbound":
        if r["answered_at"]:
            return "connected", ms(r["answered_at"])
        if "overflowed" in tags:
            return "capped", end
        return ("not_connected" if "customer_abandon" in tags else "other"), end
    if way_of(r) != "inbound":
        return None, end
    staff_had = any(o["outcome"] == "answered" for o in r["offers"]) or any(
        p["role"] in STAFF and p["talk_seconds"] > 0 for p in r["participants"]
    )
    others = [ms(p["joined_at"]) for p in r["participants"]
              if p["role"] in ("extension", "outside") and p["talk_seconds"] > 0]  # fmt: skip
    if r["answered_at"] and (staff_had or not others):
        return "answered", ms(r["answered_at"])
    if others and not staff_had:
        return "answered_other", min(others)
    if "overflowed" in tags:
        return "overflowed", proof("overflowed")
    if "virtual_queue_callback_incoming" in tags:
        return "callback", proof("virtual_queue_callback_incoming")
    if "customer_abandon" in tags:
        let_go = stays and stays[-1]["exit"] in ("timeout", "leave_empty", "join_empty", "key")
        if not (r.get("abandoned_in") == "ivr" and let_go):
            return "abandoned", proof("customer_abandon")
    if "queue_exit" in tags:
        return "exited", ms(stays[-1]["left_at"]) if stays and stays[-1]["left_at"] else end
    if stays or r["offers"] or r.get("dials"):
        return "unserved", end
    return ("menu" if r["complete"] else "unknown"), end


def backwards(r: dict[str, Any]) -> bool:
    """Whether a length of the record would be below zero."""
    spans = [(q["joined_at"], q["left_at"]) for q in r["queues"]]
    spans += [(s["from"], s["until"] or r["ended_at"]) for s in r["supervisions"]]
    if outcome_of(r)[0] in ("exited", "unserved") and r["queues"]:
        spans.append((r["queues"][0]["joined_at"], r["queues"][-1]["left_at"]))
    for t in r["transfers"]:
        came = [p["joined_at"] for p in r["participants"] if p["party"] == t["from"]]
        spans += [(min(came, key=ms), t["at"])] if came else []
    return any(since and until and ms(until) < ms(since) for since, until in spans)


def wait_of(r: dict[str, Any], outcome: str | None) -> int | None:
    if outcome in ("exited", "unserved") and r["queues"]:
        joined, left = r["queues"][0]["joined_at"], r["queues"][-1]["left_at"]
        return max(0, ms(left) - ms(joined)) if joined and left else None
    return round(r["wait_seconds"] * 1000)


def offers_of(r: dict[str, Any]) -> list[dict[str, Any]]:
    default = r.get("thresholds", {}).get("agent_answer")
    return [
        o | {"at": ms(o["ended_at"] or o["started_at"]), "word": o["outcome"] or "unknown",
             "ring": round(o["ring_seconds"] * 1000) if o["ringing_at"] else None,
             "limit": o.get("threshold", default)}
        for o in r["offers"]
    ]  # fmt: skip


def took_it(o: dict[str, Any], queue: str, after: int) -> bool:
    return bool(o["queue"] == queue and o["word"] == "answered" and o["ended_at"] and o["at"] > after)


def agents(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    names = {"rejected": "rejected", "no_answer": "no_answer", "cpe_rejected": "device_failed",
             "answered": "answered",
             "answered_elsewhere": "beaten", "cancelled": "caller_left", "forwarded": "forwarded",
             "unknown": "offer_unknown"}  # fmt: skip
    for r in records:
        pbx, way, end = r["pbx"], way_of(r), ms(r["ended_at"])
        for o in offers_of(r):
            key = (pbx, o["agent"])
            c.count(r, o["at"], key, "offered", "offered_queue" if o["queue"] else "offered_direct", names[o["word"]])
            late = o["ring"] is not None and o["limit"] is not None and o["ring"] > o["limit"] * 1000
            if late and o["word"] in ("answered", "cancelled"):
                c.count(r, o["at"], key, "late_answers" if o["word"] == "answered" else "caller_left_late")
            if o["word"] == "answered":
                c.item(r, o["at"], key, "ring", o["ring"])
        talks: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for p in r["participants"]:
            if p["role"] in STAFF and p["talk_seconds"] + p["hold_seconds"] > 0:
                talks[p["party"]].append(p)
        for party, mine in talks.items():
            last = max(ms(p["left_at"] or r["ended_at"]) for p in mine)
            c.count(r, last, (pbx, party), "handled", {"inbound": "handled_in", "outbound": "handled_out"}.get(
                way, "handled_internal"))  # fmt: skip
            for figure in ("talk", "hold"):
                c.item(r, last, (pbx, party), figure, sum(round(p[f"{figure}_seconds"] * 1000) for p in mine))
        people = {p["party"] for p in r["participants"] if p["role"] in STAFF}
        for who in people:
            if any(who in f["speakers"] for f in r["conferences"]):
                c.count(r, end, (pbx, who), "conferences")
            if any(e.get("party") == who for e in r["evidence"].get("agent_disconnect", ())):
                c.count(r, end, (pbx, who), "hung_up")
            lost = [e for e in r["evidence"].get("device_lost", ()) if e.get("party") == who]
            if lost:
                c.count(r, ms(lost[0]["at"]), (pbx, who), "device_lost")
        staff = [p for p in r["participants"] if p["role"] in STAFF]
        if way == "outbound" and staff:
            first = min(staff, key=lambda p: ms(p["joined_at"]))["party"]
            names_out = ("callbacks", "callbacks_reached") if "callback_of" in r else ("dialled", "connected")
            c.count(r, end, (pbx, first), *names_out[: 2 if outcome_of(r)[0] == "connected" else 1])
        for t in r["transfers"]:
            at, done = ms(t["at"]), t["outcome"] == "answered"
            if t["from"]:
                kind = {"agent": "transfers_out", "supervisor": "transfers_out", "external": "transfers_out_external",
                        "queue": "transfers_out_queue"}.get(t["target_type"])  # fmt: skip
                if done and kind:
                    c.count(r, at, (pbx, t["from"]), kind)
                if not done:
                    c.count(r, at, (pbx, t["from"]), "transfers_out_failed")
            if done and t["target_type"] in STAFF:
                c.count(r, at, (pbx, t["to"]), "transfers_in")
            if done and t["target_type"] == "queue":
                took = [(o["at"], o["agent"]) for o in offers_of(r)
                        if took_it(o, t["to"], at)]  # fmt: skip
                if took:
                    c.count(r, at, (pbx, min(took)[1]), "transfers_in")
        customer = (r["customer"] or {}).get("number")
        for mode, figure in (("coach", "coached"), ("monitor", "monitored"), ("barge", "barged")):
            heard: dict[str, int] = {}
            for s in r["supervisions"]:
                if s["mode"] == mode and s["target"] != customer:
                    heard[s["target"]] = max(heard.get(s["target"], 0), ms(s["until"] or r["ended_at"]))
            for who, at in heard.items():
                c.count(r, at, (pbx, who), figure)
    cells = c.done()
    for cell in cells.values():
        fair = sum(cell.get(name, 0) for name in FAIR)
        failed = cell.get("device_failed", 0)
        cell["answer_rate"] = (cell.get("answered", 0), fair)
        cell["device_rate"] = (failed, fair + failed)
        cell["talk_hold_avg"] = (sum(cell[n][1] for n in ("talk", "hold") if n in cell), cell.get("handled", 0))
        if cell.get("_known"):
            busy = sum(cell.get(f"t_{state}", 0) for state in ("dialling", "talking", "hold", "wrap_up"))
            cell["occupancy"] = (busy, busy + cell.get("t_ready", 0) + cell.get("t_ringing", 0))
            length = sum(cell[name][1] for name in ("talk", "hold", "wrap_up") if name in cell)
            cell["aht"] = (length, cell.get("handled", 0))
    return cells


def dn(records: Iterable[dict[str, Any]], c: Counting, limit: float = 20.0) -> Cells:
    for r in records:
        way, key = way_of(r), (r["dn"] or "–",)
        start, end, tags = ms(r["started_at"]), ms(r["ended_at"]), set(r["tags"])
        if way in ("inbound", "outbound") and end > start:
            c.spans[key, "at_once"].append((start, end))
        if way in ("inbound", "outbound") and backwards(r):
            c.count(r, start, key, "defects")
        outcome, at = outcome_of(r)
        if way == "outbound":
            c.count(r, at, key, f"out_{outcome}")
        if way != "inbound":
            continue
        c.count(r, start, key, "arrived")
        c.count(r, at, key, "concluded", str(outcome))
        stage = {"ivr": "menu", "queue": "queue", "ringing": "ringing"}.get(r.get("abandoned_in", ""), "unseen")
        menu = outcome == "abandoned" and stage == "menu"
        short = outcome == "abandoned" and "short_abandon" in tags
        wanted = outcome in ("answered", "exited", "unserved") or (outcome == "abandoned" and not menu)
        wait = wait_of(r, outcome)
        told = {
            "wanted": wanted, "short_abandons": short, "_short_wanted": short and wanted,
            f"abandoned_{stage}": outcome == "abandoned",
            "tag_customer_abandon": "customer_abandon" in tags,
            "late": outcome == "answered" and "over_agent_answer_threshold" in tags,
            "late_any": "over_agent_answer_threshold" in tags,
            "waited_long": "over_customer_waiting_threshold" in tags, "reassigned": "reassign" in tags,
            "reassigned_other": "reassigned_call" in tags, "queued": "queued" in tags,
            "incomplete": not r["complete"], "_a": outcome == "answered", "_b": outcome == "abandoned" and not menu,
            "_x": outcome in ("exited", "unserved"), "_s": short and not menu,
            "_clean": outcome == "answered" and not tags & {"over_agent_answer_threshold", "reassign"},
        }  # fmt: skip
        for figure, holds in told.items():
            if holds:
                c.count(r, at, key, figure)
        if wait is not None and wait <= limit * 1000:
            for figure in ("_a", "_b"):
                if told[figure]:
                    c.count(r, at, key, f"{figure}_in")
        if outcome == "answered":
            c.item(r, at, key, "asa", wait)
            c.item(r, end, key, "talk", round(r["talk_seconds"] * 1000))
            c.item(r, end, key, "hold", round(r["hold_seconds"] * 1000))
            c.item(r, end, key, "length", end - start)
        if outcome == "abandoned" and wanted:
            c.item(r, at, key, "abandon_wait", wait)
        if wanted:
            c.item(r, at, key, "wait", wait)
        for o in offers_of(r):
            if o["word"] == "answered":
                c.item(r, at, key, "agent_answer", o["ring"])
    cells = c.done()
    for cell in cells.values():
        got = lambda name, cell=cell: cell.get(name, 0)  # noqa: E731
        cell["answer_rate"] = (got("answered"), got("wanted"))
        cell["abandon_rate"] = (got("abandoned") - got("abandoned_menu"), got("wanted"))
        cell["answer_rate_all"] = (got("answered"), got("concluded"))
        cell["abandon_rate_all"] = (got("abandoned"), got("concluded"))
        short = got("_short_wanted")
        cell["abandon_rate_long"] = (got("abandoned") - got("abandoned_menu") - short, got("wanted") - short)
        cell["sl_firstline"] = (got("_clean"), got("_a") + got("_b") + got("_x"))
        _levels_in(cell)
    return cells


def _levels_in(cell: Figures) -> None:
    a, b, x, s = (cell.get(f"_{name}", 0) for name in "abxs")
    quick, early = cell.get("_a_in", 0), cell.get("_b_in", 0)
    cell |= {
        "sl_offered": (quick, a + b + x), "sl_abandons_missed": (quick, a + b),
        "sl_abandons_ignored": (quick, a + b - early), "sl_short_ignored": (quick, a + b - s),
        "sl_abandons_good": (quick + early, a + b), "sl_answered_only": (quick, a),
    }  # fmt: skip


def queues(records: Iterable[dict[str, Any]], c: Counting, limit: float = 20.0, short: float = 5.0) -> Cells:
    for r in records:
        way, start, end = way_of(r), ms(r["started_at"]), ms(r["ended_at"])
        for o in offers_of(r):
            if way == "inbound" and o["queue"]:
                c.count(r, o["at"], (o["queue"],), "offers")
        for q in r["queues"]:
            key, leave = (q["name"],), q["exit"]
            joined = ms(q["joined_at"]) if q["joined_at"] else None
            left = ms(q["left_at"]) if q["left_at"] else None
            since, until = start if joined is None else joined, end if left is None else left
            refused = leave in ("full", "join_empty")
            wait = left - joined if joined is not None and left is not None and left >= joined else None
            if not refused and way in ("inbound", "outbound"):
                c.count(r, since, key, "entered" if way == "inbound" else "entered_outbound")
            if way != "inbound":
                continue
            if not refused and q["position"] is not None:
                c.item(r, since, key, "position", q["position"])
            c.count(r, until, key, {"full": "refused_full", "join_empty": "refused_empty"}.get(leave, leave))
            if leave == "key" and "virtual_queue_callback_incoming" in r["tags"]:
                c.count(r, until, key, "callback")
            if refused:
                continue
            if until > since:
                c.spans[key, "waiting_at_once"].append((since, until))
            c.item(r, until, key, "wait", wait)
            sets = {"answered": "_a", "abandoned": "_b", "timeout": "_x", "leave_empty": "_x"}
            if leave in sets:
                c.count(r, until, key, sets[leave])
                if wait is not None and wait <= limit * 1000:
                    c.count(r, until, key, f"{sets[leave]}_in")
                if leave == "abandoned" and wait is not None and wait <= short * 1000:
                    c.count(r, until, key, "_s")
            if leave == "answered":
                c.item(r, until, key, "asa", wait)
                if _ring_rounds(r, q["name"], since, until) == 1:
                    c.count(r, until, key, "_first")
            if leave == "abandoned":
                c.item(r, until, key, "abandon_wait", wait)
            if wait is not None:
                names = ((5, "5"), (10, "10"), (20, "20"), (30, "30"), (60, "60"), (120, "120"), (300, "300"))
                name = next((name for most, name in names if wait <= most * 1000), "more")
                c.count(r, until, key, f"wait_{name}")
    cells = c.done()
    for cell in cells.values():
        left_by = sum(cell.get(name, 0) for name in ("answered", "abandoned", "timeout", "leave_empty"))
        cell["answer_rate"] = (cell.get("answered", 0), left_by)
        cell["abandon_rate"] = (cell.get("abandoned", 0), left_by)
        cell["first_try"] = (cell.get("_first", 0), cell.get("answered", 0))
        cell["offers_per_answer"] = (cell.get("offers", 0), cell.get("answered", 0))
        _levels_in(cell)
    return cells


def _ring_rounds(r: dict[str, Any], queue: str, since: int, until: int) -> int:
    tried = sorted((ms(o["started_at"]), o["at"]) for o in offers_of(r)
                   if o["queue"] == queue and since - 300 <= ms(o["started_at"]) <= until)  # fmt: skip
    rounds, open_until = 0, -1
    for begun, over in tried:
        if begun >= open_until:
            rounds += 1
        open_until = max(open_until, over)
    return rounds


def transfers(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    for r in records:
        last = max(range(len(r["transfers"])), key=lambda n: (ms(r["transfers"][n]["at"]), n), default=None)
        for n, t in enumerate(r["transfers"]):
            at = ms(t["at"])
            taker = t["to"] if t["outcome"] == "answered" and t["target_type"] in STAFF else None
            if t["outcome"] == "answered" and t["target_type"] == "queue":
                took = [(o["at"], o["agent"]) for o in offers_of(r)
                        if took_it(o, t["to"], at)]  # fmt: skip
                taker = min(took)[1] if took else None
            key = (r["pbx"], t["from"] or "–", t["to"] or "–", t["target_type"], taker or "–")
            c.count(r, at, key, "transfers", t["kind"], t["outcome"])
            if n == last:
                c.count(r, at, key, "calls_transferred")
            came = [ms(p["joined_at"]) for p in r["participants"] if p["party"] == t["from"]]
            if came and min(came) <= at:
                since = max(one for one in came if one <= at)
                answered = ms(r["answered_at"]) if r["answered_at"] else since
                c.item(r, at, key, "before", at - (answered if since < answered <= at else since))
    return c.done()


def supervision(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    names = {"monitor": "monitored", "coach": "coached", "barge": "barged", None: "unknown"}
    for r in records:
        last: dict[tuple[str, str, str | None], int] = {}
        roles = {}
        customer = (r["customer"] or {}).get("number")
        for s in r["supervisions"]:
            at = ms(s["until"] or r["ended_at"])
            target = "–" if s["target"] == customer else s["target"]
            pair = (s["by"], target, s["mode"])
            last[pair], roles[pair] = max(last.get(pair, 0), at), s["role"]
            key = (r["pbx"], s["by"], s["role"], target)
            c.item(r, at, key, f"{names[s['mode']]}_time", at - ms(s["from"]))
        for (by, target, mode), at in last.items():
            c.count(r, at, (r["pbx"], by, roles[by, target, mode], target), names[mode])
        ends: dict[str, int] = {}
        for p in r["participants"]:
            if p["role"] in STAFF and p["talk_seconds"] + p["hold_seconds"] > 0:
                ends[p["party"]] = max(ends.get(p["party"], 0), ms(p["left_at"] or r["ended_at"]))
        for who, at in ends.items():
            heard = any(s["target"] == who for s in r["supervisions"])
            c.count(r, at, (r["pbx"], "–", "–", who), "handled", *(["supervised"] if heard else []))
    cells = c.done()
    for (_, key), cell in cells.items():
        if key[1] == "–":
            cell["share"] = (cell.get("supervised", 0), cell["handled"])
    return cells


def devices(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    for r in records:
        for o in offers_of(r):
            key = (r["pbx"], o["agent"], o["device"])
            c.count(r, o["at"], key, "offers", f"_{o['word']}")
            if o["word"] == "cpe_rejected":
                c.count(r, o["at"], key, "device_failed")
                if (place := c.where(r, o["at"])) is not None:
                    cell = c.cells[place, key]
                    cell["last_failure"] = max(cell.get("last_failure", 0), o["at"])
            if o["reason"] == "unreachable":
                c.count(r, o["at"], key, "unreachable_queue")
        lost: dict[str, int] = {}
        for e in r["evidence"].get("device_lost", ()):
            lost.setdefault(e.get("party") or "", ms(e["at"]))
        for who, at in lost.items():
            stays = [p for p in r["participants"] if p["party"] == who]
            ours = [p for p in stays if p["role"] in (*STAFF, "extension")]
            talked = [p for p in ours if p["talk_seconds"] + p["hold_seconds"] > 0]
            if talked:
                last = max(enumerate(talked), key=lambda e: (ms(e[1]["left_at"] or r["ended_at"]), e[0]))[1]
                c.count(r, at, (r["pbx"], who, last["device"]), "lost_in_call")
            elif any(p["role"] in STAFF for p in stays):
                c.count(r, at, (r["pbx"], who, stays[0]["device"]), "lost_in_call")
    cells = c.done()
    for cell in cells.values():
        fair, failed = sum(cell.get(f"_{name}", 0) for name in FAIR), cell.get("device_failed", 0)
        cell["device_rate"] = (failed, fair + failed)
    return cells


def most_at_once(spans: list[tuple[int, int]], since: int, until: int) -> int:
    """Tried at every begin, and at the beginning of the period: the most is at one of them."""
    inside = [(max(a, since), min(b, until)) for a, b in spans if b > since and a < until]
    return max((sum(1 for a, b in inside if a <= t < b) for t, _ in inside), default=0)


def quarters(since: int, until: int) -> Iterable[tuple[int, int]]:
    """A stretch cut at the quarters of an hour, in which no zone has two intervals: begin and end of each piece."""
    while since < until:
        end = min(until, (since // 900_000 + 1) * 900_000)
        yield since, end
        since = end


def time_in_states(
    states: Iterable[dict[str, Any]], c: Counting, key: Callable[..., Key], names: Callable[..., Any]
) -> None:
    """Seconds of each state, cut; what lasts still, up to the end of the period."""
    for s in states:
        since, until = ms(s["from"]), ms(s["until"]) if s["until"] else c.until
        for begin, end in quarters(max(since, c.since), min(until, c.until)):
            cell = c.cells[interval(begin, c.zone, c.kind), key(s)]
            for figure in names(s):
                cell[figure] = cell.get(figure, 0) + end - begin


def agents_states(states: Iterable[dict[str, Any]], c: Counting) -> None:
    def names(s: dict[str, Any]) -> Iterable[str]:
        yield "_known"
        yield f"t_{s['state']}"
        if s["state"] not in ("logged_out", "unknown"):
            yield "logged_in"

    states = [*states]
    time_in_states(states, c, lambda s: (s["pbx"], s["agent"]), names)
    for s in states:
        if s["until"] and c.since <= (at := ms(s["until"])) < c.until:
            for figure, holds in (
                ("wrap_up", s["state"] == "wrap_up"),
                ("idle_before_offer", s["state"] == "ready" and s["next"] == "ringing"),
            ):
                if holds:
                    place = interval(at, c.zone, c.kind), (s["pbx"], s["agent"]), figure
                    c.items[place].append(at - ms(s["from"]))


def devices_states(states: Iterable[dict[str, Any]], c: Counting) -> None:
    def key(s: dict[str, Any]) -> Key:
        return s["pbx"], s["agent"], s["device"]

    def names(s: dict[str, Any]) -> Iterable[str]:
        yield "_known"
        if s["state"] == "unreachable":
            yield "t_down"

    states = [*states]
    time_in_states(states, c, key, names)
    for s in states:
        at = ms(s["from"])
        if s["state"] == "unreachable" and c.since <= at < c.until:
            cell = c.cells[interval(at, c.zone, c.kind), key(s)]
            cell["outages"] = cell.get("outages", 0) + 1
            if s["until"]:
                cell["longest_outage"] = max(cell.get("longest_outage", 0), ms(s["until"]) - at)


def waited_for(records: Iterable[dict[str, Any]], states: Iterable[dict[str, Any]], c: Counting) -> None:
    """How long agents were ready before an offer, by the DN of the call that was offered."""
    calls = {r["record_id"]: r for r in records if way_of(r) == "inbound"}
    states = [*states]
    rings = {(s["pbx"], s["agent"], s["from"]): s["record_id"] for s in states if s["state"] == "ringing"}
    for s in states:
        call = calls.get(rings.get((s["pbx"], s["agent"], s["until"]), ""))
        if s["state"] == "ready" and call is not None:
            at = ms(s["until"])
            c.item(call, at, (call["dn"] or "–",), "agent_wait", at - ms(s["from"]))


LIMITS = (10, 20, 30, 60)
STEPS = ((5, "5"), (10, "10"), (20, "20"), (30, "30"), (60, "60"), (120, "120"), (300, "300"))


def service_level(c: Counting, found: Iterable[tuple[Any, int, Key, str, int | None, bool, bool]]) -> Cells:
    """Of record, moment, key, which set (a, b, x), wait, whether short, and whether late or offered again."""
    for r, at, key, which, wait, short, slow in found:
        c.count(r, at, key, f"sl_{which}")
        if which == "b" and short:
            c.count(r, at, key, "sl_s")
        if which == "a" and not slow:
            c.count(r, at, key, "sl_clean")
        if which in "ab" and wait is not None:
            for limit in LIMITS:
                if wait <= limit * 1000:
                    c.count(r, at, key, f"_{which}_{limit}")
            step = next((name for most, name in STEPS if wait <= most * 1000), "more")
            c.count(r, at, key, f"{'answered' if which == 'a' else 'abandoned'}_wait_{step}")
    cells = c.done()
    for cell in cells.values():
        a, b, x, s = (cell.get(f"sl_{name}", 0) for name in "abxs")
        for n in LIMITS:
            quick, early = cell.get(f"_a_{n}", 0), cell.get(f"_b_{n}", 0)
            cell |= {
                f"sl_offered_{n}": (quick, a + b + x), f"sl_abandons_missed_{n}": (quick, a + b),
                f"sl_abandons_ignored_{n}": (quick, a + b - early), f"sl_short_ignored_{n}": (quick, a + b - s),
                f"sl_abandons_good_{n}": (quick + early, a + b), f"sl_answered_only_{n}": (quick, a),
            }  # fmt: skip
    return cells


def service_level_dn(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    found = []
    for r in records:
        outcome, at = outcome_of(r)
        which = {"answered": "a", "abandoned": "b", "exited": "x", "unserved": "x"}.get(str(outcome))
        if way_of(r) != "inbound" or which is None or (which == "b" and r.get("abandoned_in") == "ivr"):
            continue
        tags = set(r["tags"])
        slow = bool(tags & {"over_agent_answer_threshold", "reassign"})
        found.append((r, at, (r["dn"] or "–",), which, wait_of(r, outcome), "short_abandon" in tags, slow))
    cells = service_level(c, found)
    for cell in cells.values():
        cell["sl_firstline"] = (cell.get("sl_clean", 0), sum(cell.get(f"sl_{name}", 0) for name in "abx"))
    return cells


def service_level_queue(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    found = []
    for r in records:
        for q in r["queues"] if way_of(r) == "inbound" else ():
            which = {"answered": "a", "abandoned": "b", "timeout": "x", "leave_empty": "x"}.get(q["exit"])
            if which is not None:
                known = q["joined_at"] and q["left_at"] and ms(q["left_at"]) >= ms(q["joined_at"])
                wait = ms(q["left_at"]) - ms(q["joined_at"]) if known else None
                at = ms(q["left_at"] or r["ended_at"])
                found.append((r, at, (q["name"],), which, wait, wait is not None and wait <= 5000, True))
    return service_level(c, found)


def tagged(records: Iterable[dict[str, Any]], c: Counting, keys: Callable[[dict[str, Any]], Iterable[Key]]) -> Cells:
    for r in records:
        for key in set(keys(r)):
            c.count(r, ms(r["started_at"]), key, "calls", *r["tags"])
    cells = c.done()
    for cell in cells.values():
        for name in [name for name in cell if name != "calls"]:
            cell[f"{name}_share"] = (cell[name], cell["calls"])
    return cells


def had_a_part(r: dict[str, Any]) -> Iterable[Key]:
    """Who of the staff was offered the call, talked, listened, or is named by a tag's evidence."""
    named = {who for f in r["conferences"] for who in f["speakers"]}
    for tag in ("agent_disconnect", "device_lost"):
        named |= {e.get("party") for e in r["evidence"].get(tag, ())}
    yield from ((r["pbx"], o["agent"]) for o in r["offers"])
    yield from ((r["pbx"], s["by"]) for s in r["supervisions"])
    for p in r["participants"]:
        if p["role"] in STAFF and (p["talk_seconds"] + p["hold_seconds"] > 0 or p["party"] in named):
            yield r["pbx"], p["party"]


def tags_dn(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    return tagged(records, c, lambda r: [(r["dn"] or "–",)])


def tags_queue(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    return tagged(records, c, lambda r: [(q["name"],) for q in r["queues"]])


def tags_agent(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    return tagged(records, c, had_a_part)


def tags_none(records: Iterable[dict[str, Any]], c: Counting) -> Cells:
    return tagged(records, c, lambda r: [()])


REPORTS: dict[str, Callable[..., Cells]] = {
    "service-level": service_level_dn, "service-level/queue": service_level_queue, "tags": tags_dn,
    "tags/queue": tags_queue, "tags/agent": tags_agent, "tags/none": tags_none,
    "agents": agents, "dn": dn, "queues": queues, "transfers": transfers, "supervision": supervision,
    "devices": devices,
}  # fmt: skip


def recount(
    name: str, lines: Iterable[str], since: int, until: int, zone: str, kind: str = "none", *, start: bool = False,
    states: Iterable[str] = (),
) -> tuple[Cells, Counting]:  # fmt: skip
    counting = Counting(since, until, ZoneInfo(zone), kind, start)
    records, stretches = [read(line) for line in lines], [read(line) for line in states]
    of_agents = [s for s in stretches if s["kind"] == "agent_state"]
    if name == "agents":
        agents_states(of_agents, counting)
    if name == "dn":
        waited_for(records, of_agents, counting)
    if name == "devices":
        devices_states([s for s in stretches if s["kind"] == "device_state"], counting)
    return REPORTS[name](records, counting), counting
