"""Calls by the hundred on a real Asterisk: ``make load``; its figures are in docs/sizing.md.

SIPp plays the customers, who dial queues and direct numbers in turn, and the agents who answer; one callbridge
follows by AMI and ARI. At the end the store is counted against Asterisk's own call detail records. The lag is from a
call's last hangup, by the PBX's clock, to the moment when somebody else who reads the store finds the record.
"""

import argparse
import contextlib
import csv
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.helpers.measuring import Cost, figures, machine, percentile, total
from tests.helpers.ports import free_port
from tests.helpers.servers import until
from tests.live.lab import CELLS, LABS, Lab

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"]
CUSTOMERS, AGENTS = "127.4.1.1", "127.4.1.100"
DNS = [f"8{cell:02}{xx}" for cell in CELLS for xx in ("00", "11")]
TAGS = "customer_disconnect incoming_dn_call"
"""Of every call."""
SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "at most": 1.0}
AT_ONCE = 4
"""Seconds of calls that may be up at the same time: where the PBX is slower than the rate, SIPp waits for it."""
LOOK = 0.02
"""Seconds between two looks of the reader."""
LONGEST = 10.0
"""Seconds, more than from the begin of a call to its record: the reader looks through the calls of so long."""


class Reader:
    """Somebody else who reads the store: when did each record appear?"""

    def __init__(self, store: Path) -> None:
        self._db = sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None)
        self.lags: dict[str, float] = {}
        """Seconds from a call's end to the look that found its record, by record id."""

    def look(self, since: float = 0.0) -> None:
        """Find the new ones among the calls that began ``since`` then."""
        begin = datetime.fromtimestamp(since, UTC).isoformat(timespec="milliseconds")
        rows = self._db.execute("SELECT record_id FROM records WHERE started_at >= ?", (begin,)).fetchall()
        now = time.time()
        for (record_id,) in rows:
            if record_id not in self.lags:
                query = "SELECT ended_at FROM records WHERE record_id = ?"
                (ended_at,) = self._db.execute(query, (record_id,)).fetchone()
                self.lags[record_id] = now - datetime.fromisoformat(ended_at).timestamp()

    def percent(self, share: float) -> float:
        """Milliseconds that the share of records did not exceed."""
        lags = sorted(self.lags.values())
        return 1000 * lags[min(len(lags) - 1, int(share * len(lags)))] if lags else float("nan")

    def calls(self) -> list[tuple[str, bool, str]]:
        """Every record's call id, whether it is complete, and its tags."""
        return self._db.execute(
            "SELECT call_id, complete, (SELECT group_concat(tag, ' ') FROM record_tags"
            " WHERE record_tags.record_id = records.record_id) FROM records"
        ).fetchall()


def sipp(scenario: str, address: str, folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = ["sipp", "-sf", str(HERE / f"{scenario}.xml"), "-i", address, "-p", "5060", "-nostdin", *options]
    with (folder / f"{scenario}.log").open("wb") as log:
        environment = os.environ | {"TERM": "dumb"}
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=100.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--alone", action="store_true", help="without callbridge: what Asterisk carries by itself")
    chosen = parser.parse_args()
    lab = LABS["load"]
    with contextlib.ExitStack() as stack:
        if lab.up():
            stack.callback(lab.down)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="callbridge-load-")))
        measure = alone if chosen.alone else followed
        measure(lab, folder, chosen.rate, round(chosen.rate * chosen.seconds), stack)


def alone(lab: Lab, folder: Path, rate: float, calls: int, stack: contextlib.ExitStack) -> None:
    """What the calls cost when nobody follows them."""
    measured = {"Asterisk": Cost(int(lab.label_of("{{.State.Pid}}")))}
    play(lab, folder, rate, calls, measured, lambda begun: None, stack)


