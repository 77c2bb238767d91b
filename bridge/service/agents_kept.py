"""How agents are, as the journal knows it: a restarted service goes on with the stretches that last."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import msgspec

from bridge.pipeline.step import Step
from bridge.service.journal import Journal
from bridge.service.journal_line import AgentsThen, OnRecord
from bridge.states.stretch import Lasting
from bridge.vocabulary.agent_state import StateRecord

MOST = 20_000
"""Stretches that are over and wait to be on record; older ones are forgotten."""


AT_ONCE = 500
"""Agents in one line of the journal, some 200 KB."""


class Agents:
    def __init__(self, states: Iterable[AgentsThen], written: Iterable[OnRecord]) -> None:
        self._now: dict[str, dict[str, Lasting]] = {}
        """By PBX and name."""
        self._ended: dict[str, StateRecord] = {}
        """Stretches of states that are over and may not be on record yet, by id; no more than `MOST`."""
        self._news: dict[str, AgentsThen] = {}
        """By PBX what is not written yet."""
        self._is_kept = True
        """Whether the last word of them could be written."""
        for then in states:
            self._follow(then.pbx, then.open)
            self._ended |= {one.state_id: one for one in then.ended}
        for line in written:
            for state_id, revision in line.states.items():
                if state_id in self._ended and self._ended[state_id].revision <= revision:
                    del self._ended[state_id]

    def of(self, pbx: str) -> Iterable[Lasting]:
        """How the agents of a PBX were, as far as an earlier run knew."""
        return self._now.get(pbx, {}).values()

    def ended(self, pbx: str) -> list[StateRecord]:
        """Stretches of states that are over, and that may not be on record yet."""
        return [one for one in self._ended.values() if one.pbx == pbx]

    def take(self, pbx: str, step: Step) -> None:
        """Has `write` keep what changed of a PBX's agents."""
        self._follow(pbx, step.open_states)
        news = self._news.setdefault(pbx, AgentsThen(0.0, pbx, {}, []))
        news.open.update(step.open_states)
        news.ended.extend(step.states)
        for one in step.states:
            self._ended[one.state_id] = one
        while len(self._ended) > MOST:
            del self._ended[next(iter(self._ended))]

    def wrote(self, state: StateRecord) -> None:
        """It is on record now."""
        if self._ended.get(state.state_id) is state:
            del self._ended[state.state_id]

    @property
    def has_news(self) -> bool:
        return bool(self._news)

    def write(self, journal: Journal) -> None:
        """Keeps what changed. Where the disk has no room, all is kept the next time."""
        news, self._news = self._news, {}
        with contextlib.suppress(OSError):
            if self._is_kept:
                self._is_kept = False
                for then in news.values():
                    journal.note_states(msgspec.structs.replace(then, t=time.time()))
            else:
                self.write_all(journal)
            self._is_kept = True

    def write_all(self, journal: Journal) -> None:
        """Keeps how all of them are, and what is not on record yet. Raises ``OSError``."""
        for _ in self.each_part(journal):
            pass

    def each_part(self, journal: Journal) -> Iterator[None]:
        """The same, no more than some at a time; what changes between is kept by `write`. Raises ``OSError``."""
        for pbx, agents in [*self._now.items()]:
            journal.note_states(AgentsThen(time.time(), pbx, {}, self.ended(pbx)))
            left = iter([*agents])
            while some := [*islice(left, AT_ONCE)]:
                yield
                there: dict[str, Lasting | None] = {name: agents[name] for name in some if name in agents}
                journal.note_states(AgentsThen(time.time(), pbx, there, []))

    def _follow(self, pbx: str, changed: Mapping[str, Lasting | None]) -> None:
        agents = self._now.setdefault(pbx, {})
        for name, kept in changed.items():
            if kept is not None:
                agents[name] = kept
            else:
                agents.pop(name, None)
