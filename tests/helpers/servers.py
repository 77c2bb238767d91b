"""Real servers for the tests, each on a loopback address of its own and gone with the test run."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.helpers.ports import free_ports

ADDRESS = "127.0.44.1"
POSTGRES = "/usr/lib/postgresql/15/bin"
MARIADB = "/usr/sbin/mariadbd"
NATS = "/usr/sbin/nats-server"


def until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:g} s for {what}"
        time.sleep(0.01)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((ADDRESS, port), 1):
        return True
    return False


def answers_sql(port: int) -> bool:
    return subprocess.call([f"{POSTGRES}/pg_isready", "-q", "-h", ADDRESS, "-p", str(port)]) == 0


def make_certificate(folder: Path, name: str) -> None:
    """NAME.pem and NAME-key.pem: one for our address, signed by itself."""
    options = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -addext subjectAltName=IP:{ADDRESS}"
    files = ["-out", f"{name}.pem", "-keyout", f"{name}-key.pem"]
    subprocess.run(["openssl", *options.split(), *files], cwd=folder, check=True, capture_output=True)


class Server:
    """A process that ends with the one that started it."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        log: Path,
        user: str | None = None,
        ready: Callable[[int], bool] = listens,
    ) -> None:
        self.port = port
        self._ready = ready
        self._log = log
        as_user = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
        self._command = ["setpriv", *as_user, "--pdeathsig", "KILL", *command]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            process = self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd="/")
        until(lambda: self._ready(self.port) or process.poll() is not None, f"{self._command}: {self._log}")
        assert process.poll() is None, self._log.read_text()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is for both servers a prompt, clean end."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """PostgreSQL with an empty database ``calls`` and a role ``callbridge`` that may create in it."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="callbridge-postgres-"))
    (port,) = free_ports(address=ADDRESS)
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = folder / "data"
    options = f"-c listen_addresses={ADDRESS} -c port={port} -c unix_socket_directories= -c fsync=off"
    command = [f"{POSTGRES}/postgres", "-D", str(data), *options.split()]
    server = Server(command, port, folder.with_suffix(".log"), user, answers_sql)
    as_user = ["setpriv", "--reuid", user, "--regid", user, "--init-groups"] if user else []
    try:
        subprocess.run(
            [*as_user, f"{POSTGRES}/initdb", "-D", data, "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        # The admin of the tests is trusted, callbridge has to give its password.
        (data / "pg_hba.conf").write_text(
            f"host all admin {ADDRESS}/8 trust\nhost all callbridge {ADDRESS}/8 scram-sha-256\n"
        )
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """MariaDB, to which ``root`` needs no password."""
    user = "mysql" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="callbridge-mariadb-"))
    (port,) = free_ports(address=ADDRESS)
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    where = [f"--datadir={folder}", *([f"--user={user}"] if user else [])]
    options = f"--bind-address={ADDRESS} --port={port} --socket={folder}/socket --pid-file={folder}/pid"
    server = Server([MARIADB, "--no-defaults", *where, *options.split()], port, folder.with_suffix(".log"))
    try:
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", *where, "--auth-root-authentication-method=normal"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        server.start()
        yield server
    finally:
        server.stop(signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)


@contextlib.contextmanager
def nats_cluster(folder: Path, size: int = 3, certificate: str = "") -> Iterator[list[Server]]:
    """JetStream servers that know the user ``bridge`` with the password ``s3cret``.

    ``certificate`` and its key, ``.pem`` and ``-key.pem`` in the folder, for TLS.
    """
    tls = f'tls {{ cert_file: "{folder}/{certificate}.pem", key_file: "{folder}/{certificate}-key.pem" }}'
    ports = free_ports(2 * size, ADDRESS)
    routes = ", ".join(f'"nats://{ADDRESS}:{port}"' for port in ports[size:])
    servers = []
    for number in range(size):
        cluster = f'cluster {{ name: test, listen: "{ADDRESS}:{ports[size + number]}", routes: [{routes}] }}'
        config = folder / f"n{number}.conf"
        config.write_text(
            f'server_name: n{number}\nlisten: "{ADDRESS}:{ports[number]}"\nmax_payload: 64KB\n'
            f'jetstream {{ store_dir: "{folder}/n{number}", max_mem: 64MB, max_file: 256MB }}\n'
            f"authorization {{ user: bridge, password: s3cret }}\n{cluster if size > 1 else ''}\n"
            f"{tls if certificate else ''}\n"
        )
        servers.append(Server([NATS, "-c", str(config)], ports[number], folder / f"n{number}.log"))
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.stop()
