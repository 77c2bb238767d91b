"""The compose file, as its README tells an operator to use it, from a copy of the repository to the first record."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.docs.pages import shell_lines
from tests.live.lab import ROOT, run
from tests.live.phones import Phone
from tests.packaging.copied import copied

pytestmark = pytest.mark.full

PAGE = "docker/compose/README.md"
CONFIG = "/etc/callbridge/callbridge.toml"


def compose_command() -> list[str]:
    """The engine's own plugin, or Debian's program."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    run(ROOT / "docker" / "apt.sh", "docker-compose")
    return ["docker-compose"]


def base_image(folder: Path) -> str:
    """debian:forky, which trusts whom pip trusts here."""
    run(ROOT / "docker" / "image.sh")
    trusted = os.environ.get("PIP_CERT")
    if trusted is None:
        return "debian:forky"
    shutil.copy(trusted, folder / "site.crt")
    (folder / "Dockerfile").write_text(
        "FROM debian:forky\nCOPY site.crt /usr/local/share/site.crt\nENV PIP_CERT=/usr/local/share/site.crt\n"
    )
    return run("docker", "build", "-q", "-t", "callbridge-base", folder).strip() and "callbridge-base"


Type = Callable[[str], str]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Type]:
    """Types a line in a terminal that stands in a fresh copy's docker/compose; gives what it prints."""
    run(ROOT / "docker" / "engine.sh", "up")
    folder = copied(tmp_path_factory.mktemp("clone")) / "docker" / "compose"
    base = base_image(tmp_path_factory.mktemp("base"))
    compose = " ".join(compose_command())

    def typed(line: str) -> str:
        line = line.replace("docker compose exec", "docker compose exec -T").replace("docker compose", compose)
        said = subprocess.run(
            ["sh", "-c", line],
            cwd=folder,
            env=os.environ | {"BASE": base},
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, f"{line}: {said.stdout[-4000:]}{said.stderr[-4000:]}"
        return said.stdout

    try:
        yield typed
    finally:
        typed("docker compose down --volumes --timeout 5")


def until(wanted: Callable[[], bool], what: str) -> None:
    patience = time.monotonic() + 120
    while not wanted():
        assert time.monotonic() < patience, what
        time.sleep(0.5)


async def a_call_that_one_agent_declines_and_another_takes(secret: str) -> None:
    names = ("trunk", "1001", "1002")
    customer, first, second = (Phone(n, f"127.0.33.{i}", "127.0.0.1", secret) for i, n in enumerate(names, 1))
    try:
        for phone in (customer, first, second):
            await phone.register()
        call = await customer.call("8000")
        await (await first.rings()).decline(603)
        await (await second.rings()).answer()
        await call.connected()
        await asyncio.sleep(1)
        await call.hangup()
        await call.ended()
    finally:
        for phone in (customer, first, second):
            await phone.stop()


def test_from_a_copy_of_the_repository_to_the_first_tagged_record(typed: Type) -> None:
    into, make_env, *lines, show, token = list(shell_lines(PAGE))[:9]
    assert into == "cd docker/compose"
    typed(make_env)
    for line in lines:
        said = typed(line.replace("--rm init", "--rm init --watch 1"))
        if "init" in line:
            assert "roles: 2 agents, 0 supervisors, 1 trunk, 1 nobody knows (PJSIP/2001)" in said
            assert "sink postgres: ok" in said
    container = typed("docker compose ps -q callbridge").strip()
    until(lambda: '"healthy"' in run("docker", "inspect", "-f", "{{json .State.Health.Status}}", container), "health")

    secrets = dict(line.split("=") for line in typed("cat .env").split())
    asyncio.run(a_call_that_one_agent_declines_and_another_takes(secrets["PHONE_SECRET"]))
    until(lambda: "agent_reject" in typed(show), "no tagged record")
    (record,) = map(json.loads, typed(f"{show} --json").splitlines())
    assert record["tags"] == [
        "incoming_dn_call",
        "reassigned_call",
        "reassign",
        "agent_reject",
        "customer_disconnect",
    ]
    assert (record["dn"], record["complete"]) == ("8000", True)

    with psycopg.connect("host=127.0.0.1 dbname=calls user=callbridge", password=secrets["DB_PASSWORD"]) as db:
        stored = "SELECT tags FROM callbridge.records"
        until(lambda: db.execute(stored).fetchall() == [(record["tags"],)], "not in PostgreSQL")

    assert "administrator" in token
    assert typed(token)


def test_the_service_is_nobody_with_power_and_writes_only_its_volume(typed: Type) -> None:
    container = typed("docker compose ps -q callbridge").strip()
    users = run("docker", "top", container, "-eo", "pid,uid,args").splitlines()[1:]
    assert users
    assert {line.split()[1] for line in users} == {"990"}
    assert run("docker", "diff", container) == ""
    (told,) = json.loads(run("docker", "inspect", container))
    assert told["HostConfig"]["ReadonlyRootfs"]
    assert {mount["Destination"] for mount in told["Mounts"] if mount["RW"]} == {"/var/lib/callbridge"}
    status = Path("/proc", run("docker", "inspect", "-f", "{{.State.Pid}}", container).strip(), "status").read_text()
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    for place in ("/", "/tmp", "/etc/callbridge", "/opt/callbridge"):
        tried = ["docker", "exec", container, "touch", f"{place}/x"]
        assert subprocess.run(tried, capture_output=True, check=False).returncode != 0, place


def test_a_restart_keeps_what_is_on_record(typed: Type) -> None:
    show = f"docker compose exec callbridge callbridge records --json --config {CONFIG}"
    before = typed(show)
    typed("docker compose restart callbridge")
    assert before
    assert typed(show) == before
