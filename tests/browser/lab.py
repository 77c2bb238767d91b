"""A PBX and an agent's desk in two network namespaces with a cable between them, which a test can pull.

Two idle containers without a network are the namespaces: Asterisk joins the first, the tests run in it by nsenter,
and the browser runs in the second. The addresses exist in there only. WebRTC needs one that is not loopback.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.live.lab import DOCKER, Lab, run, say

WEB, DESK = "10.77.0.1", "10.77.0.2"
"""The two ends of the cable: Asterisk's HTTP server and media for browsers, and the browser."""


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
    def desk(self) -> str:
        """The container that is the desk's namespace."""
        return f"{self.container}-desk"

    def up(self) -> bool:
        """A fresh PBX; always ours to take down. Asterisk's boot is waited for by whoever is in its namespace."""
        run(DOCKER / "engine.sh", "up")
        image = run(DOCKER / "image.sh").strip()
        etc = self.var / "etc"
        run(sys.executable, DOCKER / "generate.py", etc, "--name", self.name, "--address", self.address,
            "--customers", self.customers, "--rtp", self.rtp, "--dialplan", self.dialplan)
        _certificate(etc / "pbx.pem")
        self.down()
        say(f"Starting Asterisk as {self.container} in a network of its own ...")
        for name in (self.host, self.desk):
            # Without its own name in /etc/hosts Asterisk waits for DNS in every call.
            run("docker", "run", "-d", "--init", "--name", name, "--network", "none",
                "--hostname", "pbx", "--add-host", "pbx:127.0.0.1", image, "sleep", "infinity")
        self._plug()
        for directory in (self.log.parent, self.cdr.parent):
            directory.mkdir(parents=True, exist_ok=True)
        run("docker", "run", "-d", "--init", "--name", self.container, "--network", f"container:{self.host}",
            "-v", f"{etc}:/etc/asterisk:ro", "-v", f"{self.log.parent}:/var/log/asterisk", image)
        return True

    def down(self) -> None:
        for name in (self.container, self.host, self.desk):
            subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)

    def _plug(self) -> None:
        pbx, desk = pid_of(self.host), pid_of(self.desk)
        run("ip", "link", "add", "name", "pbx0", "netns", pbx, "type", "veth", "peer", "name", "desk0", "netns", desk)
        for pid, device, address in ((pbx, "pbx0", WEB), (desk, "desk0", DESK)):
            inside(pid, "ip", "address", "add", f"{address}/24", "dev", device)
            inside(pid, "ip", "link", "set", device, "up")

    def cable(self, plugged: bool) -> None:
        """Pulls the cable at the desk, or plugs it in again."""
        inside(pid_of(self.desk), "ip", "link", "set", "desk0", "up" if plugged else "down")


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
