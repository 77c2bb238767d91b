"""A call as a seed made it: what the PBX is to do with it, and what everybody at a phone will do."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

Does = Literal["answer", "decline", "ignore", "forward", "dies", "unregisters"]
Confirms = Literal["1", "2", "", "hangs up"]
ByItself = Literal["ring", "announce", "refuse", "nothing", "gone"]
How = Literal["", "members", "members/n", "nested", "nested/n", "steps", "steps/n", "follow/n"]
"""How the dialplan reaches a phone: by itself, or by a Local channel to that context."""
WayIn = Literal["did", "account", "normalised", "pilot", "extension", "inside", "out", "out showing no DN", "click"]
What = Literal[
    "pause", "staff holds", "customer holds", "both hold", "keys", "blind", "blind by keys", "asks",
    "asks by keys", "parks", "is parked and waits", "is moved", "to a queue", "asks a queue", "a room",
    "listens", "whispers", "barges in", "keeps listening", "switches",
    "a second calls", "a second waits", "a second is served", "a queue calls again", "a colleague calls",
    "registers anew", "asks outside", "to a group", "asks a group", "asks the lot", "asks a room", "to nobody",
    "is bridged", "is parked by a panel", "is moved to nobody", "several spy", "snoops",
]  # fmt: skip
Then = Literal[
    "joins them", "leaves it ringing", "comes back", "is left", "gives up", "customer leaves", "makes it three",
    "customer leaves early",
]  # fmt: skip
Side = Literal["customer", "staff", "administrator", "unplugged", "silent"]
"""Who ends a talk; ``silent``: the PBX, since it hears nothing more of an agent's phone."""


@dataclass(frozen=True)
class Act:
    """What somebody does when the phone rings."""

    does: Does
    after: float = 0.0
    code: int = 603
    to: str = ""
    """To whom the phone forwards the call."""
    confirms: Confirms = "1"
    """The key by which whoever answers takes the call, or not, where the dialplan asks for one."""


@dataclass(frozen=True)
class Manner:
    """How a phone takes its calls.

    by_itself: it rings; says so by 183, and never by 180; refuses at once with a code; never answers the INVITE; is
    not registered. busy: whoever sits there has called an announcement before, and holds it when another call is
    answered.
    acts: what somebody does each time that it rings, the last of them again and again.
    """

    by_itself: ByItself = "ring"
    code: int = 486
    acts: tuple[Act, ...] = (Act("ignore"),)
    busy: bool = False

    @property
    def rings(self) -> bool:
        """Whether somebody can hear it."""
        return self.by_itself in ("ring", "announce")

    def act(self, time: int) -> Act:
        return self.acts[min(time, len(self.acts) - 1)]


@dataclass(frozen=True)
class Filler:
    """Steps that reach nobody: an application and its arguments, each."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dial:
    targets: tuple[str, ...]
    how: How
    seconds: int
    options: str
    wrapped: str = ""
    """The application that it is run by: ``ExecIf``, ``Gosub``, … or RetryDial, FollowMe itself."""
    tries: int = 1

    def asks(self, who: str) -> bool:
        """Whether who answers must take the call by a key."""
        return "confirm" in self.options or self.wrapped == "FollowMe" or self.how == "follow/n"


@dataclass(frozen=True)
class Queue:
    name: str
    members: tuple[tuple[str, How], ...]
    paused: tuple[str, ...]
    seconds: int
    options: str
    wrapped: str = ""
    key_after: float | None = None
    """Seconds after which the caller presses a key that leads on."""
    ready_after: float | None = None
    """Seconds after which those who are paused are so no more."""
    pauses_after: float | None = None
    """Seconds after which all its members pause, whether a phone rings or not."""
    reloads_after: float | None = None
    """Seconds after which the PBX reads the queue's settings anew."""
    penalties: tuple[int, ...] = ()
    """Of each member."""
    routine: str = ""
    """What the PBX runs on the phone of who answers, before it connects the two."""

    def asks(self, who: str) -> bool:
        """Whether who answers must take the call by a key."""
        return (who, "follow/n") in self.members or bool(self.routine)

    def penalty(self, who: str) -> int:
        places = {member: place for place, (member, _) in enumerate(self.members)}
        return self.penalties[places[who]] if self.penalties else 0

    @property
    def together(self) -> bool:
        """Whether its members ring side by side."""
        return self.name in ("ringall", "rest")


Step = Filler | Dial | Queue


@dataclass(frozen=True)
class Event:
    """Something that happens in a conversation; nothing if who is to come is in it already.

    then: how a consultation ends that was answered; who calls may give up before, as the customer may who is passed
    on. act: what she who talks does when a second call rings. keys: those that a spy presses, one after the other.
    """

    what: What
    who: str = ""
    then: Then = "joins them"
    act: Act | None = None
    keys: str = ""


@dataclass(frozen=True)
class Strike:
    """What an administrator does before anybody talks: hangs up the caller or a phone that rings, or sends the caller
    to somebody."""

    what: Literal["caller", "phone", "moves"]
    after: float
    who: str = ""


@dataclass(frozen=True)
class Talk:
    """What happens in a conversation, in order, and who then ends it."""

    events: tuple[Event, ...]
    ends: Side


@dataclass(frozen=True)
class Plan:
    seed: int
    version: str
    """Of Asterisk: ``16`` or ``22``."""
    way_in: WayIn
    caller: str
    steps: tuple[Step, ...]
    last: tuple[str, str]
    """The application that ends the dialplan."""
    manners: dict[str, Manner]
    patience: float | None
    """Seconds after which the caller gives up, connected with nobody yet."""
    patience_again: float | None
    """The same of a caller whom the dialplan takes on, once the first talk is over: since then."""
    pickup: tuple[str, float] | None
    """Who takes the call of a phone that rings, and how long after it began to."""
    strike: Strike | None
    talks: tuple[Talk, ...]
    """Of the first conversation, the second, …"""

    @property
    def goes_out(self) -> bool:
        return self.way_in in ("out", "out showing no DN", "click")

    @property
    def outer(self) -> str:
        """With whom the staff talk."""
        return self.caller if self.way_in == "inside" else "customer"

    def told(self, talks: int) -> str:
        """The call as a script that a person reads; talks: how many of them came about."""
        lines = [f"seed {self.seed}: {self.caller} calls, {self.way_in}, patience {self.patience}"]
        lines += [f"  {number}. {_short(step)}" for number, step in enumerate(self.steps)]
        lines += [f"  then {self.last[0]}({self.last[1]})"]
        lines += [f"  {who}: {_short(manner)}" for who, manner in self.manners.items()]
        lines += [f"  {_short(self.strike)}"] if self.strike else []
        lines += [f"  talk {number}: {_short(talk)}" for number, talk in enumerate(self.talks[:talks], 1)]
        return "\n".join(lines)


def _short(what: Any) -> str:
    """A value without what is as always."""
    if not is_dataclass(what):
        return f"({', '.join(map(_short, what))})" if isinstance(what, tuple) else repr(what)
    set_ = [f for f in fields(what) if getattr(what, f.name) != f.default]
    return f"{type(what).__name__}({', '.join(f'{f.name}={_short(getattr(what, f.name))}' for f in set_)})"
