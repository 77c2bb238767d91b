"""Wrong roles raise no error, so the running service says what the calls show."""

from pathlib import Path

from structlog.testing import capture_logs

from bridge.config import Dn, Roles, Settings
from bridge.live.doubts import ENOUGH, WHY, Doubt
from bridge.pipeline.pipeline import Pipeline
from bridge.service.doubting import Doubting
from tests.helpers.manager import manager
from tests.helpers.service import abandoned_call, followed, pbx_table, running, stop
from tests.helpers.story import Story

RIGHT = Settings(roles=Roles(agents=["PJSIP/1*"], trunks=["PJSIP/trunk"]), dn=[Dn(number="8000")])


def a_day(given: Settings, calls: int = ENOUGH, dialled: str = "8000") -> Pipeline:
    """Customers with numbers of their own call in by the trunk, and an agent's phone takes each call."""
    story = Story(given)
    for number in range(calls):
        customer = story.channel("PJSIP/trunk", "Ring", CallerIDNum=f"09120000{number}", Exten=dialled)
        agent = story.after(1).channel("PJSIP/1001", "Down", customer["Linkedid"])
        story.dial(customer, agent)
        story.state(agent, "Up")
        story.state(customer, "Up")
        story.talk(f"b{number}", customer, agent)
        story.after(9).hang_up(customer)
        story.gone(customer, agent)
        story.after(60)
    pipeline = Pipeline(given, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    while (deadline := pipeline.next_deadline()) is not None:
        pipeline.advance(deadline)
    return pipeline


def kinds(pipeline: Pipeline) -> list[tuple[str, str]]:
    return [(doubt.kind, doubt.about) for doubt in pipeline.doubts]


def test_right_settings_raise_no_doubt() -> None:
    assert kinds(a_day(RIGHT, 3 * ENOUGH)) == []


def test_calls_without_any_customer_are_told_once() -> None:
    given = Settings(roles=Roles(agents=["PJSIP/1*"], trunks=["PJSIP/carrier"]), dn=RIGHT.dn)
    found = a_day(given, 3 * ENOUGH).doubts
    assert [doubt.kind for doubt in found] == ["no_customers", "trunk_as_phone"]
    assert any("name yours in [roles] trunks" in doubt.why for doubt in found)


def test_a_trunk_that_counts_as_an_agent_is_told() -> None:
    given = Settings(roles=Roles(agents=["PJSIP/*"], trunks=["PJSIP/other"]), dn=RIGHT.dn)
    assert ("trunk_as_phone", "PJSIP/trunk") in kinds(a_day(given))


def test_a_few_calls_raise_no_doubt() -> None:
    assert kinds(a_day(Settings(), ENOUGH - 1)) == []


def test_numbers_that_are_no_dn_are_told_with_the_numbers_dialled() -> None:
    found = a_day(RIGHT, dialled="0800123").doubts
    assert [(doubt.kind, "they dialled 0800123;" in doubt.why) for doubt in found] == [("no_dn", True)]


def test_a_dn_written_with_its_country_is_told_at_its_first_call() -> None:
    given = Settings(roles=RIGHT.roles, dn=[Dn(number="+886221234567")])
    (doubt,) = a_day(given, 1, dialled="0221234567").doubts
    assert doubt.why == 'calls come in for 0221234567, and [[dn]] says "+886221234567"; write number = "0221234567"'


def test_the_log_tells_each_doubt_once() -> None:
    class One:
        doubts = (Doubt("no_customers", "", {"calls": "5"}),)

    doubting = Doubting({"pbx1": One()})
    with capture_logs() as logs:
        doubting.tell("pbx1")
        doubting.tell("pbx1")
    assert [(line["event"], line["pbx"], line["doubt"], line["why"]) for line in logs] == [
        ("settings_doubtful", "pbx1", "no_customers", WHY["no_customers"].format(calls=5))
    ]


async def test_the_service_warns_when_no_call_has_a_customer(tmp_path: Path) -> None:
    roles = '[roles]\nagents = ["PJSIP/*"]\ntrunks = ["PJSIP/carrier"]\n'
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port), roles=roles) as process:
        await followed(pbx)
        for number in range(ENOUGH):
            abandoned_call(pbx, f"1.{number}")
        assert process.stdout is not None
        for _ in range(ENOUGH):
            await process.stdout.readline()
        _, errors = await stop(process)
    assert errors.count("settings_doubtful") == 1
    assert "none has a customer" in errors