def followed(lab: Lab, folder: Path, rate: float, calls: int, stack: contextlib.ExitStack) -> None:
    """What they cost when callbridge follows them, and what it makes of them."""
    told_before = lab.cdr.stat().st_size if lab.cdr.exists() else 0
    metrics = free_port()
    store, config = folder / "calls.db", folder / "callbridge.toml"
    config.write_text(lab.settings(sinks=[("sqlite", store)]) + f"[metrics]\nport = {metrics}\n")
    config.chmod(0o600)
    with (folder / "log").open("wb") as log:
        service = subprocess.Popen([*COMMAND, "run", "--config", str(config)], stderr=log)
    stack.callback(service.terminate)
    until(lambda: total(figures(metrics), "callbridge_feed_connected") == 2, "both feeds")

    reader, told = Reader(store), time.monotonic()

    def look(begun: float) -> None:
        nonlocal told
        reader.look(time.time() - LONGEST)
        if time.monotonic() - told > 10:
            told = time.monotonic()
            print(f"{told - begun:4.0f} s  {len(reader.lags):6d} records, the last ones"
                  f" {1000 * next(reversed(reader.lags.values()), 0.0):.0f} ms after their calls;"
                  f" load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip

    measured = {"callbridge": Cost(service.pid), "Asterisk": Cost(int(lab.label_of("{{.State.Pid}}")))}
    outcome = play(lab, folder, rate, calls, measured, look, stack)
    heard = _heard(lab.cdr, told_before, calls)
    _until_written(reader, len(heard))
    shown = figures(metrics)
    service.terminate()
    service.wait(60)

    spent = outcome.spent["callbridge"]
    print(
        f"events: {total(shown, 'callbridge_events_total') / outcome.elapsed:.0f}/s that a rule may read,"
        f" {1e6 * spent / total(shown, 'callbridge_events_total'):.0f} µs of CPU each;"
        f" {total(shown, 'callbridge_feed_reconnects_total'):.0f} reconnects"
    )
    print(
        "last hangup to record, as a reader sees it: "
        + ", ".join(f"{name} {reader.percent(share):.0f} ms" for name, share in SHARES.items())
        + f"; by the service's own histogram: half below {percentile(shown, 0.5)} s, 99 % below"
        f" {percentile(shown, 0.99)} s"
    )
    for line in (folder / "log").read_text().splitlines():
        if "level=info" not in line:
            print(f"callbridge said: {line}")
    _count(reader, heard, outcome.failed)


@dataclass
class Outcome:
    elapsed: float
    """Seconds."""
    spent: dict[str, float]
    """Seconds of CPU, by whom."""
    failed: int
    """Calls that SIPp did not see through."""


def play(
    lab: Lab,
    folder: Path,
    rate: float,
    calls: int,
    measured: dict[str, Cost],
    look: Callable[[float], None],
    stack: contextlib.ExitStack,
) -> Outcome:
    """Have SIPp play the calls, with a ``look`` ever so often, which is told when it began."""
    numbers = "".join(f"{dn};09{n:08}\n" for n, dn in zip(range(1000), itertools.cycle(DNS), strict=False))
    (folder / "calls.csv").write_text("SEQUENTIAL\n" + numbers)
    agents = sipp("agents", AGENTS, folder)
    stack.callback(agents.terminate)
    measured |= {"SIPp": Cost(agents.pid)}
    before, everything, begun = {name: cost.cpu() for name, cost in measured.items()}, machine(), time.monotonic()
    own, children = time.process_time(), os.times()
    customers = sipp(
        "customers",
        CUSTOMERS,
        folder,
        "-inf",
        "calls.csv",
        "-r",
        f"{rate:g}",
        "-m",
        str(calls),
        "-l",
        str(round(AT_ONCE * rate)),
        "-trace_stat",
        "-stf",
        str(folder / "stat.csv"),
        f"{lab.address}:{lab.sip_port}",
    )
    stack.callback(customers.kill)
    while customers.poll() is None:
        look(begun)
        time.sleep(LOOK)
    elapsed = time.monotonic() - begun
    spent = {name: cost.cpu() - before[name] for name, cost in measured.items()}
    after = os.times()
    spent["SIPp"] += after.children_user + after.children_system - children.children_user - children.children_system
    spent["the reader"] = time.process_time() - own
    spent["everything else"] = machine() - everything - sum(spent.values())

    told = _last_line(folder / "stat.csv")
    print(
        f"SIPp: {told['TotalCallCreated']} calls in {elapsed:.0f} s, {told['FailedCall(C)']} failed,"
        f" {told['Retransmissions(C)']} retransmissions, answered after {told['ResponseTimeanswer(C)']}"
    )
    print(f"CPU, of one of {os.cpu_count()} cores and by the call: " + ", ".join(
        f"{name} {100 * used / elapsed:.0f} % {1e3 * used / calls:.1f} ms" for name, used in spent.items()
    ))  # fmt: skip
    return Outcome(elapsed, spent, int(told["FailedCall(C)"]))


def _heard(cdr: Path, offset: int, calls: int) -> set[str]:
    """The Uniqueids of the customers' channels that Asterisk has written a record of, once it has of all."""
    for _ in range(200):
        with cdr.open(newline="") as file:
            file.seek(offset)
            heard = {row[16] for row in csv.reader(file) if row[5].startswith("PJSIP/trunk")}
        if len(heard) >= calls:
            break
        time.sleep(0.05)
    return heard


def _until_written(reader: Reader, records: int) -> None:
    end = time.monotonic() + 30
    while len(reader.lags) < records and time.monotonic() < end:
        reader.look()
        time.sleep(LOOK)


def _last_line(statistics: Path) -> dict[str, str]:
    with statistics.open(newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))[-1]


def _count(reader: Reader, heard: set[str], failed: int) -> None:
    """Exits with 1 where a record is missing, too many, incomplete or wrong. A call that failed ends otherwise."""
    records = reader.calls()
    ids = Counter(call_id for call_id, _, _ in records)
    other = [str(tags) for _, complete, tags in records if complete and tags != TAGS]
    wrong = {
        "missing": len(heard - set(ids)),
        "unknown to Asterisk": len(set(ids) - heard),
        "twice": sum(count > 1 for count in ids.values()),
        "incomplete": sum(not complete for _, complete, _ in records),
        "wrongly tagged": max(0, len(other) - failed),
    }
    print(f"{len(heard)} calls by Asterisk's CDR, {len(records)} records: "
          + ", ".join(f"{count} {what}" for what, count in wrong.items()))  # fmt: skip
    for tags, count in Counter(other).most_common(5):
        print(f"{count} have {tags}")
    if any(wrong.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
