"""The start from the journal: it takes the time that it needs, and no call is tried for ever."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.calls.analyse import Analyst
from bridge.calls.call import Call
from bridge.calls.consultation import Part
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.service import notify
from bridge.service.journal import Journal
from bridge.service.journal_read import read
from bridge.service.keeping import Keeping
from tests.helpers.heard import GIVES_UP
from tests.helpers.story import SETTINGS, Story
from tests.service.test_seeing_it_work import Systemd


def test_a_start_that_reads_a_large_journal_asks_systemd_for_more_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemd = Systemd(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(systemd.path))
    monkeypatch.setattr(notify, "EXTENDED", 0.03)
    with notify.taking_long():
        end = time.monotonic() + GIVES_UP
        while not systemd.hears("EXTEND_TIMEOUT_USEC=30000\nWATCHDOG=1\nSTATUS=reading the journal"):
            assert time.monotonic() < end


def test_a_call_that_cannot_be_analysed_costs_no_other_call_and_is_set_aside_with_what_was_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    calls = [story.call_in(), story.call_in()]
    for channel in calls:
        story.hang_up(channel)
        story.gone(channel)
    bad = calls[0]["Uniqueid"]
    analyse = Analyst.analyse

    def tripping(self: Analyst, part: Part, *rest: Any) -> Call:
        if any(channel.id == bad for channel in part.channels):
            raise KeyError("0912000111")
        return analyse(self, part, *rest)

    monkeypatch.setattr(Analyst, "analyse", tripping)

    def followed(path: Path) -> tuple[list[str], list[str]]:
        keeping = Keeping(path, [])
        driver = Driver("pbx", Pipeline(SETTINGS, "pbx", keeps=True))
        records, again = [], keeping.messages
        with capture_logs() as logs:
            for message in again or story.messages:
                step = driver.feed(message)
                records += step.records
                keeping.aside.take(step.unjudged)
                for about, kept in step.keep if not again else ():
                    keeping.keep(about, kept)
            step = driver.advance(story.messages[-1].t + 60)
            records += step.records
            keeping.aside.take(step.unjudged)
            asyncio.run(keeping.aside.move(keeping._journal))
        keeping.close()
        assert "0912000111" not in str(logs)
        return [record.call_id for record in records], [line["event"] for line in logs]

    good = calls[1]["Uniqueid"]
    assert followed(tmp_path / "calls") == ([good], ["message_failed", "call_set_aside"])
    assert followed(tmp_path / "calls") == ([good], []), "the next start does not try it again"
    aside = (tmp_path / "calls.aside").read_text().splitlines()
    assert aside
    assert all(bad in line for line in aside)
    assert not any(bad in str(message.event) for message in read(tmp_path / "calls", print).messages)


def test_a_call_that_kills_two_starts_is_set_aside_by_the_third_with_what_was_heard(tmp_path: Path) -> None:
    story = Story()
    calls = [story.call_in(), story.call_in()]
    for channel in calls:
        story.hang_up(channel)
        story.gone(channel)
    bad, good = (channel["Uniqueid"] for channel in calls)
    path = tmp_path / "calls"
    journal = Journal(path)
    for message in story.messages:
        journal.append(message.event["Uniqueid"], message)
    journal.close()

    class Deadly(Exception):
        """In place of what kills a process."""

    def start() -> tuple[list[str], list[str]]:
        with capture_logs() as logs:
            keeping = Keeping(path, [])
            pipeline = Pipeline(SETTINGS, "pbx")
            records = []
            with suppress(Deadly), keeping.aside.trying([pipeline]):
                note = pipeline.on_judging
                assert note is not None

                def judged(channels: Sequence[str]) -> None:
                    note(channels)
                    if bad in channels:
                        raise Deadly

                pipeline.on_judging = judged
                for message in keeping.messages:
                    records += pipeline.feed(message).records
                records += pipeline.advance(story.messages[-1].t + 60).records
            keeping.close()
        return [record.call_id for record in records], [line["event"] for line in logs]

    assert start() == start() == ([], [])
    assert start() == ([good], ["call_set_aside"])
    assert start() == ([good], []), "the next start does not try it again"
    aside = (tmp_path / "calls.aside").read_text().splitlines()
    assert len(aside) == 3
    assert all(bad in line for line in aside)
    assert not (tmp_path / "calls.trying").exists()
