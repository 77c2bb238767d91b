"""A PBX and agents' desks in network namespaces of their own, with a cable from each desk, which a test can pull.

Idle containers without a network are the namespaces: Asterisk joins the first, the tests run in it by nsenter, and a
browser runs in each of the others. The addresses exist in there only. WebRTC needs one that is not loopback.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.live.lab import DOCKER, Lab, run, say

WEB = "10.77.0.1"
"""Asterisk's HTTP server and media for browsers; desk 1 is the next address, and so on."""
DESKS = range(1, 5)
"""Each desk is agent 1's of the cell of the same number."""


@dataclass(frozen=True)
class Desk:
    """One agent's place: a namespace with one end of a cable in it."""

    number: int
    pid: str
    """A process in the namespace."""

    @property
    def address(self) -> str:
        return f"10.77.0.{1 + self.number}"

    def inside(self, *command: str) -> None:
        inside(self.pid, *command)

    def cable(self, plugged: bool) -> None:
        """Pulls the cable at the desk, or plugs it in again."""
        self.inside("ip", "link", "set", "desk0", "up" if plugged else "down")


@dataclass(frozen=True)
class BrowserLab(Lab):
    name: str = "browser"
    dialplan: str = "browser"

    @property
    def ari_url(self) -> str:
        return f"http://{WEB}:8088"

    @property
    def host(self) -> str:
        """The container that is the PBX's namespace."""
        return f"{self.container}-host"

    @property
    def certificate(self) -> Path:
        """The PBX's, with its key: nobody vouches for it."""
        return self.var / "etc" / "pbx.pem"

    def desk(self, number: int) -> Desk:
        """A desk of the PBX that is up."""
        return Desk(number, pid_of(self._desk(number)))

    def _desk(self, number: int) -> str:
        """The container that is the desk's namespace."""
        return f"{self.container}-desk{number}"

    def up(self) -> bool:
        """A fresh PBX; always ours to take down. Asterisk's boot is waited for by whoever is in its namespace."""
        run(DOCKER / "engine.sh", "up")
        image = run(DOCKER / "image.sh").strip()
        etc = self.var / "etc"
        run(
            sys.executable,
            DOCKER / "generate.py",
            etc,
            "--name",
            self.name,
            "--address",
            self.address,
            "--customers",
            self.customers,
            "--rtp",
            self.rtp,
            "--dialplan",
            self.dialplan,
        )
        _certificate(self.certificate)
        self.down()
        say(f"Starting Asterisk as {self.container} in a network of its own ...")
        for name in (self.host, *map(self._desk, DESKS)):
            # Without its own name in /etc/hosts Asterisk waits for DNS in every call.
            run(
                "docker",
                "run",
                "-d",
                "--init",
                "--name",
                name,
                "--network",
                "none",
                "--hostname",
                "pbx",
                "--add-host",
                "pbx:127.0.0.1",
                image,
                "sleep",
                "infinity",
            )
        self._plug()
        for directory in (self.log.parent, self.cdr.parent):
            directory.mkdir(parents=True, exist_ok=True)
        run(
            "docker",
            "run",
            "-d",
            "--init",
            "--name",
            self.container,
            "--network",
            f"container:{self.host}",
            "-v",
            f"{etc}:/etc/asterisk:ro",
            "-v",
            f"{self.log.parent}:/var/log/asterisk",
            image,
        )
        return True

    def down(self) -> None:
        for name in (self.container, self.host, *map(self._desk, DESKS)):
            subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)

    def _plug(self) -> None:
        pbx = pid_of(self.host)
        inside(pbx, "ip", "link", "add", "name", "switch0", "type", "bridge")
        inside(pbx, "ip", "address", "add", f"{WEB}/24", "dev", "switch0")
        inside(pbx, "ip", "link", "set", "switch0", "up")
        for desk in map(self.desk, DESKS):
            port = f"port{desk.number}"
            run(
                "ip",
                "link",
                "add",
                "name",
                port,
                "netns",
                pbx,
                "type",
                "veth",
                "peer",
                "name",
                "desk0",
                "netns",
                desk.pid,
            )
            inside(pbx, "ip", "link", "set", port, "master", "switch0", "up")
            desk.inside("ip", "address", "add", f"{desk.address}/24", "dev", "desk0")
            desk.cable(True)


def _certificate(file: Path) -> None:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={WEB}"]
        subprocess.run([*command, "-keyout", file, "-out", f"{file}.crt"], capture_output=True, check=True)
        file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
        os.chmod(file, 0o644)


def pid_of(container: str) -> str:
    return run("docker", "inspect", "-f", "{{.State.Pid}}", container).strip()


def inside(pid: str, *command: str) -> None:
    """Run a command in the network of a process."""
    run("nsenter", "-t", pid, "-n", *command)
