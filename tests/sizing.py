"""What a deployment costs, measured on simulated PBXs: ``python -m tests.sizing``; its figures are in docs/sizing.md.

A service (or several, each on the same PBXs) follows them over real AMI sockets into a SQLite store and, with
``--remote``, into PostgreSQL and a JetStream cluster of three. At the end every store is counted against what the
simulator announced.
"""

import argparse
import asyncio
import contextlib
import os
import select
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import nats
import psycopg

from bridge.store import states
from bridge.store.reader import Asked, each
from tests.helpers.measuring import Cost, figures, percentile, total
from tests.helpers.ports import free_port
from tests.helpers.servers import ADDRESS, nats_cluster, postgres
from tests.helpers.writing import writing

RECORDS = "callbridge.*.record.>"
"""Subjects of the stream."""
PATIENCE = 120.0
"""Seconds without one more record after which no more are waited for."""
WRITTEN = 2_000
"""Records and stretches, at most, of which it is measured what writing one costs."""
COMMAND = [sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"]


class Instance:
    """One callbridge."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.metrics = free_port()
        config = folder / "callbridge.toml"
        config.write_text(
            f'{settings}\n[metrics]\nport = {self.metrics}\n[[sink]]\ntype = "sqlite"\npath = "calls.db"\n'
        )
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen([*COMMAND, "run", "--config", str(config)], cwd=folder, stderr=log)
        self.cost = Cost(self.process.pid)

    @property
    def records(self) -> float:
        """How many calls are on record here."""
        return total(figures(self.metrics), "callbridge_records_total")

    def has_all(self, records: int) -> bool:
        """Whether so many calls are on record here and in every sink."""
        shown = figures(self.metrics)
        return total(shown, "callbridge_records_total") >= records and not total(shown, "callbridge_outbox_records")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def losses(self) -> Counter[str]:
        """How many connections it lost, by the reason that its log gives."""
        return Counter(
            line.partition(" why=")[2]
            for line in (self.folder / "log").read_text().splitlines()
            if "event=feed_lost" in line
        )


def remote_sinks(folder: Path, pg: Any, cluster: Any) -> str:
    servers = ", ".join(f'"nats://{ADDRESS}:{server.port}"' for server in cluster)
    return (
        f'[[sink]]\ntype = "postgres"\ndsn = "host={ADDRESS} port={pg.port} dbname=calls user=callbridge"\n'
        f'secret = "pw"\n[[sink]]\ntype = "nats"\nservers = [{servers}]\nusername = "bridge"\nsecret = "s3cret"\n'
        "replicas = 3\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.sizing", description=__doc__.partition("\n")[0])
    parser.add_argument("--pbxs", type=int, default=50)
    parser.add_argument("--rate", type=float, default=1.0, help="calls a second on each PBX")
    parser.add_argument("--talk", type=float, default=100.0)
    parser.add_argument("--seconds", type=float, default=200.0)
    parser.add_argument("--instances", type=int, default=1)
    parser.add_argument("--port", type=int, default=15038)
    parser.add_argument("--remote", action="store_true", help="into PostgreSQL and JetStream too")
    chosen = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="callbridge-sizing-")))
        remote, servers = "", {}
        if chosen.remote:
            pg = stack.enter_context(postgres())
            with psycopg.connect(f"host={ADDRESS} port={pg.port} dbname=postgres user=admin", autocommit=True) as db:
                db.execute("CREATE ROLE callbridge LOGIN PASSWORD 'pw'")
                db.execute("CREATE DATABASE calls OWNER callbridge")
            cluster = stack.enter_context(nats_cluster(folder))
            remote = remote_sinks(folder, pg, cluster)
            servers = {"postgres": pg, "nats": cluster}
        run(chosen, folder, remote, servers)


def run(chosen: argparse.Namespace, folder: Path, remote: str, servers: dict[str, Any]) -> None:
    sizes = ["--pbxs", str(chosen.pbxs), "--port", str(chosen.port)]
    subprocess.run([*COMMAND, "simulate", "--settings", str(folder / "settings"), *sizes], check=True)
    sizes += ["--rate", str(chosen.rate), "--seconds", str(chosen.seconds), "--talk", str(chosen.talk)]
    pbxs = subprocess.Popen(
        [*COMMAND, "simulate", *sizes, "--clients", str(chosen.instances)], stdout=subprocess.PIPE, text=True
    )
    settings = (folder / "settings").read_text() + remote
    instances = [Instance(folder / f"i{number}", settings) for number in range(chosen.instances)]
    first = instances[0]
    while total(shown := figures(first.metrics), "callbridge_feed_connected") < chosen.pbxs:
        time.sleep(0.5)
    idle, start, began = first.cost.memory(), first.cost.cpu(), time.monotonic()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; {idle / 1e6:.0f} MB with no call", flush=True)
    peak = most = 0.0
    while pbxs.poll() is None and not _said(pbxs):
        time.sleep(5)
        shown = figures(first.metrics)
        calls = total(shown, "callbridge_open_calls")
        if calls > most:
            most, peak = calls, first.cost.memory() - idle
        events = total(shown, "callbridge_events_total")
        print(
            f"{time.monotonic() - began:4.0f} s  open {calls:6.0f}  events {events:8.0f}"
            f"  records {total(shown, 'callbridge_records_total'):7.0f}  CPU {first.cost.cpu() - start:6.1f} s"
            f"  {first.cost.memory() / 1e6:5.0f} MB  load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    assert pbxs.stdout is not None
    summary = msgspec.json.decode(pbxs.stdout.readline())
    have, since = -1.0, time.monotonic()
    while time.monotonic() < since + PATIENCE and not all(each.has_all(summary["records"]) for each in instances):
        time.sleep(0.5)
        if (now := first.records) != have:
            have, since = now, time.monotonic()
    shown = figures(first.metrics)
    cpu, elapsed = first.cost.cpu() - start, time.monotonic() - began
    time.sleep(10)  # with no call left
    rest = (first.cost.cpu() - start - cpu) / (time.monotonic() - began - elapsed)
    cpu -= rest * elapsed
    events = total(shown, "callbridge_events_total")
    sim = Cost(pbxs.pid).cpu()
    for instance in instances:
        instance.stop()
    pbxs.wait(60)
    print(f"simulator: {summary['records']} records to come, {summary['events']} events, {summary['bytes']} bytes,"
          f" at most {summary['late']} s late, {summary['lost']} connections lost, {sim:.1f} s of CPU")  # fmt: skip
    print(f"one instance: {100 * rest:.1f} % of a core without calls; with them {cpu:.1f} s of CPU more,"
          f" {1e6 * cpu / events:.0f} µs an event read,"
          f" {1e3 * cpu / summary['records']:.2f} ms a call, {most:.0f} open at most,"
          f" {peak / max(1, most) / 1e3:.1f} KB of memory each")  # fmt: skip
    for number, instance in enumerate(instances):
        for why, count in instance.losses().items():
            print(f"instance {number} lost {count} connections: {why}")
    print(f"lag: half below {percentile(shown, 0.5)} s, 99 % below {percentile(shown, 0.99)} s")
    right = [
        _count_sqlite(f"SQLite {number}", instance.folder / "calls.db", summary)
        for number, instance in enumerate(instances)
    ]
    if servers:
        right.append(_count_postgres(servers["postgres"], summary))
        right.append(asyncio.run(_count_nats(servers["nats"], summary)))
    path = str(instances[0].folder / "calls.db")
    records = [*islice(each(path, Asked()), WRITTEN)]
    print(f"written anew, one a transaction: {writing(records, states.find(path, limit=WRITTEN))}")
    if not all(right):
        sys.exit("not every store holds what the simulator announced")


def _said(process: "subprocess.Popen[str]") -> bool:
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], 0)[0])


def _count_sqlite(name: str, path: Path, summary: dict[str, Any]) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        count, size, complete = db.execute(
            "SELECT count(*), avg(length(json)), sum(complete) FROM records"
        ).fetchone()
        tags = dict(db.execute("SELECT tag, count(*) FROM record_tags GROUP BY tag"))
    right: bool = (count, complete, tags) == (summary["records"], summary["records"], summary["tags"])
    verdict = "as announced" if right else "NOT AS ANNOUNCED"
    print(f"{name}: {count} records ({complete} complete), tags {verdict}; {size:.0f} bytes of JSON,"
          f" {path.stat().st_size / max(1, count):.0f} bytes of file each")  # fmt: skip
    return right


def _count_postgres(server: Any, summary: dict[str, Any]) -> bool:
    with psycopg.connect(f"host={ADDRESS} port={server.port} dbname=calls user=admin") as db:
        row = db.execute("SELECT count(*) FROM callbridge.records").fetchone()
        size = db.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'callbridge.records'::regclass"
        ).fetchone()
    assert row is not None
    assert size is not None
    print(f"PostgreSQL: {row[0]} of {summary['records']} records,"
          f" {size[0] / max(1, row[0]):.0f} bytes each with indexes,"
          f" {1e3 * Cost(server.pid).cpu() / max(1, row[0]):.2f} ms of CPU each")  # fmt: skip
    return bool(row[0] == summary["records"])


async def _count_nats(cluster: Any, summary: dict[str, Any]) -> bool:
    client = await nats.connect(f"nats://{ADDRESS}:{cluster[0].port}", user="bridge", password="s3cret")
    state = (await client.jetstream().stream_info("CALLBRIDGE", subjects_filter=RECORDS)).state
    await client.close()
    records, pids = sum((state.subjects or {}).values()), [server.pid for server in cluster]
    print(f"JetStream: {records} of {summary['records']} records, and {state.messages - records} agents' states,"
          f" {state.bytes / max(1, state.messages):.0f} bytes each on each of three servers,"
          f" {1e3 * Cost(*pids).cpu() / max(1, records):.2f} ms of CPU a record in all")  # fmt: skip
    return bool(records == summary["records"])


if __name__ == "__main__":
    main()
