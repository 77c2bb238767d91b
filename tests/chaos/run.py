"""One run of chaos: brings everything up, lets things go wrong while calls are placed, and counts what came of it."""

import asyncio
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import psycopg

from tests.chaos import truth
from tests.chaos.centre import LONGEST, Centre
from tests.chaos.faults import FAULTS, PBX, Stage, happen
from tests.chaos.instance import Instance
from tests.chaos.judge import Record, Verdict, best, judge
from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.heard import until
from tests.helpers.servers import ADDRESS, Server, nats_cluster, postgres
from tests.live.lab import LABS, Lab

LAB = "chaos"
MEGABYTES = 256
"""Of an instance's disk. Ten minutes of outages leave some 100 MB of calls, of agents' and devices' states, and of
journal: a disk that is full of those would hide the faults that fill it."""
MOST_FAILED = 0.1
"""Share of the calls in which a phone may fail on a busy machine; their tags are not looked at."""
RECORDS = "callbridge.*.record.>"
"""Subjects of the stream."""
DELIVERED_WITHIN = 120.0
"""Seconds after the last fault in which everything must be everywhere."""


@dataclass
class Outcome:
    seed: int
    placed: int = 0
    not_placed: int = 0
    calls: int = 0
    disturbed: int = 0
    """Calls that were not what they were meant to be, as their phones saw it, because the PBX went away."""
    failed: list[str] = field(default_factory=list)
    """And those for which it is a phone that is to blame."""
    faults: Counter[str] = field(default_factory=Counter)
    verdicts: list[Verdict] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: float = 0.0

    def lines(self) -> list[str]:
        """The counts, for people."""
        faults = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(self.faults.items()))
        found = [
            f"seed {self.seed}: {self.placed} calls placed ({self.not_placed} not, for want of a desk or a PBX),"
            f" {self.calls} by Asterisk's own account,"
            f" {self.disturbed} cut short by the PBX's end, {len(self.failed)} failed by their phones",
            f"faults: {self.faults.total()}: {faults}",
            f"largest memory of a service: {self.memory:.0f} MB",
        ]
        for v in self.verdicts:
            found.append(
                f"{v.sink:<12} records {v.records}: complete {v.complete}, incomplete {v.incomplete}"
                f" ({v.exact} with exactly their tags, {len(v.false)} with a false one);"
                f" duplicates {len(v.duplicates)}, missing {len(v.missing)}, wrong tags {len(v.wrong)},"
                f" claiming to be complete {len(v.claims)}, of no call {len(v.foreign)};"
                f" nobody listened {v.unheard}"
            )
        return found + self.wrong + [line for v in self.verdicts for line in v.faults]

    @property
    def good(self) -> bool:
        return not self.wrong and not any(v.faults for v in self.verdicts)


async def chaos(
    seconds: float,
    seed: int,
    tell: Callable[[str], None],
    *,
    instances: int = 1,
    desks: int = 8,
    rate: float = 1.0,
    without: Collection[str] = (),
) -> Outcome:
    """``instances``: with two of them only the first has bad luck, and no record may be incomplete. ``rate``: calls a
    second. ``without``: names of faults."""
    lab = LABS[LAB]
    directory = Path(tempfile.mkdtemp(prefix="callbridge-chaos-"))
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        with ask(server, "template1") as db:
            db.execute(f"CREATE ROLE callbridge LOGIN PASSWORD '{PASSWORD}'".encode())
            db.execute("CREATE DATABASE calls OWNER callbridge")
        cluster = stack.enter_context(nats_cluster(directory))
        lab.down()
        lab.cel.unlink(missing_ok=True)
        lab.up()
        stack.callback(lab.down)
        outcome = await _run(
            lab, directory, server, cluster, seconds, Outcome(seed), instances, Centre(lab, desks, rate, seed),
            sorted(set(FAULTS) - set(without) - (PBX if instances > 1 else set())), tell,
        )  # fmt: skip
    if outcome.good:
        shutil.rmtree(directory)
    else:
        outcome.wrong.append(f"what the services said and wrote is kept in {directory}")
    return outcome


