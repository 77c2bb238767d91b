"""The Debian package, as an operator meets it: installed into a clean Debian 12, run, upgraded, purged.

No systemd runs in that Debian: the service is started there by the unit's own command line, as the unit's user. The
PBX is `callbridge simulate`.
"""

import json
import os
import shlex
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from bridge.cli import app

HERE = Path(__file__).parents[2]
UNIT = HERE / "config" / "systemd" / "callbridge.service"
PORT = 25138
SINK = """
[[sink]]
type = "sqlite"
path = "/var/lib/callbridge/callbridge.db"
"""

pytestmark = pytest.mark.full


def run(*command: str | Path, **more: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return str(done.stdout)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(run(HERE / "packaging" / "deb.sh", tmp_path_factory.mktemp("deb")).split()[-1])


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Path]:
    """A clean Debian 12."""
    run(HERE / "docker" / "apt.sh", "debootstrap", "fakeroot")
    root = tmp_path / "debian"
    run("debootstrap", "--variant=minbase", "--include=systemd,adduser,python3,dbus", "bookworm", root)
    run("mount", "--bind", "/dev", root / "dev")
    run("mount", "-t", "proc", "proc", root / "proc")
    yield root
    run("umount", root / "dev", root / "proc")
    shutil.rmtree(root)


def inside(root: Path, *command: str) -> str:
    return run("chroot", root, *command, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})


def install(root: Path, package: Path) -> str:
    shutil.copy(package, root / "srv" / package.name)
    return inside(root, "dpkg", "-i", f"/srv/{package.name}")


def start_line() -> str:
    return next(line.partition("=")[2] for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))


def recorded(root: Path) -> list[dict[str, object]]:
    config = "/etc/callbridge/callbridge.toml"
    lines = inside(root, "callbridge", "records", "--json", "--config", config).splitlines()
    return [json.loads(line) for line in lines]


def test_an_operator_installs_the_package_gets_a_record_upgrades_and_purges(debian: Path, package: Path) -> None:
    said = install(debian, package)
    assert "callbridge check --config /etc/callbridge/callbridge.toml" in said
    told = said[said.index("callbridge init") :].replace("\\\n", "").splitlines()[0]
    app.parse_args(shlex.split(told)[1:], print_error=False, exit_on_error=False)
    assert (debian / "usr/share/doc/callbridge/asterisk/manager-callbridge.conf").exists()
    assert (debian / "etc/callbridge/callbridge.example.toml").exists()
    inside(debian, "systemd-analyze", "verify", "/lib/systemd/system/callbridge-reports.timer")
    assert inside(debian, "stat", "-c", "%U %a", "/var/lib/callbridge").split() == ["callbridge", "700"]

    settings = debian / "etc/callbridge/callbridge.toml"
    inside(debian, "callbridge", "simulate", "--port", str(PORT), "--settings", "/etc/callbridge/callbridge.toml")
    settings.write_text(settings.read_text() + SINK)
    shutil.chown(settings, group=int(inside(debian, "id", "-g", "callbridge")))
    settings.chmod(0o640)

    store = debian / "var/lib/callbridge/callbridge.db"
    pbx = subprocess.Popen(
        [HERE / ".venv/bin/callbridge", *f"simulate --port {PORT} --rate 5 --seconds 5 --talk 1".split()],
        stdout=subprocess.PIPE,
        text=True,
    )
    service = subprocess.Popen(
        ["chroot", "--userspec", "callbridge:callbridge", debian, *start_line().split()],
        cwd=debian, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/var/lib/callbridge", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    try:
        assert pbx.stdout is not None
        announced = json.loads(pbx.stdout.readline())
        until = time.monotonic() + 120
        while not (store.exists() and len(recorded(debian)) >= announced["records"]):
            assert time.monotonic() < until, "not every record within two minutes"
            assert service.poll() is None
            time.sleep(0.5)
    finally:
        pbx.terminate()
        pbx.wait()
        service.terminate()
        assert service.wait(30) == 0
    kept = recorded(debian)
    assert len(kept) == announced["records"]
    assert Counter(tag for record in kept for tag in cast(list[str], record["tags"])) == announced["tags"]
    assert os.stat(store).st_uid == int(inside(debian, "id", "-u", "callbridge"))

    newer = debian.parent / "newer.deb"
    unpacked = debian.parent / "unpacked"
    run("dpkg-deb", "-R", package, unpacked)
    control = unpacked / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("Version: ", "Version: 9999+"))
    run("fakeroot", "dpkg-deb", "--build", unpacked, newer)
    install(debian, newer)
    assert recorded(debian) == kept, "an upgrade keeps settings and records"

    inside(debian, "dpkg", "--purge", "callbridge")
    places = ("etc/callbridge", "var/lib/callbridge", "opt/callbridge", "usr/bin/callbridge")
    assert [place for place in places if (debian / place).exists()] == []
    assert "callbridge" not in (debian / "etc/passwd").read_text()
