"""The Debian package, as an operator meets it: installed into a clean Debian 12 under systemd, and there started,
reloaded, killed, upgraded and purged. The PBX is `callbridge simulate`.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.cli import app
from bridge.web.reading import NICE
from tests.helpers.ports import free_port
from tests.helpers.servers import until
from tests.packaging.machine import CONFIG, SOON, Machine, run, status

HERE = Path(__file__).parents[2]
PORT = free_port()
PAGES = free_port()
STATE = "/var/lib/callbridge"
SINKS = f"""
[web]
port = {PAGES}
[[sink]]
type = "sqlite"
path = "{STATE}/callbridge.db"
[[sink]]
type = "jsonl"
path = "{STATE}/calls.jsonl"
"""

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(run(HERE / "packaging" / "deb.sh", tmp_path_factory.mktemp("deb")).split()[-1])


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    run(HERE / "docker" / "apt.sh", "debootstrap", "fakeroot", "systemd-container")
    root = tmp_path_factory.mktemp("machine") / "debian"
    with_systemd = "--include=systemd-sysv,dbus,adduser,python3,logrotate"
    run("debootstrap", "--variant=minbase", with_systemd, "bookworm", root)
    machine = Machine(root)
    try:
        yield machine
    finally:
        machine.off()
        shutil.rmtree(root)


@contextmanager
def calls(rate: int, seconds: int) -> Iterator[Callable[[], dict[str, Any]]]:
    """The PBX; and what it announces, once it is followed, that the records must come to."""
    words = f"simulate --port {PORT} --rate {rate} --seconds {seconds} --talk 1".split()
    process = subprocess.Popen([HERE / ".venv/bin/callbridge", *words], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout
        yield lambda: json.loads(said.readline())
    finally:
        process.terminate()
        process.wait()


def install(machine: Machine, package: Path) -> str:
    shutil.copy(package, machine.root / "srv" / package.name)
    return machine.typed(f"dpkg -i /srv/{package.name}")


@pytest.fixture(scope="module")
def installed(machine: Machine, package: Path) -> tuple[Machine, str]:
    """The machine with the package and its settings, and what installing it said."""
    said = install(machine, package)
    machine.typed(f"callbridge simulate --port {PORT} --settings {CONFIG}")
    with (machine.root / CONFIG[1:]).open("a") as settings:
        settings.write(SINKS)
    machine.typed(f"chgrp callbridge {CONFIG}")
    machine.typed(f"chmod 640 {CONFIG}")
    return machine, said


@pytest.fixture
def debian(installed: tuple[Machine, str]) -> Machine:
    return installed[0]


def test_installing_it_says_what_to_type_then(installed: tuple[Machine, str]) -> None:
    debian, said = installed
    assert f"callbridge check --config {CONFIG}" in said
    told = said[said.index("callbridge init") :].replace("\\\n", "").splitlines()[0]
    app.parse_args(shlex.split(told)[1:], print_error=False, exit_on_error=False)
    assert (debian.root / "usr/share/doc/callbridge/asterisk/manager-callbridge.conf").exists()
    assert f'path = "{STATE}/callbridge.db"' in (debian.root / "etc/callbridge/callbridge.example.toml").read_text()
    assert debian.typed(f"stat -c '%U %a' {STATE}").split() == ["callbridge", "700"]


def test_systemd_finds_nothing_wrong_in_the_units(debian: Machine) -> None:
    units = "callbridge.service callbridge-reports.service callbridge-reports.timer"
    done = debian.tried("systemd-analyze", "verify", *(f"/lib/systemd/system/{unit}" for unit in units.split()))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_starts_it_and_every_call_is_recorded_with_its_tags(debian: Machine) -> None:
    with calls(5, 5) as announcement:
        debian.typed("systemctl enable --now callbridge")
        assert (debian.shown("ActiveState"), debian.shown("Type")) == ("active", "notify")
        announced = announcement()
        until(lambda: len(debian.records()) >= announced["records"], "not every record", SOON)
    kept = debian.records()
    assert len(kept) == announced["records"]
    assert Counter(tag for record in kept for tag in record["tags"]) == announced["tags"]
    assert debian.typed(f"stat -c %U {STATE}/callbridge.db") == "callbridge\n"


def test_it_has_no_right_but_to_its_own_folder(debian: Machine) -> None:
    process = debian.process()
    words = status(process)
    assert (words["CapEff"], words["NoNewPrivs"]) == (["0000000000000000"], ["1"])
    user, group = (debian.typed(f"id -{which} callbridge").strip() for which in "ug")
    there = f"nsenter -t {process} -m --root setpriv --reuid {user} --regid {group} --clear-groups".split()
    run(*there, "touch", f"{STATE}/x")
    for place in ("/", "/etc/callbridge", "/opt/callbridge", "/var/lib"):
        tried = subprocess.run([*there, "touch", f"{place}/x"], capture_output=True, check=False)
        assert tried.returncode != 0, place


def test_lists_are_read_by_a_process_of_its_own_that_gives_way_and_goes_with_the_service(debian: Machine) -> None:
    token = debian.typed(f"callbridge token add me --role administrator --config {CONFIG}").split()[-1]
    with httpx.Client(base_url=f"http://127.0.0.1:{PAGES}", headers={"Authorization": f"Bearer {token}"}) as asking:
        listed = asking.get("/v1/records", timeout=SOON).json()["records"]
        for address in ("/v1/reports/agents", "/reports/agents", "/reports/agents/export?format=xlsx"):
            assert asking.get(address, timeout=SOON).status_code == 200, address
    assert {record["record_id"] for record in listed} == {record["record_id"] for record in debian.records()}
    service = debian.process()
    (reading,) = Path(f"/proc/{service}/task/{service}/children").read_text().split()
    rights = ("Uid", "Gid", "CapEff", "NoNewPrivs", "Seccomp", "Seccomp_filters")
    of_service, of_reading = status(service), status(int(reading))
    assert [of_reading[right] for right in rights] == [of_service[right] for right in rights]
    its_own = os.getpriority(os.PRIO_PROCESS, service)
    assert os.getpriority(os.PRIO_PROCESS, int(reading)) == min(19, its_own + NICE)
    debian.typed("systemctl stop callbridge")
    assert not Path(f"/proc/{reading}").exists()
    debian.typed("systemctl start callbridge")


def test_settings_are_read_again_and_wrong_ones_are_refused_with_the_place(debian: Machine) -> None:
    process = debian.shown("MainPID")
    debian.typed("systemctl reload callbridge")
    settings = debian.root / CONFIG[1:]
    right = settings.read_text()
    settings.write_text(right.replace("supervisors", "supervisor"))
    assert debian.tried("systemctl", "reload", "callbridge").returncode != 0
    assert 'supervisor: unknown key; did you mean "supervisors"?' in debian.typed("systemctl status callbridge")
    settings.write_text(right)
    assert (debian.shown("ActiveState"), debian.shown("MainPID")) == ("active", process)


def test_a_service_that_is_killed_or_stuck_is_started_again(debian: Machine) -> None:
    more = debian.root / "run/systemd/system/callbridge.service.d"
    more.mkdir(parents=True)
    (more / "sooner.conf").write_text("[Service]\nWatchdogSec=10\n")
    debian.typed("systemctl daemon-reload")
    debian.typed("systemctl restart callbridge")
    for how, result in ((signal.SIGKILL, "code=killed, status=9/KILL"), (signal.SIGSTOP, "Watchdog timeout")):
        times = int(debian.shown("NRestarts"))
        os.kill(debian.process(), how)
        until(lambda times=times: int(debian.shown("NRestarts")) > times, f"{how.name}: not started again", SOON)
        until(lambda: debian.shown("ActiveState") == "active", f"{how.name}: not ready again", SOON)
        assert result in debian.typed("journalctl --unit callbridge")
    known = len(debian.records())
    with calls(1, 3600):
        until(lambda: len(debian.records()) > known, "no record after it", SOON)
    shutil.rmtree(more)
    debian.typed("systemctl daemon-reload")


def test_figures_are_written_as_files_at_night(debian: Machine) -> None:
    debian.typed("systemctl enable --now callbridge-reports.timer")
    assert "callbridge-reports.service" in debian.typed("systemctl list-timers")
    debian.typed("systemctl start callbridge-reports")
    written = debian.typed(f"ls {STATE}/reports").split()
    assert {name.partition("-")[0] for name in written} == {"agents", "calls", "dn", "queues"}


def test_json_lines_are_rotated_and_go_on_in_a_new_file(debian: Machine) -> None:
    lines = debian.root / STATE[1:] / "calls.jsonl"
    debian.typed("logrotate --force /etc/logrotate.d/callbridge")
    assert lines.with_suffix(".jsonl.1.gz").exists()
    with calls(1, 3600):
        until(lambda: lines.exists() and lines.read_text(), "no line after it", SOON)


def test_an_upgrade_keeps_settings_and_records_and_starts_the_new_one(
    debian: Machine, package: Path, tmp_path: Path
) -> None:
    kept, process = debian.records(), debian.shown("MainPID")
    run("dpkg-deb", "-R", package, tmp_path / "unpacked")
    control = tmp_path / "unpacked" / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("Version: ", "Version: 9999+"))
    run("fakeroot", "dpkg-deb", "--build", tmp_path / "unpacked", tmp_path / "newer.deb")
    install(debian, tmp_path / "newer.deb")
    assert debian.shown("MainPID") != process
    assert debian.shown("ActiveState") == "active"
    there = debian.records()
    assert all(record in there for record in kept)


def test_nothing_is_left_of_what_is_purged(debian: Machine) -> None:
    debian.typed("dpkg --purge callbridge")
    assert debian.typed("systemctl list-units --all --no-legend callbridge*") == ""
    places = (
        "etc/callbridge",
        "var/lib/callbridge",
        "var/lib/private/callbridge",
        "opt/callbridge",
        "usr/bin/callbridge",
    )
    assert [place for place in places if os.path.lexists(debian.root / place)] == []
    assert "callbridge" not in (debian.root / "etc/passwd").read_text()
