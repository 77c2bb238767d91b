"""The agents' states as the journal keeps them: after a restart, stretches that still last go on."""

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
"""Ended stretches that wait until a store has them; beyond this number the oldest are forgotten."""


AT_ONCE = 500
"""Agents in one line of the journal, some 200 KB."""


class Agents:
    def __init__(self, states: Iterable[AgentsThen], written: Iterable[OnRecord]) -> None:
        self._now: dict[str, dict[str, Lasting]] = {}
        """The stretches that last, by PBX and agent."""
        self._ended: dict[str, StateRecord] = {}
        """Stretches that have ended and that a store may not have yet, by id; at most `MOST`."""
        self._news: dict[str, AgentsThen] = {}
        """By PBX, the changes that are not in the journal yet."""
        self._is_kept = True
        """Whether the last write to the journal succeeded."""
        for then in states:
            self._follow(then.pbx, then.open)
            self._ended |= {one.state_id: one for one in then.ended}
        for line in written:
            for state_id, revision in line.states.items():
                if state_id in self._ended and self._ended[state_id].revision <= revision:
                    del self._ended[state_id]

    def of(self, pbx: str) -> Iterable[Lasting]:
        """The stretches that lasted on a PBX when the earlier run ended."""
        return self._now.get(pbx, {}).values()

    def ended(self, pbx: str) -> list[StateRecord]:
        """The stretches of a PBX that have ended and that a store may not have yet."""
        return [one for one in self._ended.values() if one.pbx == pbx]

    def take(self, pbx: str, step: Step) -> None:
        """Takes a PBX's changes; the next `write` puts them into the journal."""
        self._follow(pbx, step.open_states)
        news = self._news.setdefault(pbx, AgentsThen(0.0, pbx, {}, []))
        news.open.update(step.open_states)
        news.ended.extend(step.states)
        for one in step.states:
            self._ended[one.state_id] = one
        while len(self._ended) > MOST:
            del self._ended[next(iter(self._ended))]

    def wrote(self, state: StateRecord) -> None:
        """A store has this stretch now."""
        if self._ended.get(state.state_id) is state:
            del self._ended[state.state_id]

    @property
    def has_news(self) -> bool:
        return bool(self._news)

    def write(self, journal: Journal) -> None:
        """Writes what changed to the journal. Where the disk has no room, the changes wait for the next `write`."""
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
        """Writes all lasting stretches, and all ended ones that no store has yet. Raises ``OSError``."""
        for _ in self.each_part(journal):
            pass

    def each_part(self, journal: Journal) -> Iterator[None]:
        """The same, at most `AT_ONCE` agents at a time; what changes in between is written by `write`. Raises
        ``OSError``."""
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
