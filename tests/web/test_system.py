"""The page System says to whoever runs the contact centre what is wrong with the settings."""

from pathlib import Path

from bridge.live.doubts import Doubt
from tests.web.served import asked


class Calls:
    """A PBX whose trunk counts as an agent."""

    open_calls = 0
    doubts = (Doubt("trunk_as_phone", "PJSIP/carrier", {"device": "PJSIP/carrier", "role": "agent", "numbers": "5"}),)


async def test_what_the_calls_show_to_be_wrong_in_the_settings_is_shown_in_both_languages(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        site.desk.seen.calls = {"pbx1": Calls()}
        header = site.header("supervisor")
        english = (await client.get("/system?lang=en", headers=header)).text
        chinese = (await client.get("/system?lang=zh-TW", headers=header)).text
    assert "pbx1: PJSIP/carrier counts as agent, yet calls of 5 different numbers came in by it" in english
    assert "pbx1: PJSIP/carrier 視為專員，但有 5 個不同號碼的來電由它進來" in chinese


async def test_doubts_about_the_settings_are_shown_neither_on_a_wall_nor_with_right_settings(tmp_path: Path) -> None:
    async with asked(tmp_path) as (site, client):
        right = (await client.get("/system", headers=site.header("supervisor"))).text
        site.desk.seen.calls = {"pbx1": Calls()}
        viewer = (await client.get("/system", headers=site.header("viewer"))).text
    assert 'id="doubts"' not in right + viewer
