"""What holds of any day: told as random stories of a queue, with outages in between."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.reports.request import Request
from bridge.vocabulary.agent_state import AgentStateRecord
from bridge.vocabulary.record import Record
from tests.helpers.story import BEGAN
from tests.pipeline.test_clocks import our_clock_set
from tests.reports.asking import opened, stored, told
from tests.states.centre import GIVEN, Centre
from tests.states.centre import of_agents as agents_only
from tests.states.test_recorded_calls import of_agents

AGENTS = ("1001", "1002", "1003")
EXAMPLES = settings(max_examples=60, deadline=None)


class Day(Centre):
    """A random story: each step may be one of many things that agents do or that happen to them."""

    def make(self, seed: int, steps: int) -> Day:
        self.chance = random.Random(seed)
        self.calls: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self.held: set[str] = set()
        self.paused: dict[str, tuple[str, float]] = {}
        self.members_now = {*AGENTS}
        self.opened(members=AGENTS)
        for _ in range(steps):
            self.after(self.chance.choice((0.004, 0.3, 1.0, 2.5, 17.0, 300.0)))
            self.one_thing(self.chance.choice(AGENTS))
        for agent in [*self.calls]:
            self.end_call(agent)
        return self

    def one_thing(self, agent: str) -> None:
        chance = self.chance.random()
        if chance < 0.35:
            if agent in self.calls:
                self.end_call(agent)
            elif agent in self.members_now:
                self.calls[agent] = self.queue_call(agent, rings=self.chance.choice((0.0, 0.5, 8.0)))
        elif chance < 0.5 and agent in self.calls:
            _, leg = self.calls[agent]
            self.event("Unhold" if agent in self.held else "Hold", **leg)
            self.held ^= {agent}
        elif chance < 0.7 and agent in self.members_now:
            if agent in self.paused and self.chance.random() < 0.6:
                del self.paused[agent]
                self.unpause(agent)
            else:
                reason = self.chance.choice(("lunch", "training", "acw", ""))
                self.paused[agent] = reason, self.now
                self.pause(agent, reason)
        elif chance < 0.78:
            self.contact(agent, self.chance.choice(("Reachable", "Unreachable", "Removed")))
        elif chance < 0.88:
            if agent in self.members_now:
                self.event("QueueMemberRemoved", Queue="support", Interface=f"PJSIP/{agent}")
                self.paused.pop(agent, None)
            else:
                self.member("QueueMemberAdded", agent)
            self.members_now ^= {agent}
        elif chance < 0.95:
            self.away()

    def end_call(self, agent: str) -> None:
        self.held.discard(agent)
        self.over(*self.calls.pop(agent))

    def away(self) -> None:
        """The PBX is away for a while, in which calls may end; then its snapshot."""
        self.feed("lost")
        self.after(self.chance.choice((1.0, 40.0)))
        for agent in [*self.calls]:
            if self.chance.random() < 0.5:
                self.calls.pop(agent)
                self.held.discard(agent)
        self.feed("connected")
        for agent, (customer, leg) in self.calls.items():
            for who in (customer, leg):
                self.event("CoreShowChannel", ActionID="CoreShowChannels", **who, ChannelState="6",
                           BridgeId=self.bridge_of(self.calls[agent][1]))  # fmt: skip
        self.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")
        self.event("QueueParams", Queue="support", Strategy="ringall", ActionID="QueueStatus")
        for number in sorted(self.members_now):
            reason, since = self.paused.get(number, ("", 0.0))
            self.event(
                "QueueMember", Queue="support", Location=f"PJSIP/{number}", Status="1",
                Paused=str(int(number in self.paused)), PausedReason=reason, LastPause=f"{BEGAN + since:.0f}",
            )  # fmt: skip
        self.event("QueueStatusComplete", ActionID="QueueStatus")


def heard(story: Day) -> tuple[dict[str, Record], dict[str, AgentStateRecord], list[AgentStateRecord]]:
    """Records, stretches that ended, and those that last."""
    driver = Driver("pbx", pipeline := Pipeline(GIVEN, "pbx"))
    pipeline.track()
    records: dict[str, Record] = {}
    states: dict[str, AgentStateRecord] = {}
    lasting: dict[str, AgentStateRecord] = {}
    end = BEGAN + story.now
    steps = [*(driver.feed(message) for message in story.messages), driver.advance(end + 60)]
    for step in steps:
        records |= {one.record_id: one for one in step.records}
        states |= {one.state_id: one for one in agents_only(step.states)}
        held = pipeline.open_states(one for one in step.open_states.values() if one is not None)
        lasting |= {one.agent: one for one in agents_only(held)}
    return records, states, list(lasting.values())


@EXAMPLES
@given(st.integers(0, 10**9), st.integers(1, 60))
def test_the_stretches_of_an_agent_touch_and_never_overlap_whatever_happens(seed: int, steps: int) -> None:
    _, states, lasting = heard(Day().make(seed, steps))
    now = {one.agent: one for one in lasting}
    for agent, stretches in of_agents(states.values()).items():
        for before, after in itertools.pairwise([*stretches, now[agent]]):
            assert before.until == after.from_
            assert before.next == after.state
            assert before.seconds > 0
        assert len({one.from_ for one in stretches}) == len(stretches)


@EXAMPLES
@given(
    st.integers(0, 10**9), st.integers(2, 40),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from((-7200, -300, -20, -3, 3, 300))), min_size=1, max_size=3),
)  # fmt: skip
def test_they_touch_and_never_overlap_however_often_the_clock_is_set(
    seed: int, steps: int, leaps: list[tuple[float, int]]
) -> None:
    story = Day().make(seed, steps)
    for where, by in leaps:
        place = 1 + round(where * (len(story.messages) - 1))
        story.messages[:] = our_clock_set(story.messages, place, by)
        story.now += by
    _, states, lasting = heard(story)
    now = {one.agent: one for one in lasting}
    for agent, stretches in of_agents(states.values()).items():
        for before, after in itertools.pairwise([*stretches, now[agent]]):
            assert (before.until, before.next) == (after.from_, after.state)
            assert before.seconds > 0


@EXAMPLES
@given(st.integers(0, 10**9), st.integers(1, 40))
def test_where_the_pbx_was_seen_all_the_time_talk_and_hold_are_those_of_the_records(seed: int, steps: int) -> None:
    story = Day()
    story.away = lambda: None  # type: ignore[method-assign]
    records, states, _ = heard(story.make(seed, steps))
    talked: defaultdict[str, float] = defaultdict(float)
    calls: defaultdict[str, int] = defaultdict(int)
    for record in records.values():
        for one in record.participants:
            if one.role == "agent":
                talked[one.party] += one.talk_seconds + one.hold_seconds
                calls[one.party] += 1
    for agent, stretches in of_agents(states.values()).items():
        spent = sum(one.seconds for one in stretches if one.state in ("talking", "hold"))
        assert abs(spent - talked[agent]) <= 0.5 * calls[agent]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_an_agents_states_in_an_interval_are_the_whole_interval_and_pauses_by_reason_all_pauses(
    seed: int, tmp_path_factory: object
) -> None:
    folder: Path = tmp_path_factory.mktemp("states")  # type: ignore[attr-defined]
    story = Day().make(seed, 40)
    _, states, lasting = heard(story)
    since = round((BEGAN + 20) * 1000)
    until = round((BEGAN + story.now) * 1000)
    if until <= since:
        return
    request = Request(since=since, until=until, zone=ZoneInfo("Asia/Kathmandu"), interval="15")
    with opened(stored(folder / "s.db", [*states.values(), *lasting])) as database:
        result = told("agents", request, database, as_of=until)
    ids = [figure.id for figure in result.figures]
    for line in result.lines:
        values = dict(zip(ids, line.values, strict=True))
        spent = {name: value for name, value in values.items() if name.startswith("t_") and isinstance(value, int)}
        rest = values["logged_in"]
        assert isinstance(rest, int)
        assert line.bucket.start is not None
        assert line.bucket.end is not None
        begin, end = max(line.bucket.start, since), min(line.bucket.end, until)
        length = end - begin
        logged_out = length - sum(spent.values())
        assert 0 <= logged_out <= length
        assert rest + spent["t_unknown"] + logged_out == length
    paused = sum(v for line in result.lines for n, v in zip(ids, line.values, strict=True)
                 if n == "t_paused" and isinstance(v, int))  # fmt: skip
    (by_reason,) = result.tables
    assert sum(int(row[-1]) for row in by_reason.rows) == paused
