"""A plan lived by phones."""

import asyncio
import time

from tests.live.chance import dialplan
from tests.live.chance.desk import Desk, PickedUp, over
from tests.live.chance.plan import Plan
from tests.live.chance.seen import Conversation, Log
from tests.live.chance.talking import Talking, joined
from tests.live.phones import Call, Phone
from tests.live.stage import Cell

MARK = f"CALLERID(name)={dialplan.mark('')}"


async def play(cell: Cell, customer: Phone, plan: Plan) -> Log:
    log, picked_up = Log(), PickedUp()
    phones = {who: customer if who == "customer" else cell.phone(who) for who in plan.manners}
    desks = [Desk(who, phones[who], plan, log, picked_up) for who in plan.manners]
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
            if desk.manner.by_itself == "gone":
                await desk.phone.register()
    return log


async def _live(cell: Cell, customer: Phone, plan: Plan, log: Log, picked_up: PickedUp) -> None:
    call = await _comes_in(cell, customer, plan, log)
    talks = iter(plan.talks)
    end = asyncio.create_task(over(call))
    try:
        while not call.over:
            answer = asyncio.create_task(picked_up.get())
            left = None
            if plan.patience is not None and not log.conversations:
                left = log.called_at + plan.patience - time.time()
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
                break
            log.conversations.append(Conversation(who, rang.step, time.time()))
            await Talking(cell, plan, log, picked_up, *sides).goes_on(next(talks))
        await end
    finally:
        end.cancel()
    log.over_at = time.time()
    await cell.gone(plan.caller)
    for told in cell.pbx.events[cell.began :]:
        data = told.get("AppData", "")
        if told["Event"] == "Newexten" and told["Context"] == f"path-{cell.nn}" and data.startswith(MARK):
            log.reached[int(data.removeprefix(MARK))] = float(told["Timestamp"])


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
