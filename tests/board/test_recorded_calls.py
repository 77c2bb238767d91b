"""The board of every recorded call, message by message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import pytest

from bridge.live.items import AgentItem, Item, Kind, PbxItem
from bridge.pipeline.pipeline import Pipeline
from tests.board.adding import adds_up
from tests.helpers import recorded

Items = Mapping[tuple[Kind, str], Item]
IN_CALL = ("talking", "hold", "dialling", "ringing")


def watched(name: str) -> Iterator[tuple[Pipeline, float]]:
    """A pipeline that is watched, after each message by which something changed."""
    pipeline = Pipeline(recorded.settings(), recorded.PBX)
    pipeline.watch(board=True)
    for message in recorded.messages(name):
        if message.pbx == recorded.PBX:
            pipeline.feed(message)
            if pipeline.refresh(message.t):
                yield pipeline, message.t


def of_itself(items: Items) -> dict[tuple[Kind, str], Item]:
    """Items without what only who watched all the time can know: since when somebody who has no call is as she is."""
    found = {}
    for key, item in items.items():
        forgets = isinstance(item, PbxItem) or (isinstance(item, AgentItem) and item.state not in IN_CALL)
        found[key] = msgspec.structs.replace(item, since=None) if forgets else item
    return found


@pytest.mark.parametrize("name", recorded.NAMES)
def test_after_every_message_the_counts_add_up_and_a_board_made_anew_is_the_same(name: str) -> None:
    for pipeline, now in watched(name):
        adds_up({key: msgspec.to_builtins(item) for key, item in pipeline.items.items()})
        kept_up = of_itself(pipeline.items)
        pipeline.watch(board=True)  # a new board, which looks at all there is
        pipeline.refresh(now)
        assert of_itself(pipeline.items) == kept_up


@pytest.mark.parametrize("name", recorded.NAMES)
def test_every_recorded_call_was_shown_under_its_id_and_none_is_left_but_consultations_told_apart_at_the_end(
    name: str,
) -> None:
    pipeline = Pipeline(recorded.settings(), recorded.PBX)
    pipeline.watch(board=True)
    shown, records, last = set[str](), set[str](), 0.0
    for message in recorded.messages(name):
        if message.pbx == recorded.PBX:
            records |= {r.record_id for r in pipeline.feed(message).records if r.consult_of is None}
            shown |= {c.key for c in pipeline.refresh(message.t) if c.kind == "call" and c.new is not None}
            last = message.t
    records |= {r.record_id for r in pipeline.advance(last + 60).records if r.consult_of is None}
    pipeline.refresh(last + 60)
    assert records <= shown
    assert not [key for key in pipeline.items if key[0] == "call"]


def test_an_agent_whom_the_settings_make_a_supervisor_is_one_on_the_board_after_the_reload() -> None:
    pipeline, now = next(iter([*watched("an_agent_declines_with_603")][-1:]))
    names = {item.name for item in pipeline.items.values() if isinstance(item, AgentItem)}
    assert names
    settings = recorded.settings()
    roles = msgspec.structs.replace(settings.roles, supervisors=["PJSIP/*"])
    pipeline.reload(msgspec.structs.replace(settings, roles=roles))
    assert pipeline.refresh(now)
    agents = {item.name: item.role for item in pipeline.items.values() if isinstance(item, AgentItem)}
    assert agents.keys() >= names
    assert set(agents.values()) == {"supervisor"}
