"""What messages and time bring: each step goes to the journal first, then its records and states to the writers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from bridge.feeds.clock import CLOCK
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service.driving import Driving
from bridge.service.keeping import Keeping
from bridge.service.turns_of_pbxs import Turns
from bridge.service.writer import Writer
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written


class Following:
    """Follows all PBXs of one service. ``keeping`` is None where there is no local store, and so no journal."""

    def __init__(
        self,
        pipelines: Mapping[str, Pipeline],
        writers: Sequence[Writer],
        keeping: Keeping | None,
        ended: Callable[[str], None],
        stirred: Callable[[], None],
    ) -> None:
        """``ended`` is called with a PBX of which calls have ended, ``stirred`` after every step."""
        self.writers = writers
        self._pipelines, self._keeping = pipelines, keeping
        self._ended, self._stirred = ended, stirred
        turns = Turns()
        self._driven = {
            name: Driving(Driver(name, pipeline), partial(self._take, name), CLOCK, turns)
            for name, pipeline in pipelines.items()
        }

    def hear(self, message: Message) -> None:
        """A message of a feed."""
        self._take(message.pbx, self._driven[message.pbx].feed(message))

    def hear_again(self, message: Message) -> None:
        """A message out of the journal, where it stays. A record that an earlier run has written is not written
        again, whatever the settings are now."""
        if message.pbx in self._driven and self._keeping is not None:
            step = self._driven[message.pbx].feed_now(message)
            if records := self._keeping.history.unwritten(step.records):
                self._put(message.pbx, records)
            self._keeping.aside.take(step.unjudged)

    def write(self, those: Sequence[Written]) -> None:
        """Hand records and states to every writer."""
        for writer in self.writers:
            writer.put(those)

    async def kept(self, pbx: str) -> None:
        """Wait until everything that a PBX's feeds have brought is in the journal."""
        await self._driven[pbx].caught_up()
        if self._keeping is not None:
            await self._keeping.kept()

    def room(self, pbx: str) -> asyncio.Event | None:
        """What a PBX's feeds wait for before they take in more; None while there is room."""
        return self._driven[pbx].room

    def is_behind(self) -> bool:
        """Whether messages are waiting for a step that takes long."""
        return any(one.is_behind for one in self._driven.values())

    def needed(self) -> set[str] | None:
        """The channels and bridges whose messages the journal must keep; None while records are being written."""
        if self.is_behind() or not all(writer.is_idle for writer in self.writers):
            return None
        return {key for each in self._pipelines.values() for key in (*each.open_channels, *each.open_bridges)}

    async def stop(self) -> None:
        """Hand over the records of the calls that have ended."""
        await asyncio.gather(*(one.stop() for one in self._driven.values()))

    def _take(self, pbx: str, step: Step) -> None:
        if self._keeping is not None:
            self._keeping.take(pbx, step)  # the journal writes before any writer wakes
        if step.states or step.open_states:
            changed = (one for one in step.open_states.values() if one is not None)
            self.write([*step.states, *self._pipelines[pbx].open_states(changed)])
        if step.records:
            records = self._keeping.history.revised(step.records) if self._keeping is not None else step.records
            self._put(pbx, records)
        if self._keeping is not None and step.unjudged:
            self._keeping.aside.take(step.unjudged)
        self._stirred()

    def _put(self, pbx: str, records: Sequence[Record]) -> None:
        self._ended(pbx)
        self.write(records)
