"""The live picture of the devices, as ``callbridge devices`` shows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bridge.cli import main
from bridge.commands import devices
from bridge.live.devices import DeviceState
from bridge.pipeline.pipeline import Pipeline
from bridge.store.devices import DeviceTable
from bridge.store.devices_now import devices_now
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Evidence, Record
from tests.helpers.heard import until
from tests.helpers.manager import manager
from tests.helpers.samples import ANSWERED
from tests.helpers.service import pbx_table, running, stop
from tests.helpers.story import SETTINGS, Story

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def pictured(story: Story) -> dict[str, tuple[str, float | None]] | None:
    pipeline = Pipeline(SETTINGS, "pbx")
    pipeline.watch()
    for message in story.messages:
        pipeline.feed(message)
        pipeline.refresh(message.t)
    states = pipeline.devices()
    if states is None:
        return None
    began = story.messages[0].t
    return {s.device: (s.state, None if s.since is None else s.since - began) for s in states.values()}


def connected(*members: tuple[str, int]) -> Story:
    """A PBX whose snapshot has been told: queue members with app_queue's device status."""
    story = Story()
    story.feed("connected")
    story.event("CoreShowChannelsComplete")
    for device, status in members:
        story.event("QueueMember", Queue="support", Location=device, StateInterface=device, Status=str(status))
    story.event("QueueStatusComplete")
    return story


def test_each_device_is_shown_idle_ringing_in_a_call_or_unreachable() -> None:
    story = connected(("PJSIP/1001", 1), ("PJSIP/1002", 5), ("PJSIP/1003", 1), ("PJSIP/1004", 0), ("PJSIP/1005", 4))
    caller = story.after(1).channel("PJSIP/trunk", "Ring", Exten="8000")
    ringing = story.after(1).channel("PJSIP/1003", "Down", caller["Linkedid"])
    story.dial(caller, ringing)
    story.after(1).state(ringing, "Ringing")
    assert pictured(story) == {
        "PJSIP/1001": ("idle", None),
        "PJSIP/1002": ("unreachable", None),
        "PJSIP/1003": ("ringing", 3.0),
        "PJSIP/1004": ("unknown", None),
        "PJSIP/1005": ("unreachable", None),
    }
    story.after(2).state(ringing, "Up")
    assert (pictured(story) or {})["PJSIP/1003"] == ("in call", 5.0)


def test_a_phone_that_lost_its_registration_is_unreachable_since_then() -> None:
    story = connected(("PJSIP/1001", 1))
    story.after(4).event("ContactStatus", EndpointName="1001", URI="sip:1001@phone", ContactStatus="Removed")
    assert pictured(story) == {"PJSIP/1001": ("unreachable", 4.0)}


def test_a_phone_that_is_in_no_queue_is_shown_by_the_device_state_that_the_pbx_lists() -> None:
    story = connected()
    story.event("DeviceStateChange", ActionID="DeviceStateList", Device="PJSIP/1008", State="UNAVAILABLE")
    story.event("DeviceStateChange", ActionID="DeviceStateList", Device="PJSIP/1009", State="NOT_INUSE")
    story.event("DeviceStateChange", ActionID="DeviceStateList", Device="Queue:support", State="NOT_INUSE")
    assert pictured(story) == {"PJSIP/1008": ("unreachable", None), "PJSIP/1009": ("idle", None)}


def test_ari_alone_shows_the_devices_too() -> None:
    story = Story(given=SETTINGS)
    for event in (
        {"feed": "connected"},
        {"request": "GET /channels", "reply": []},
        {"request": "GET /bridges", "reply": []},
        {"type": "DeviceStateChanged", "device_state": {"name": "PJSIP/1008", "state": "UNAVAILABLE"}},
        {"type": "DeviceStateChanged", "device_state": {"name": "PJSIP/1009", "state": "INUSE"}},
    ):
        story.send(event, "ari")
    assert pictured(story) == {"PJSIP/1008": ("unreachable", None), "PJSIP/1009": ("idle", None)}


def test_nothing_is_said_of_devices_while_the_pbx_is_away_or_has_not_told_its_snapshot() -> None:
    story = Story()
    story.feed("connected")
    assert pictured(story) is None
    story = connected(("PJSIP/1001", 1))
    story.feed("lost")
    assert pictured(story) is None


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = str(tmp_path / "calls.db")
    SqliteStore(path).close()
    return path


