"""A centre of a story: a queue with its members, and the stretches that come of what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bridge.config import Queue, Settings, States
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.agent_state import AgentStateRecord, StateRecord
from tests.helpers.story import BEGAN, SETTINGS, Story

WRAP_UP = 10
GIVEN = Settings(
    roles=SETTINGS.roles, dn=SETTINGS.dn, queue=[Queue("support", wrap_up=WRAP_UP)],
    states=States(wrap_up_reasons=["acw"]),
)  # fmt: skip


class Centre(Story):
    """From a snapshot on, in which queue support has members 1001 and 1002, both free."""

    def opened(self, *, members: Iterable[str] = ("1001", "1002")) -> Centre:
        self.feed("connected")
        self.listed()
        self.members("support", "ringall", **{f"x{number}": 1 for number in members})
        for number in members:
            self.contact(number, "Reachable")
        self.after(10)
        return self

    def contact(self, number: str, status: str) -> None:
        self.event("ContactStatus", EndpointName=number, ContactStatus=status, URI=f"sip:{number}@phone")

    def member(self, event: str, number: str, queue: str = "support", **headers: str) -> None:
        """One of a queue's words about a member."""
        me = {"Interface": f"PJSIP/{number}", "MemberName": number, "Status": "1", "Paused": "0"}
        self.event(event, Queue=queue, **me | headers)

    def pause(self, number: str, reason: str = "", queue: str = "support") -> None:
        at = f"{BEGAN + self.now:.0f}"
        self.member("QueueMemberPause", number, queue, Paused="1", PausedReason=reason, LastPause=at)

    def unpause(self, number: str, queue: str = "support") -> None:
        self.member("QueueMemberPause", number, queue)

    def queue_call(self, number: str = "1001", *, rings: float = 3.0) -> tuple[dict[str, str], dict[str, str]]:
        """A customer of the queue in conversation with an agent."""
        customer = self.call_in()
        self.event("QueueCallerJoin", **customer, Queue="support", Position="1")
        agent = self.channel(f"PJSIP/{number}", "Down", customer["Linkedid"])
        self.dial(customer, agent, "support")
        self.state(agent, "Ringing")
        self.after(rings).state(agent, "Up")
        self.dial_ends(customer, agent, "ANSWER")
        self.talk(f"room{self._count}", agent, customer)
        return customer, agent

    def over(self, customer: dict[str, str], agent: dict[str, str]) -> None:
        """The customer hangs up."""
        self.hang_up(customer)
        for who in (customer, agent):
            self.event("BridgeLeave", BridgeUniqueid=self.bridge_of(who), **who)
        self.gone(customer, agent)

    def bridge_of(self, who: dict[str, str]) -> str:
        entered = (m.event for m in self.messages if m.event.get("Event") == "BridgeEnter")
        return [str(e["BridgeUniqueid"]) for e in entered if e["Uniqueid"] == who["Uniqueid"]][-1]


def of_agents(states: Iterable[StateRecord]) -> Iterator[AgentStateRecord]:
    return (one for one in states if isinstance(one, AgentStateRecord))


def stretches(story: Story, agent: str | None = None, *, settings: Settings = GIVEN) -> list[AgentStateRecord]:
    """The last version of each stretch that ended, in order."""
    pipeline = Pipeline(settings, "pbx")
    pipeline.track()
    driver, found = Driver("pbx", pipeline), dict[str, AgentStateRecord]()
    for message in story.messages:
        found |= {one.state_id: one for one in of_agents(driver.feed(message).states)}
    end = BEGAN + story.now + 60
    found |= {one.state_id: one for one in of_agents(driver.advance(end).states)}
    told = sorted(found.values(), key=lambda one: (one.agent, one.from_))
    return [one for one in told if agent in (None, one.agent)]


def told(story: Story, agent: str = "1001", *, settings: Settings = GIVEN) -> list[tuple[str, float, str | None]]:
    """State, seconds, and what followed."""
    return [(one.state, one.seconds, one.next) for one in stretches(story, agent, settings=settings)]
