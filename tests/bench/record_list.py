"""How long ``callbridge records`` takes to its first lines, and how much memory at most, of however many records.

``python -m tests.bench.record_list [--records N]``
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.call_list import fill
from tests.helpers.service import NOWHERE

WAYS = ((), ("--since", "2026-11-01"), ("--json",))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.record_list", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    count = parser.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        store, settings = Path(folder) / "calls.db", Path(folder) / "callbridge.toml"
        filling = multiprocessing.Process(target=fill, args=(str(store), count))
        filling.start()  # in a process of its own, whose memory those that are measured do not begin with
        filling.join()
        settings.touch(0o600)
        settings.write_text(f'{NOWHERE}[[sink]]\ntype = "sqlite"\npath = "{store}"\n')
        print(f"callbridge records, of {count:,} records ({store.stat().st_size / 1e6:,.0f} MB)")
        print("| | first lines, s | all, s | s of CPU | MB |")
        print("| --- | --- | --- | --- | --- |")
        for way in WAYS:
            print(f"| {' '.join(way)} | {_measured(settings, way)} |", flush=True)


def _measured(settings: Path, way: tuple[str, ...]) -> str:
    start = time.monotonic()
    command = [sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())", "records"]
    process = subprocess.Popen(
        [*command, "--config", str(settings), *way], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    for _ in range(2):
        process.stdout.readline()
    first = time.monotonic() - start
    while process.stdout.read(1 << 20):
        pass
    _, _, used = os.wait4(process.pid, 0)
    whole = time.monotonic() - start
    return f"{first:.2f} | {whole:.1f} | {used.ru_utime + used.ru_stime:.1f} | {used.ru_maxrss / 1024:.0f}"


if __name__ == "__main__":
    main()
