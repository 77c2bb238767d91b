"""Measuring a service from outside: what its processes cost, and what it shows of itself."""

import contextlib
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Cost:
    """Processes and their children, by what the kernel counts."""

    def __init__(self, *pids: int) -> None:
        self.pids = pids

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return sum(self._ticks(pid) for pid in self._all()) / TICKS

    def memory(self) -> int:
        """Bytes of the first process that are its own."""
        status = Path(f"/proc/{self.pids[0]}/status").read_text()
        return 1024 * int(status.partition("RssAnon:")[2].split()[0])

    def _all(self) -> Iterator[int]:
        for pid in self.pids:
            yield pid
            with contextlib.suppress(OSError):
                yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    @staticmethod
    def _ticks(pid: int) -> int:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0
        return sum(map(int, fields[11:15]))  # its own and that of children that have ended


def machine() -> float:
    """Seconds of CPU that all processes of this machine have used so far."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


def figures(port: int) -> dict[str, float]:
    """What the service shows on ``/metrics``; nothing while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return {}
    pairs = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def total(shown: dict[str, float], name: str) -> float:
    return sum(value for key, value in shown.items() if key.partition("{")[0] == name)


def percentile(shown: dict[str, float], share: float) -> float:
    """The bucket of the lag histogram below which the share of records is."""
    buckets: dict[float, float] = {}
    for key, value in shown.items():
        if key.startswith("callbridge_record_lag_seconds_bucket"):
            le = float(key.partition('le="')[2].partition('"')[0])
            buckets[le] = buckets.get(le, 0) + value
    most = max(buckets.values(), default=0)
    return min((le for le, count in buckets.items() if count >= share * most), default=0.0)


def rss() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
