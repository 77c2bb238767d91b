"""How long the page Calls waits for the store, with a million records and every filter that it offers.

``python -m tests.bench.call_list [--records N] [--store FILE]``
"""

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bridge.store import facets, records_page
from bridge.store.facets import KINDS, Wanted
from bridge.store.reader import reading
from bridge.store.records import SqliteStore
from bridge.store.sqlite import connect, transaction
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Customer, Record
from bridge.vocabulary.times import rfc3339
from tests.web.served import recorded

NOW = 1_795_900_000.0
YEAR = 365 * 86400.0
AGENTS, QUEUES, DNS = 200, 12, 24
PAGE = 200
DAY = 86_400_000
AT_ONCE = 20_000


def made(count: int) -> Iterator[Record]:
    """The recorded calls over a year, with other agents, queues, DNs and customers."""
    chance = random.Random(5)
    for number in range(count):
        record = chance.choice(recorded())
        start = NOW - YEAR + YEAR * number / count
        agents = {offer.agent: f"1{chance.randrange(AGENTS):03}" for offer in record.offers}
        yield msgspec.structs.replace(
            record,
            record_id=f"{number:032x}",
            call_id=f"c{number}",
            started_at=rfc3339(start),
            customer=record.customer and Customer(number=f"09{chance.randrange(300_000):08}"),
            dn=record.dn and f"80{chance.randrange(DNS):03}",
            queues=[msgspec.structs.replace(s, name=f"queue {chance.randrange(QUEUES)}") for s in record.queues],
            offers=[msgspec.structs.replace(o, agent=agents[o.agent]) for o in record.offers],
            participants=[
                msgspec.structs.replace(p, party=agents.get(p.party, p.party)) for p in record.participants
            ],
        )


def fill(path: str, count: int) -> None:
    """As the store itself writes, but many in one transaction."""
    SqliteStore(path).close()
    db = connect(path)
    db.execute("PRAGMA synchronous = OFF")
    encoder = msgspec.json.Encoder()
    records = made(count)
    while batch := list(itertools.islice(records, AT_ONCE)):
        with transaction(db):
            db.executemany(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (r.record_id, r.revision, r.complete, r.pbx, r.call_id, r.started_at, r.ended_at, r.direction,
                     r.dn, encoder.encode(r).decode())
                    for r in batch
                ],
            )  # fmt: skip
            for record in batch:
                facets.put(db, record)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def asked() -> Iterator[tuple[str, Wanted]]:
    """Every filter, and pairs and periods as the page offers them."""
    now = round(NOW * 1000)
    one: list[tuple[str, Wanted]] = [("all", Wanted())]
    one += [(f"tag {name}", Wanted((("tag", name),))) for name in BY_NAME]
    one += [(f"kind {name}", Wanted((("kind", name),))) for name in KINDS]
    one += [(f"direction {name}", Wanted((("direction", name),))) for name in ("inbound", "outbound", "internal")]
    one += [(f"agent {name}", Wanted((("agent", name),))) for name in ("1000", "1100", "1199", "nobody")]
    one += [(f"queue {n}", Wanted((("queue", f"queue {n}"),))) for n in (0, 11)]
    one += [(f"dn {n}", Wanted((("dn", f"80{n:03}"),))) for n in (0, 23)]
    one += [("customer", Wanted((("customer", facets.number_key("0900000007")),)))]
    one += [("not called back", Wanted(not_called_back=True))]
    yield from one
    for name, wanted in one:
        yield f"{name}, last week", wanted._replace(since=now - 14 * DAY, until=now - 7 * DAY)
        yield f"{name}, a day half a year ago", wanted._replace(since=now - 180 * DAY, until=now - 179 * DAY)
    for (first, a), (second, b) in itertools.combinations(one[1:], 2):
        if a.facets and b.facets and a.facets[0][0] == b.facets[0][0] != "tag":
            continue  # of all but tags the page takes one at a time
        yield (
            f"{first} and {second}",
            Wanted(a.facets + b.facets, not_called_back=a.not_called_back or b.not_called_back),
        )


def run() -> None:
    """A million records."""
    _measure(1_000_000, None)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    _measure(given.records, given.store)


def _measure(records: int, store: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = str(store or Path(folder) / "million.db")
        if not Path(path).exists():
            began = time.monotonic()
            fill(path, records)
            print(f"{records} records written in {time.monotonic() - began:.0f} s", flush=True)
        took = []
        for name, wanted in asked():
            with reading(path) as db:
                began = time.perf_counter()
                found = records_page.page(db, wanted, None, PAGE)
                took.append((time.perf_counter() - began, name, len(found.records)))
    seconds = [each for each, _, _ in took]
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[18]
    size = Path(path).stat().st_size / 1e9 if Path(path).exists() else 0.0
    print(
        f"call list: {records} records, {size:.1f} GB, {len(took)} filters: "
        f"p50 {1000 * p50:.1f} ms, p95 {1000 * p95:.1f} ms, longest {1000 * max(seconds):.1f} ms"
    )
    for each, name, count in sorted(took, reverse=True)[:10]:
        print(f"  {1000 * each:8.1f} ms  {name}: {count} calls")


if __name__ == "__main__":
    main()
