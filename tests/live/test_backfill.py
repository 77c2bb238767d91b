"""A service that is killed, calls that go on without it, and what the PBX's own log tells of them afterwards."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.helpers.heard import until
from tests.live import scripts
from tests.live.lab import Lab
from tests.live.manager import Manager
from tests.live.stage import Cell
from tests.live.watchers import CALLBRIDGE, Watcher


def records(watcher: Watcher) -> dict[str, dict[str, Any]]:
    """The store's records, by the customer's number."""
    words = [CALLBRIDGE, "records", "--config", str(watcher.config), "--json"]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return {record["customer"]["number"]: record for record in map(json.loads, lines)}


def fill(lab: Lab, watcher: Watcher, since: str) -> str:
    words = ["backfill", "--config", str(watcher.config), "--since", since]
    words += ["--cel", str(lab.cel), "--queue-log", str(lab.queue_log)]
    done = subprocess.run([CALLBRIDGE, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


async def test_the_log_blames_nobody_for_a_phone_that_an_application_rings_and_tells_who_hung_up(
    lab: Lab, tmp_path: Path
) -> None:
    since = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    cell = Cell(2, pbx, lab.address, lab.ari_url, lab.customers, [], lab.queues)
    watcher = Watcher(lab, "backfill", ("ami",), tmp_path)
    try:
        await watcher.run()  # makes the store
        await watcher.stop()
        await cell.open({"customer", "a1"}, "0956")
        await scripts.an_application_behind_local_channels_rings_the_agent(
            cell, cell.phone("customer"), cell.phone("a1")
        )
        await cell.close()
    finally:
        await cell.close_phones()
        await watcher.kill()
        await pbx.close()
    await until(lambda: cell.caller(1) in told_by_the_log(lab, watcher, since))
    record = records(watcher)[cell.caller(1)]
    assert (record["tags"], record["ended_by"]) == (["incoming_dn_call", "agent_disconnect"], "agent")
    (offer,) = record["offers"]
    assert (offer["agent"], offer["outcome"]) == (cell.extension("a1"), "answered")
    assert offer["started_at"] < offer["ended_at"]


def told_by_the_log(lab: Lab, watcher: Watcher, since: str) -> dict[str, dict[str, Any]]:
    fill(lab, watcher, since)
    return records(watcher)


async def test_calls_that_went_on_without_the_service_are_told_from_the_pbxs_log(lab: Lab, tmp_path: Path) -> None:
    since = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    cell = Cell(1, pbx, lab.address, lab.ari_url, lab.customers, [], lab.queues)
    watcher = Watcher(lab, "backfill", ("ami",), tmp_path)
    try:
        await cell.open({"customer", "a1"}, "0955")
        customer, agent = cell.phone("customer"), cell.phone("a1")
        await watcher.run()
        call = await customer.call(cell.dn("00"), cell.caller(1))
        await (await agent.rings()).answer()
        await call.connected()
        await until(lambda: b'"BridgeEnter"' in (tmp_path / "callbridge.db.calls").read_bytes())
        await watcher.kill()
        await cell.held_free(cell.device("a1"), False)
        await call.hangup()
        await cell.held_free(cell.device("a1"))
        unseen = await customer.call(cell.dn("00"), cell.caller(2))
        talk = await (await agent.rings()).answer()
        await unseen.connected()
        await talk.hangup()
        await unseen.ended()
        await cell.close()
        await watcher.run()
        await until(lambda: cell.caller(1) in records(watcher))
        cut = records(watcher)
        await watcher.stop()
    finally:
        await cell.close_phones()
        await watcher.kill()
        await pbx.close()
    assert (cut[cell.caller(1)]["ended_by"], cut[cell.caller(1)]["revision"]) == ("unknown", 1)
    assert cell.caller(2) not in cut
    # What ended a moment ago may still be on its way from the service: the command leaves it for its next run.
    await until(lambda: "2 calls" in fill(lab, watcher, since))
    told = records(watcher)
    first, second = told[cell.caller(1)], told[cell.caller(2)]
    assert (first["revision"], first["ended_by"], first["complete"]) == (2, "customer", False)
    assert first["tags"] == ["incoming_dn_call", "customer_disconnect"]
    assert first["gaps"] == cut[cell.caller(1)]["gaps"]
    assert (second["revision"], second["ended_by"], second["complete"]) == (1, "agent", False)
    assert second["tags"] == ["incoming_dn_call", "agent_disconnect"]
    assert [(o["agent"], o["outcome"]) for o in second["offers"]] == [(cell.extension("a1"), "answered")]
    assert fill(lab, watcher, since).endswith("2 calls in the log, 0 that nobody saw recorded, 0 records filled")
    assert records(watcher) == told
