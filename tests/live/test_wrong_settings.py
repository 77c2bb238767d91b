"""Wrong roles raise no error on any PBX, so `check`, `init` and the running service say what a real one shows."""

import asyncio
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.cli import main
from tests.helpers.heard import until
from tests.helpers.service import callbridge, stop
from tests.live.lab import Lab
from tests.live.phones import Phone

ENOUGH = 5
Said = Callable[..., str]
PORT = 29470


def settings(lab: Lab, roles: str, *tables: str) -> str:
    """Those of the lab with other roles and, of its DNs, the given tables alone."""
    return lab.settings(feeds=("ami",)).split("\n[roles]")[0] + f"\n[roles]\n{roles}\n" + "\n".join(tables)


@pytest.fixture
def said(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """What `check` says of some settings."""

    def said(*given: str) -> str:
        config = tmp_path / "callbridge.toml"
        config.write_text(settings(lab, *given))
        config.chmod(0o600)
        main(["check", "--config", str(config)])
        return capsys.readouterr().out

    return said


def test_right_roles_raise_no_warning(lab: Lab, said: Said) -> None:
    out = said('agents = ["PJSIP/1*", "PJSIP/4*"]\nsupervisors = ["PJSIP/2*"]\ntrunks = ["PJSIP/trunk*"]')
    assert re.search(r"^roles: \d+ agents, 32 supervisors, 16 trunks, 16 nobody knows", out, re.MULTILINE)
    assert "warning" not in out


def test_the_roles_of_the_issue_are_told_each_with_its_pattern(said: Said) -> None:
    out = said('agents = ["21*", "PJSIP/1*"]\nsupervisors = ["PJSIP/10*"]\ntrunks = ["PJSIP/*"]')
    for line in (
        'warning: [roles] agents "21*" matches no device',
        'in trunks by "PJSIP/*" and in supervisors by "PJSIP/10*"; trunks counts',
        "named in [roles] trunks, yet members of a queue; name agents apart from trunks",
        "0 nobody knows",
    ):
        assert line in out


def test_init_finds_trunks_agents_and_the_numbers_behind_the_trunks(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLBRIDGE_AMI_SECRET", lab.bridge_secret)
    monkeypatch.setenv("CALLBRIDGE_ARI_SECRET", lab.bridge_secret)
    feeds = ["--ami", f"{lab.address}:{lab.ami_port}", "--ari", lab.ari_url]
    out = tmp_path / "callbridge.toml"
    assert main(["init", *feeds, "--out", str(out), "--watch", "0", "--yes"]) == 0
    text = out.read_text()
    assert 'trunks = ["PJSIP/trunk*"]' in text
    assert "# PJSIP/1011: member of queue " in text
    assert 'number = "80100"' in text
    assert "nobody knows" in capsys.readouterr().out


async def a_day(lab: Lab) -> None:
    """Customers hear the announcement behind a number, which then hangs up."""
    customer = Phone("0900", f"{lab.customers}.1", lab.address)
    try:
        for number in range(ENOUGH):
            call = await customer.call("80122", f"091200000{number}")
            await call.ended()
    finally:
        await customer.stop()


def metrics() -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics") as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    ("roles", "dn", "doubt", "said"),
    [
        ('trunks = ["PJSIP/carrier"]', "80122", "no_customers", "none has a customer"),
        (
            'agents = ["PJSIP/*"]\ntrunks = ["PJSIP/carrier"]',
            "80122",
            "trunk_as_phone",
            "PJSIP/trunk01 counts as agent",
        ),
        ('trunks = ["PJSIP/trunk*"]', "80199", "no_dn", "they dialled 80122"),
        ('trunks = ["PJSIP/trunk*"]', "+88621280122", "no_dn", "they dialled 80122"),
    ],
)
async def test_the_service_says_what_the_calls_show(
    roles: str, dn: str, doubt: str, said: str, lab: Lab, tmp_path: Path
) -> None:
    dns = f'[[dn]]\nnumber = "{dn}"\n[metrics]\nport = {PORT}\n[[sink]]\ntype = "sqlite"\npath = "calls.db"\n'
    async with callbridge(["run"], tmp_path, settings(lab, roles, dns), asyncio.subprocess.PIPE) as process:
        assert process.stderr is not None
        async for line in process.stderr:
            if b"feed_connected" in line:
                break
        await a_day(lab)
        wanted = f'callbridge_settings_doubtful{{doubt="{doubt}",pbx="{lab.name}"}} 1.0'
        await until(lambda: wanted in metrics())
        _, errors = await stop(process)
    assert errors.count(f"doubt={doubt}") == 1
    assert said in errors