async def _run(
    lab: Lab, directory: Path, server: Server, cluster: list[Server], seconds: float, outcome: Outcome, number: int,
    centre: Centre, names: list[str], tell: Callable[[str], None],
) -> Outcome:  # fmt: skip
    watchers = [Instance(lab, f"i{n}", directory, _sinks(server, cluster)) for n in range(1, number + 1)]
    dice = random.Random(outcome.seed)
    stage = Stage(lab, centre, watchers[0], watchers, server, cluster, dice, [])
    try:
        for instance in watchers:
            await instance.open(MEGABYTES)
            await instance.start()
        await asyncio.gather(centre.open(), *(instance.listens() for instance in watchers))
        await until(lambda: all(instance.knows_all() for instance in watchers))
        tell("one call of each kind, undisturbed")
        await centre.one_of_each()
        work = asyncio.create_task(centre.work())
        outcome.faults = await happen(stage, names, time.monotonic() + seconds, tell)
        work.cancel()
        tell("the last calls come to their ends")
        await centre.run_out()
        await _delivered(lab, watchers)
        tell("what was missed is read in Asterisk's logs")
        for instance in watchers:
            await instance.backfill()
        await _delivered(lab, watchers)
        for instance in watchers:
            if code := await instance.stop():
                outcome.wrong.append(f"{instance.name} ended with {code}")
    finally:
        await centre.stop()
        for instance in watchers:
            if instance.store.exists():
                (directory / f"{instance.name}.json").write_text(json.dumps(instance.records()))
            await instance.close()
    _count(outcome, lab, stage)
    stores = [(i, json.loads((directory / f"{i.name}.json").read_text())) for i in watchers]
    streamed = await _streamed(cluster)
    calls = _truth(lab, stage)
    for instance, records in stores:
        outcome.verdicts.append(judge(f"sqlite {instance.name}", records, calls, centre.played, [instance]))
    for sink, records in (("postgres", _kept(server)), ("jetstream", best(streamed))):
        verdict = judge(sink, records, calls, centre.played, watchers)
        outcome.verdicts.append(verdict)
        if number > 1 and verdict.incomplete:
            ids = [record["call_id"] for record in records if not record["complete"]]
            outcome.wrong.append(f"{sink}: incomplete, although one instance was always there: {ids}")
    (directory / "calls.json").write_text(json.dumps([[c.linked, c.began, c.ended] for c in calls]))
    return outcome


def _count(outcome: Outcome, lab: Lab, stage: Stage) -> None:
    played = stage.centre.played
    outcome.placed, outcome.not_placed = len(played), stage.centre.missed
    outcome.calls = len(truth.calls(lab.cel))
    outcome.memory = max(instance.largest for instance in stage.instances)
    for each in played:
        near = any(began - LONGEST < each.at < back for began, back in stage.away)
        outcome.disturbed += each.why is not None and near
        if each.why is not None and not near:
            outcome.failed.append(f"{each.customer} {each.kind.name}: {each.why}")
    if len(outcome.failed) > len(played) * MOST_FAILED:
        outcome.wrong.append(f"phones failed in {len(outcome.failed)} calls: {outcome.failed[:5]}")
    told = stage.instance.told("journal_failed")
    if told != outcome.faults["disk_full"] + outcome.faults["service_killed_on_a_full_disk"]:
        outcome.wrong.append(f"a full disk was told {told} times")


def _truth(lab: Lab, stage: Stage) -> list[truth.Call]:
    calls = truth.calls(lab.cel)
    mark(calls, stage.away)
    return calls


def mark(calls: list[truth.Call], away: list[tuple[float, float]]) -> None:
    """Marks the calls that were up when the PBX went away. ``away``: from when until when it did."""
    for call in calls:
        if call.open:  # it ended with the PBX, which could not say so
            call.ended = max(call.ended, min((began for began, back in away if back > call.ended), default=0))
        stopped = [began for began, back in away if began <= call.ended <= back]
        call.cut = bool(call.open) or bool(stopped)
        call.by_pbx = bool(stopped) and not call.open and call.hung_up_at < stopped[0]


def _sinks(server: Server, cluster: list[Server]) -> str:
    servers = ", ".join(f'"nats://{ADDRESS}:{node.port}"' for node in cluster)
    return f"""
[[sink]]
type = "postgres"
dsn = "host={ADDRESS} port={server.port} dbname=calls user=callbridge"
secret = "{PASSWORD}"
[[sink]]
type = "nats"
servers = [{servers}]
username = "bridge"
secret = "s3cret"
replicas = 3
"""


async def _delivered(lab: Lab, instances: list[Instance]) -> None:
    """Until no call is up and nothing waits for a sink."""
    async with asyncio.timeout(DELIVERED_WITHIN):
        while "0 active channels" not in await asyncio.to_thread(lab.cli, "core show channels"):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        await asyncio.sleep(2)  # a call is written at most a second after its end
        while any(instance.waiting() for instance in instances):  # noqa: ASYNC110
            await asyncio.sleep(0.5)


def _kept(server: Server) -> list[Record]:
    with psycopg.connect(host=ADDRESS, port=server.port, user="admin", dbname="calls") as db:
        return [record for (record,) in db.execute("SELECT record FROM callbridge.records")]


async def _streamed(cluster: list[Server]) -> list[dict[str, Any]]:
    """Every record in the stream, which has agents' states beside them."""
    client = await nats.connect(f"nats://{ADDRESS}:{cluster[0].port}", user="bridge", password="s3cret")
    stream = client.jetstream()
    told = (await stream.stream_info("CALLBRIDGE", subjects_filter=RECORDS)).state.subjects or {}
    count = sum(told.values())
    subscription = await stream.subscribe(RECORDS, ordered_consumer=True)
    messages = [json.loads((await subscription.next_msg(10)).data) for _ in range(count)]
    await client.close()
    return messages
