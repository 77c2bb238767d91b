"""How long the caller waited in the queues of a plan, and why without an answer no longer."""

from tests.live.chance.offered import cannot_take, in_step, nobody_to_go_to, paused_in
from tests.live.chance.plan import Plan, Queue
from tests.live.chance.seen import Log
from tests.live.chance.undecided import CLOSE, PRESSING, TooCloseError

QUEUED_AFTER = 1.0


def queue_of(plan: Plan, number: int) -> Queue | None:
    step = plan.steps[number] if number < len(plan.steps) else None
    return step if isinstance(step, Queue) else None


def over(seconds: float, limit: float) -> bool:
    if abs(seconds - limit) < CLOSE:
        raise TooCloseError("as long as the threshold")
    return seconds > limit


def queued(plan: Plan, log: Log, number: int, members_told: bool) -> bool:
    """members_told: whether the feed tells queues' members: without them nobody knows that none was ready."""
    step = queue_of(plan, number)
    if step is None or refuses(plan, step):
        return False
    joined, left = in_step(log, number)
    rang = [each for each in log.rang if each.step == number]
    if over(min((each.at for each in rang), default=left) - joined, QUEUED_AFTER):
        return True
    if not members_told:
        return False
    left = min((each.acted_at for each in rang if each.acted == "answered"), default=left)
    left = min(left, log.picked_up_at or left)
    offered = [(each.at, each.over_at) for each in rang]
    nobody = [(since, min(until, left)) for since, until in _nobody_ready(plan, log, step, number) if since < left]
    return any(over(end - start, QUEUED_AFTER) for start, end in _alone(nobody, offered))


def _nobody_ready(plan: Plan, log: Log, step: Queue, number: int) -> list[tuple[float, float]]:
    """When all its members had paused, or their phones were gone."""
    return [
        (since, until)
        for since, until, paused in paused_in(log, step, number)
        if all(who in paused or cannot_take(plan, step, who) for who, _ in step.members)
    ]


def _alone(times: list[tuple[float, float]], offered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The parts of those times in which no phone rang."""
    for start, end in offered:
        parts = [(a, b) for since, until in times for a, b in ((since, min(until, start)), (max(since, end), until))]
        times = [(a, b) for a, b in parts if a < b]
    return times


def refuses(plan: Plan, step: Queue) -> bool:
    """Whether nobody may join it."""
    return step.name == "shut" and nobody_to_go_to(plan, step)


def exit_of(plan: Plan, log: Log, number: int) -> str | None:
    """Why the customer left that queue unanswered."""
    step = queue_of(plan, number)
    if step is None or any(each.step == number for each in log.conversations):
        return None
    if not any(other > number for other in log.reached):
        return None
    if refuses(plan, step):
        return "join_empty"
    if any(each.step == number and step.asks(each.who) for each in log.rang):
        raise TooCloseError("the queue took a follow-me for an answer")
    joined, left = in_step(log, number)
    if step.name == "shut" and "n" not in step.options and left - joined < step.seconds - CLOSE:
        return "leave_empty"
    return "key" if number in log.keyed and left - log.keyed[number] < PRESSING else "timeout"
