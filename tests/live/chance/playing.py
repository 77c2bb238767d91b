"""A plan lived by phones."""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import suppress
from typing import Any

from tests.live.chance import dialplan
from tests.live.chance.conversation import Talking, joined
from tests.live.chance.desk import Desk, PickedUp, over
from tests.live.chance.grammar import STAFF
from tests.live.chance.plan import Dial, Plan, Queue, Strike
from tests.live.chance.second import is_served
from tests.live.chance.seen import Conversation, Log, Rang
from tests.live.chance.talking import goes_on
from tests.live.manager import PbxError
from tests.live.phones import Call, Phone, PhoneError
from tests.live.stage import Cell

LONGEST = 100.0
"""Seconds that what happens beside a call may be waited for: as long as a call may take."""
MARK = f"CALLERID(name)={dialplan.mark('')}"


async def play(cell: Cell, customer: Phone, plan: Plan) -> Log:
    log, picked_up = Log(), PickedUp()
    desks = [Desk(who, cell, plan, log, picked_up) for who in plan.manners]
    await dialplan.write(cell, plan)
    await dialplan.staff_queues(cell, plan)
    try:
        for desk in desks:
            await desk.prepare()
        sitting = [asyncio.create_task(desk.sit()) for desk in desks]
        try:
            await _live(cell, customer, plan, log, picked_up)
        finally:
            for each in sitting:
                each.cancel()
            await asyncio.gather(*sitting, return_exceptions=True)
    finally:
        await dialplan.empty_queues(cell, plan)
        await dialplan.remove(cell)
        for desk in desks:
            await desk.leave()
    return log


