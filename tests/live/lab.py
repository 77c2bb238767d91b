"""The PBX under test, brought up and taken down (docker/README.md says what is in it).

python -m tests.live.lab up|down|status|logs [--name pbx1|pbx16|freepbx|freepbx16|stasis|stasis16|reported|reported16
    |mikopbx|mikopbx16|issabel16|wazo|wazo16|load|chaos|floor|chance|chance16]
"""

import argparse
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
CELLS = range(1, 17)
DNS = (*range(18), *range(20, 24), *range(30, 33), *range(40, 48), *range(50, 67), *range(70, 100))
"""The xx of every DN 8NNxx."""
BOOT_SECONDS = 60


class LabError(Exception):
    """The PBX under test did not come up."""


@dataclass(frozen=True)
class Lab:
    name: str = "pbx1"
    address: str = "127.0.22.1"
    customers: str = "127.0.1"
    """The network, three numbers, that customers dial from: cell 7's sit on ``127.0.1.7``."""
    rtp: str = "10000-11999"
    suite: str = "forky"
    """The Debian release it comes from: forky has Asterisk 22, bullseye has 16."""
    dialplan: str = "own"
    """Which of docker/dialplans serves: ``own`` is docker/asterisk alone."""
    queues: str = "q{nn}-"
    """What the names of a cell's queues begin with."""
    technology: str = "PJSIP"
    """The channel driver for SIP."""

    sip_port = 5060
    ami_port = 5038
    username, secret = "lab", "lab-secret"
    """All rights, on AMI and ARI alike."""
    bridge_username, bridge_secret = "bridge", "bridge-secret"
    """What callbridge uses, read only."""
    filtered_username = "filtered"
    """On AMI the same, to whom the PBX sends only what a rule reads."""

    @property
    def ari_url(self) -> str:
        return f"http://{self.address}:8088"

    @property
    def container(self) -> str:
        return f"callbridge-{self.name}"

    @property
    def var(self) -> Path:
        return ROOT / "var" / self.name

    @property
    def authority(self) -> Path:
        """Who signed the PBX's certificate, which is for its address: PEM."""
        return self.var / "etc" / "authority.pem"

    @property
    def log(self) -> Path:
        return self.var / "log" / "full"

    @property
    def cdr(self) -> Path:
        """Asterisk's own call detail records."""
        return self.var / "log" / "cdr-csv" / "Master.csv"

    @property
    def cel(self) -> Path:
        """Asterisk's own channel event log."""
        return self.var / "log" / "cel-custom" / "callbridge.csv"

    @property
    def queue_log(self) -> Path:
        return self.var / "log" / "queue_log"

    def up(self) -> bool:
        """Bring the PBX up and wait until it answers; quick when it already does. Progress goes to stderr.

        False when it was up already: then it is someone else's to take down.
        """
        run(DOCKER / "engine.sh", "up")
        image = run(DOCKER / "image.sh", self.suite).strip()
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
        self.certify()
        wanted = fingerprint(image, etc)
        if self.running(wanted):
            self.wait_until_booted()
            return False
        say(f"Starting Asterisk as {self.container} on {self.address} ...")
        self.remove()
        for directory in (self.log.parent, self.cdr.parent, self.cel.parent):
            directory.mkdir(parents=True, exist_ok=True)
        # Without its own name in /etc/hosts Asterisk waits for DNS in every call.
        run(
            "docker",
            "run",
            "-d",
            "--init",
            "--name",
            self.container,
            "--network",
            "host",
            "--label",
            f"callbridge.lab={wanted}",
            "--label",
            f"callbridge.root={ROOT}",
            "--add-host",
            f"{socket.gethostname()}:127.0.0.1",
            "-v",
            f"{etc}:/etc/asterisk:ro",
            "-v",
            f"{self.log.parent}:/var/log/asterisk",
            image,
        )
        self.wait_until_booted()
        say(f"Asterisk answers: SIP {self.address}:{self.sip_port}, AMI port {self.ami_port}, ARI {self.ari_url}.")
        return True

    def certify(self) -> None:
        """Make the certificate that AMI and ARI show on their TLS ports, unless there is one."""
        if self.authority.exists():
            return
        run(DOCKER / "apt.sh", "openssl")
        made, key = self.authority.parent / "pbx.pem", self.authority.parent / "authority.key"
        for words in (
            ("/CN=authority", "-keyout", key, "-out", self.authority),
            ("/CN=pbx", "-addext", f"subjectAltName=IP:{self.address}", "-addext",
             "basicConstraints=critical,CA:FALSE", "-CA", self.authority, "-CAkey", key,
             "-keyout", made.with_suffix(".key"), "-out", made),
        ):  # fmt: skip
            command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj"
            subprocess.run([*command.split(), *words], check=True, capture_output=True)
        # Asterisk reads both from one file.
        made.write_text(made.read_text() + made.with_suffix(".key").read_text())

    def down(self) -> None:
        """Remove the container, and end the Docker engine if ``up`` had to start one and nothing else uses it."""
        if not answers("docker", "info"):
            return
        if self.label("callbridge.root") == str(ROOT):
            say(f"Stopping {self.container} ...")
            self.remove()
        if not run("docker", "ps", "-q").strip():
            run(DOCKER / "engine.sh", "down")

    def running(self, wanted: str) -> bool:
        return self.label("callbridge.lab") == wanted and self.label_of("{{.State.Running}}") == "true"

    def label(self, name: str) -> str:
        return self.label_of(f'{{{{index .Config.Labels "{name}"}}}}')

    def label_of(self, form: str) -> str:
        """One word about the container, empty when there is none."""
        done = subprocess.run(
            ["docker", "container", "inspect", "-f", form, self.container],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    def remove(self) -> None:
        subprocess.run(["docker", "rm", "-f", self.container], capture_output=True, check=False)

    def wait_until_booted(self) -> None:
        """Until AMI says FullyBooted."""
        deadline = time.monotonic() + BOOT_SECONDS
        while not self.booted():
            if self.label_of("{{.State.Running}}") != "true":
                raise LabError(f"Asterisk ended while it started; see {self.log}")
            if time.monotonic() > deadline:
                raise LabError(f"Asterisk did not answer within {BOOT_SECONDS} s; see {self.log}")
            time.sleep(0.1)

    def booted(self) -> bool:
        try:
            with socket.create_connection((self.address, self.ami_port), timeout=5) as ami:
                ami.sendall(f"Action: Login\r\nUsername: {self.username}\r\nSecret: {self.secret}\r\n\r\n".encode())
                seen = b""
                while b"Event: FullyBooted" not in seen:
                    part = ami.recv(4096)
                    if not part:
                        return False
                    seen += part
        except OSError:
            return False
        return True

    def cli(self, command: str) -> str:
        """The output of a command on Asterisk's console."""
        return run("docker", "exec", self.container, "asterisk", "-rx", command)

    def settings(self, *, feeds: Sequence[str] = ("ami", "ari"), sinks: Sequence[tuple[str, Path]] = ()) -> str:
        """A callbridge.toml for this PBX: its feeds, roles, numbers and thresholds; sinks as (type, path)."""
        credentials = f'username = "{self.bridge_username}"\nsecret = "{self.bridge_secret}"\n'
        text = f'[[pbx]]\nname = "{self.name}"\n'
        if "ami" in feeds:
            text += f'[pbx.ami]\nhost = "{self.address}"\nport = {self.ami_port}\n{credentials}'
        if "ari" in feeds:
            text += f'[pbx.ari]\nurl = "{self.ari_url}"\n{credentials}'
        sip = self.technology
        text += f'\n[roles]\nagents = ["{sip}/1*", "{sip}/4*"]\nsupervisors = ["{sip}/2*"]\n'
        trunks = dict.fromkeys((sip, "SIP", "IAX2"))
        text += f"trunks = {json.dumps([f'{each}/trunk*' for each in trunks])}\n"
        for cell in CELLS:
            text += f"\n# Cell {cell:02}\n"
            if self.dialplan == "mikopbx":  # an agent has a desk phone and a browser
                text += f'[[agent]]\ndevice = "PJSIP/1{cell:02}1-WS"\nname = "1{cell:02}1"\n'
            for dn in DNS:
                text += f'[[dn]]\nnumber = "8{cell:02}{dn:02}"\n'
                if dn == 12:
                    text += "agent_answer_threshold = 2\ncustomer_waiting_threshold = 7\n"
            text += (
                f'[[queue]]\nname = "q{cell:02}-strict"\nagent_answer_threshold = 3\ncustomer_waiting_threshold = 5\n'
            )
        text += '[[cap]]\ngroup = "*@polite"\nkind = "line"\n'
        for kind, path in sinks:
            text += f'\n[[sink]]\ntype = "{kind}"\npath = "{path}"\n'
        return text


LABS = {
    lab.name: lab
    for lab in (
        Lab(),
        Lab("pbx16", "127.0.16.1", "127.16.1", suite="bullseye"),
        Lab("freepbx", "127.0.22.2", "127.2.1", dialplan="freepbx", queues="6{nn}"),
        Lab("stasis", "127.0.22.3", "127.3.1", dialplan="stasis"),
        Lab("reported", "127.0.22.8", "127.8.1", dialplan="reported"),
        Lab("mikopbx", "127.0.22.9", "127.9.1", dialplan="mikopbx"),
        Lab("freepbx16", "127.0.16.2", "127.12.1", suite="bullseye", dialplan="freepbx", queues="6{nn}"),
        Lab("stasis16", "127.0.16.3", "127.13.1", suite="bullseye", dialplan="stasis"),
        Lab("reported16", "127.0.16.8", "127.18.1", suite="bullseye", dialplan="reported"),
        Lab("mikopbx16", "127.0.16.9", "127.19.1", suite="bullseye", dialplan="mikopbx"),
        Lab(
            "issabel16",
            "127.0.16.10",
            "127.20.1",
            suite="bullseye",
            dialplan="issabel",
            queues="6{nn}",
            technology="SIP",
        ),
        Lab("wazo", "127.0.22.11", "127.11.1", dialplan="wazo"),
        Lab("wazo16", "127.0.16.11", "127.21.1", suite="bullseye", dialplan="wazo"),
        Lab("load", "127.0.22.4", "127.4.1", rtp="12000-15999", dialplan="load"),
        Lab("chaos", "127.0.22.6", "127.6.1", dialplan="chaos"),
        Lab("floor", "127.0.22.7", "127.7.1", dialplan="floor"),
        Lab("chance", "127.0.22.12", "127.22.1", dialplan="chance"),
        Lab("chance16", "127.0.16.12", "127.23.1", suite="bullseye", dialplan="chance"),
    )
}
"""Every PBX under test, by name."""


def fingerprint(image: str, etc: Path) -> str:
    """What the container runs on: it is replaced when this changes."""
    digest = hashlib.sha256(image.encode())
    for path in sorted(etc.rglob("*.conf")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run(*command: object) -> str:
    """Run a command and give back its output; what it says on stderr goes to ours as it comes."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(map(str, command))} failed with status {done.returncode}")
    return done.stdout


def answers(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.live.lab", description="The PBX under test.")
    parser.add_argument("verb", choices=["up", "down", "status", "logs"])
    parser.add_argument("--name", choices=LABS, default=Lab.name)
    options = parser.parse_args()
    verb, lab = options.verb, LABS[options.name]
    try:
        match verb:
            case "up":
                lab.up()
                settings = lab.var / "callbridge.toml"
                settings.write_text(lab.settings(sinks=[("sqlite", lab.var / "callbridge.db")]))
                say(f"Settings for callbridge: {settings}")
            case "down":
                lab.down()
            case "status":
                up = lab.booted()
                print("up" if up else "down")
                return 0 if up else 1
            case "logs":
                os.execvp("tail", ["tail", "-n", "50", "-F", str(lab.log)])
    except LabError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