def failing(index: int, days_ago: float, device: str, outcome: str, tag: str, **fields: object) -> Record:
    """A call one of whose offers failed."""
    plain = msgspec.structs.replace(ANSWERED, record_id=str(index), call_id=f"call-{index}")
    at = (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    offer = msgspec.structs.replace(plain.offers[0], device=device, outcome=outcome, ended_at=at, **fields)
    evidence = {tag: [Evidence(at, "Hangup", device + "-00000001")]}
    return msgspec.structs.replace(plain, pbx="pbx1", started_at=at, tags=[tag], offers=[offer], evidence=evidence)


def test_rejects_and_failures_of_today_and_the_last_failure_are_counted_by_device(store: str) -> None:
    calls = SqliteStore(store)
    calls.write(
        [
            failing(1, 0, "PJSIP/1001", "rejected", "agent_reject", reason=None),
            failing(2, 0, "PJSIP/1001", "cpe_rejected", "cpe_reject", reason="unreachable"),
            failing(3, 2, "PJSIP/1001", "rejected", "agent_reject", reason=None),
            failing(4, 3, "PJSIP/1002", "cpe_rejected", "cpe_reject", reason=None, sip_code=488),
            failing(5, 9, "PJSIP/1003", "cpe_rejected", "cpe_reject", reason=None, sip_code=488),
            failing(6, 0, "PJSIP/1003", "answered", "device_lost", reason=None),
        ]
    )
    calls.close()
    table = DeviceTable(store)
    table.write({"pbx1": [DeviceState(f"PJSIP/{n}", n, "idle", 1000.0) for n in ("1001", "1002", "1003")]}, 2000.0)
    found = {d.agent: (d.rejects_today, d.failures_today, d.last_failure_why) for d in devices_now(store, NOW)}
    assert found == {"1001": (1, 1, "unreachable"), "1002": (0, 0, "SIP 488"), "1003": (0, 1, "lost in the call")}


def test_the_counts_of_a_day_begin_anew_at_midnight_in_the_zone_of_the_reports(store: str) -> None:
    midnight, half_a_minute = datetime(2026, 11, 22, 16, 0, tzinfo=UTC), timedelta(seconds=30)
    DeviceTable(store).write({"pbx1": [DeviceState("PJSIP/1001", "1001", "idle", 1000.0)]}, 2000.0)
    calls = SqliteStore(store)
    for number, at, counts in ((1, midnight - half_a_minute, (1, 0)), (2, midnight + half_a_minute, (1, 0))):
        ago = (NOW - at) / timedelta(days=1)
        calls.write([failing(number, ago, "PJSIP/1001", "rejected", "agent_reject", reason=None)])
        (seen,) = devices_now(store, (at + timedelta(seconds=10)).astimezone(ZoneInfo("Asia/Taipei")))
        assert (seen.rejects_today, seen.failures_today) == counts
    calls.close()


def test_times_of_devices_are_the_zones_and_it_is_said(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    DeviceTable(store).write({"pbx1": [DeviceState("PJSIP/1001", "1001", "idle", NOW.timestamp())]}, NOW.timestamp())
    now = NOW.astimezone(ZoneInfo("Asia/Taipei"))
    devices.show(devices_now(store, now), now)
    out = capsys.readouterr().out
    assert out.startswith("Times and days: Asia/Taipei.\n")
    assert "2026-11-22 20:00:00" in out


def test_a_state_that_lasts_keeps_its_beginning_over_a_restart_and_a_device_that_is_gone_is_not_shown(
    store: str,
) -> None:
    first = DeviceTable(store)
    first.write({"pbx1": [DeviceState(f"PJSIP/{n}", n, "idle", None) for n in ("1001", "1002", "1003")]}, 1000.0)
    first.close()
    second = DeviceTable(store)
    second.write(
        {
            "pbx1": [
                DeviceState("PJSIP/1001", "1001", "idle", None),
                DeviceState("PJSIP/1002", "1002", "ringing", 1990.0),
            ]
        },
        2000.0,
    )
    assert [(d.agent, d.state, d.since) for d in devices_now(store, NOW)] == [
        ("1001", "idle", "1970-01-01T00:16:40.000Z"),
        ("1002", "ringing", "1970-01-01T00:33:10.000Z"),
    ]


def test_a_picture_that_is_out_of_date_is_not_shown_as_the_present(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    DeviceTable(store).write({"pbx1": [DeviceState("PJSIP/1001", "1001", "in call", 900.0)]}, 1000.0)
    devices.show(devices_now(store, NOW), NOW)
    assert "unknown; in call at 1970-01-01 00:16:40" in capsys.readouterr().out


async def test_the_running_service_keeps_the_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = f'[[sink]]\ntype = "sqlite"\npath = "{tmp_path}/calls.db"\n'
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port), table) as process:
        await until(lambda: "PJSIPShowContacts" in pbx.actions)
        pbx.say("Event: CoreShowChannelsComplete\nListItems: 0")
        pbx.say("Event: QueueMember\nQueue: support\nLocation: PJSIP/1001\nStatus: 5")
        pbx.say("Event: QueueStatusComplete\nListItems: 2")

        def shown() -> str:
            assert main(["devices", "--config", str(tmp_path / "callbridge.toml")]) == 0
            return capsys.readouterr().out

        await until(lambda: "unreachable" in shown())
        assert "PJSIP/1001" in shown()
        await stop(process)