async def _live(cell: Cell, customer: Phone, plan: Plan, log: Log, picked_up: PickedUp) -> None:
    if plan.way_in == "click":
        begun = await _clicks(cell, plan, log, picked_up)
        if begun is None:
            log.over_at = time.time()
            return
        call = begun
    else:
        call = await _comes_in(cell, customer, plan, log)
    talks = iter(plan.talks)
    end = asyncio.create_task(over(call))
    beside = [asyncio.create_task(each) for each in _beside(cell, plan, log, picked_up, call)]
    try:
        while not call.over:
            answer = asyncio.create_task(picked_up.get())
            left = None
            if plan.patience is not None and not log.conversations:
                left = log.called_at + plan.patience - time.time()
            elif plan.patience_again is not None and log.conversations:
                left = log.conversations[-1].ended + plan.patience_again - time.time()
            await asyncio.wait([answer, end], timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                answer.cancel()
                if not call.over:
                    log.gave_up_at = time.time()
                    await call.hangup()
                break
            rang, talk = answer.result()
            # Who calls out talks with the customer whom the PBX calls.
            who, sides = (plan.caller, (talk, call)) if rang.who == "customer" else (rang.who, (call, talk))
            await joined(cell, who, plan.outer)
            if talk.over or call.over:
                log.crossed = True
                await call.hangup()
                break
            log.conversations.append(Conversation(who, rang.step, time.time()))
            talking = Talking(cell, plan, log, picked_up, *sides)
            await goes_on(talking, next(talks))
            if talking.waiting is not None:
                await is_served(talking, *talking.waiting)
        await end
    finally:
        for each in (end, *beside):
            each.cancel()
    log.over_at = time.time()
    await cell.gone(plan.caller)
    for told in cell.pbx.events[cell.began :]:
        data = told.get("AppData", "")
        if told["Event"] == "Newexten" and told["Context"] == f"path-{cell.nn}" and data.startswith(MARK):
            log.reached[int(data.removeprefix(MARK))] = float(told["Timestamp"])
        if told["Event"] == "QueueMemberPause" and cell.told(told):
            who = next(who for who in STAFF if cell.device(who) == told["StateInterface"])
            log.pauses.append((told["Queue"], who, told["Paused"] == "1", float(told["Timestamp"])))
    _calls_to_the_dead(cell, plan, log)


async def _clicks(cell: Cell, plan: Plan, log: Log, picked_up: PickedUp) -> Call | None:
    """The PBX calls the agent for a customer's number: the agent's call, if it is answered."""
    log.called_at = time.time()
    await cell.pbx.action(
        "Originate", Channel=cell.device(plan.caller), Context=f"from-internal-{cell.nn}", Exten=f"90{cell.caller()}",
        Priority=1, Timeout=5000, Async="true",
    )  # fmt: skip
    answer = asyncio.create_task(picked_up.get())
    await cell.pbx.until(lambda: bool(log.rang), f"{plan.caller} to be called")
    while not answer.done() and not log.rang[0].over_at:
        await asyncio.wait([answer], timeout=0.2)
    if answer.done():
        log.called_at = time.time()
        return answer.result()[1]
    answer.cancel()
    return None


def _beside(cell: Cell, plan: Plan, log: Log, picked_up: PickedUp, call: Call) -> Iterator[Coroutine[Any, Any, None]]:
    """What others do meanwhile."""
    if plan.pickup is not None:
        yield _picks_up(cell, plan, log, picked_up)
    if plan.strike is not None:
        yield _strikes(cell, plan, plan.strike, log, call)
    scripts = [step for step in plan.steps if isinstance(step, Dial) and step.wrapped == "AGI"]
    if scripts:
        yield _scripts(cell, plan, scripts)
    for number, step in enumerate(plan.steps):
        if isinstance(step, Queue) and step.key_after is not None:
            yield _presses(cell, step, number, log, call)
        if isinstance(step, Queue) and step.ready_after is not None:
            yield _pause(cell, step, step.ready_after, step.paused, "false")
        if isinstance(step, Queue) and step.pauses_after is not None:
            yield _pause(cell, step, step.pauses_after, [who for who, _ in step.members], "true")
        if isinstance(step, Queue) and step.reloads_after is not None:
            yield _reload(cell, step)


async def _picks_up(cell: Cell, plan: Plan, log: Log, picked_up: PickedUp) -> None:
    assert plan.pickup is not None
    who, after = plan.pickup

    def ringing() -> list[Rang]:
        rings = [rang for rang in log.rang if plan.manners[rang.who].rings and rang.who in STAFF]
        return [rang for rang in rings if not rang.over_at and rang.acted is None]

    pbx = cell.pbx
    await pbx.until(lambda: bool(ringing()), "a phone to ring", LONGEST)
    await asyncio.sleep(after)
    rings = ringing()
    if not rings or who in (plan.caller, *(rang.who for rang in rings)) or log.talking:
        return
    taking = await cell.phone(who).call("*8")
    log.picked_up_in_vain = 1
    with suppress(PhoneError):
        await taking.connected()
        log.picked_up_in_vain = 0
        log.picked_up_at = time.time()
        picked_up.put_nowait((Rang(who, None, log.picked_up_at), taking))


async def _strikes(cell: Cell, plan: Plan, strike: Strike, log: Log, call: Call) -> None:
    """An administrator, some time after the caller has called or a phone has begun to ring."""
    if strike.what == "phone":

        def rings() -> list[Rang]:
            over = [rang for rang in log.rang if not rang.over_at and rang.acted is None]
            return [rang for rang in over if plan.manners[rang.who].rings and rang.who != "customer"]

        await cell.pbx.until(lambda: bool(rings()), "a phone to ring", LONGEST)
        await asyncio.sleep(strike.after)
        if rings() and not log.talking:
            rang = rings()[0]
            channel = cell.pbx.newest[cell.device(rang.who)]
            with suppress(PbxError):  # it may be over
                await cell.pbx.action("Hangup", Channel=channel)
                rang.acted, rang.acted_at = "struck", time.time()
        return
    await asyncio.sleep(log.called_at + strike.after - time.time())
    if call.over or log.talking or log.gave_up_at is not None or any(rang.acted == "answered" for rang in log.rang):
        return
    if strike.what == "caller":
        log.struck_at = time.time()
        await cell.hang_up(plan.caller)
    elif strike.who not in log.lost:
        log.moved = time.time(), strike.who
        await cell.redirect(plan.caller, cell.extension(strike.who))


def _calls_to_the_dead(cell: Cell, plan: Plan, log: Log) -> None:
    """A phone that died cannot tell that it was called again; the PBX does."""
    for told in cell.pbx.events[cell.began :]:
        for who in log.lost:
            if not told.get("Channel", "").startswith(f"{cell.device(who)}-"):
                continue
            died = max((rang.acted_at for rang in log.rang if rang.who == who and rang.acted == "died"), default=None)
            at = float(told["Timestamp"])
            if told["Event"] == "Newchannel" and died is not None and at > died:
                step = max((number for number, came in log.reached.items() if came <= at), default=None)
                log.rang.append(Rang(who, step, at))
                log.called_dead[told["Channel"]] = log.rang[-1]
            if told["Event"] == "Hangup" and told["Channel"] in log.called_dead:
                log.called_dead[told["Channel"]].over_at = at


async def _scripts(cell: Cell, plan: Plan, steps: list[Dial]) -> None:
    """What a script dials for the caller, each time that the dialplan asks it."""
    for number, step in enumerate(steps):
        start = await cell.event("AsyncAGIStart", number)
        what = f'EXEC Dial "{dialplan.targets_of(cell, step)},{step.seconds},{step.options.replace("@NN@", cell.nn)}"'
        await cell.pbx.action("AGI", Channel=start["Channel"], Command=what)
        await cell.event("AGIExecEnd", number)
        with suppress(PbxError):  # it may be over
            await cell.pbx.action("AGI", Channel=start["Channel"], Command="ASYNCAGI BREAK")


async def _presses(cell: Cell, step: Queue, number: int, log: Log, call: Call) -> None:
    assert step.key_after is not None
    await cell.waits_in(step.name)
    await asyncio.sleep(step.key_after)
    if not log.talking and not call.over and not any(r.step == number and r.acted == "answered" for r in log.rang):
        log.keyed[number] = time.time()
        await call.dtmf("0")


async def _pause(cell: Cell, step: Queue, after: float, people: Iterable[str], paused: str) -> None:
    """Some members, once a caller has waited a while; paused: ``true``, or ``false`` where they do so no more."""
    await cell.waits_in(step.name)
    await asyncio.sleep(after)
    for interface in [dialplan.interface(cell, who, how) for who, how in step.members if who in people]:
        await cell.pbx.action("QueuePause", Interface=interface, Queue=cell.queue(step.name), Paused=paused)


async def _reload(cell: Cell, step: Queue) -> None:
    assert step.reloads_after is not None
    await cell.waits_in(step.name)
    await asyncio.sleep(step.reloads_after)
    await cell.pbx.action("QueueReload", Queue=cell.queue(step.name), Members="yes", Parameters="yes", Rules="no")


async def _comes_in(cell: Cell, customer: Phone, plan: Plan, log: Log) -> Call:
    number = {
        "did": cell.dn("21"),
        "account": f"acct{cell.nn}",
        "normalised": f"+886{cell.dn('23')}",
        "pilot": f"pilot{cell.nn}",
        "extension": cell.extension("a3"),
        "inside": cell.to_queue("20"),
        "out": f"90{cell.caller()}",
        "out showing no DN": f"91{cell.caller()}",
    }[plan.way_in]
    if plan.caller == "customer":
        call = await customer.call(number, cell.caller())
    else:
        call = await cell.phone(plan.caller).call(number)
    log.called_at = time.time()
    if plan.way_in == "pilot":
        await call.connected()
        await call.dtmf("2")
    return call
