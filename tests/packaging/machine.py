"""A clean Debian under a systemd of its own, for the tests of the package."""

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

from tests.helpers.servers import until

CONFIG = "/etc/callbridge/callbridge.toml"
BOOTED = ("running\n", "degraded\n")
SOON = 120.0
"""Seconds to wait for what comes within a few on a machine that does nothing else."""


def run(*command: str | Path, **more: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return str(done.stdout)


def status(process: int) -> dict[str, list[str]]:
    """What the kernel says of it."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split()[1:] for line in lines}


class Machine:
    """A clean Debian 12 on this machine's network, under a systemd of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with root.with_suffix(".log").open("wb") as log:
            self._boot = subprocess.Popen(
                ["systemd-nspawn", "--boot", "--register=no", "--keep-unit", "--console=pipe", "-D", root],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        children = Path(f"/proc/{self._boot.pid}/task/{self._boot.pid}/children")
        until(lambda: self._systemd(children), "systemd-nspawn has begun no systemd", SOON)
        (init,) = self._systemd(children)
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
        self._inside = [*f"nsenter -t {init} -m -u -i -p --root --wdns=/".split(), *clean]
        until(lambda: self.tried("systemctl", "is-system-running").stdout in BOOTED, "not booted", SOON)

    @staticmethod
    def _systemd(children: Path) -> list[str]:
        """The first process inside; another one makes its way there."""
        return [pid for pid in children.read_text().split() if Path(f"/proc/{pid}/comm").read_text() == "systemd\n"]

    def tried(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*self._inside, *command], capture_output=True, text=True, check=False)

    def typed(self, line: str) -> str:
        """What a command prints that root types there, and that must work."""
        return run(*self._inside, *shlex.split(line))

    def shown(self, what: str) -> str:
        """A property of the service, as systemd has it."""
        return self.typed(f"systemctl show --property={what} --value callbridge").strip()

    def records(self) -> list[dict[str, Any]]:
        lines = self.typed(f"callbridge records --json --config {CONFIG}").splitlines()
        return [json.loads(line) for line in lines]

    def process(self) -> int:
        """The service's process, by its number outside."""
        inside = self.shown("MainPID")
        for folder in Path("/proc").glob("[0-9]*"):
            words = status(int(folder.name))
            if words["NSpid"][1:] == [inside] and words["Name"] == ["callbridge"]:
                return int(folder.name)
        raise AssertionError(f"no process {inside} there")

    def off(self) -> None:
        self._boot.terminate()
        self._boot.wait(SOON)
