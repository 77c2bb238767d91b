"""The steps of a plan as lines of a dialplan, written into the running PBX."""

from tests.live.chance.plan import Dial, Filler, How, Plan, Queue, Step
from tests.live.stage import Cell

Line = tuple[str, str]


def mark(number: int | str) -> str:
    """What the phones are shown as the caller's name, by which they know the step."""
    return f"step {number}"


def interface(cell: Cell, who: str, how: How) -> str:
    if not how:
        return cell.device(who)
    context, _, option = how.partition("/")
    return f"Local/{cell.extension(who)}@{context}-{cell.nn}" + f"/{option}" * bool(option)


def targets_of(cell: Cell, step: Dial) -> str:
    return "&".join(interface(cell, who, step.how) for who in step.targets)


def lines(cell: Cell, plan: Plan) -> list[Line]:
    found: list[Line] = []
    for number, step in enumerate(plan.steps):
        found.append(("Set", f"CALLERID(name)={mark(number)}"))
        own = _lines(cell, plan, step)
        if isinstance(step, Queue) and step.key_after is not None:
            # Keys are heard of who is answered only.
            found += [("Answer", ""), ("Set", f"AFTER={len(found) + len(own) + 3}")]
        found += own
    found.append(("Set", f"CALLERID(name)={mark(len(plan.steps))}"))
    return [*found, *_lines(cell, plan, Filler((plan.last,)))]


def _lines(cell: Cell, plan: Plan, step: Step) -> list[Line]:
    match step:
        case Filler(lines=lines):
            return [(application, data.replace("@NN@", cell.nn)) for application, data in lines]
        case Dial():
            targets, options = targets_of(cell, step), step.options.replace("@NN@", cell.nn)
            if step.wrapped == "RetryDial":
                return [("RetryDial", f"silence/1,1,{step.tries},{targets},{step.seconds},{options}")]
            if step.wrapped == "FollowMe":
                return [("FollowMe", f"{'-'.join(map(cell.extension, step.targets))},{options}")]
            return _wrapped(step.wrapped, "Dial", "dials", f"{targets},{step.seconds},{options}")
        case Queue():
            name = cell.queue(step.name)
            if step.wrapped in ("Gosub", "Macro"):
                return _wrapped(step.wrapped, "Queue", "queues", f"{name},{step.seconds},{step.options}")
            # Asterisk 16 has a macro's place before the routine's.
            routine = f",,{',' * (plan.version == '16')}{step.routine}" if step.routine else ""
            return _wrapped(step.wrapped, "Queue", "", f"{name},{step.options},,,{step.seconds}{routine}")


def _wrapped(by: str, application: str, routine: str, data: str) -> list[Line]:
    match by:
        case "AGI":  # what it does is told by ``playing``
            return [("AGI", "agi:async")]
        case "":
            return [(application, data)]
        case "ExecIf":
            return [("ExecIf", f'$["${{EXTEN}}" != ""]?{application}({data}):NoOp(no)')]
        case "TryExec" | "Exec":
            return [(by, f"{application}({data})")]
        case "Gosub":
            return [("Gosub", f"{routine},s,1({data})")]
        case "Macro":
            return [("Macro", f"{routine},{data}")]
        case "While":
            inside = [(application, data), ("Set", "round=2"), ("EndWhile", "")]
            return [("Set", "round=1"), ("While", "$[${round} < 2]"), *inside]
    raise ValueError(f"nothing wraps by {by}")


async def write(cell: Cell, plan: Plan) -> None:
    for priority, (application, data) in enumerate(lines(cell, plan), 1):
        await cell.pbx.action(
            "DialplanExtensionAdd", Context=f"path-{cell.nn}", Extension="s", Priority=priority,
            Application=application, ApplicationData=data, Replace="yes",
        )  # fmt: skip


async def remove(cell: Cell) -> None:
    await cell.pbx.action("DialplanExtensionRemove", Context=f"path-{cell.nn}", Extension="s")


async def staff_queues(cell: Cell, plan: Plan) -> None:
    for step in plan.steps:
        if isinstance(step, Queue):
            for place, (who, how) in enumerate(step.members):
                await cell.pbx.action(
                    "QueueAdd", Queue=cell.queue(step.name), Interface=interface(cell, who, how),
                    StateInterface=cell.device(who), Paused="true" if who in step.paused else "false",
                    Penalty=step.penalties[place] if step.penalties else 0,
                )  # fmt: skip


async def empty_queues(cell: Cell, plan: Plan) -> None:
    for step in plan.steps:
        if isinstance(step, Queue):
            for who, how in step.members:
                await cell.pbx.action("QueueRemove", Queue=cell.queue(step.name), Interface=interface(cell, who, how))
