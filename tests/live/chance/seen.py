"""What the phones of a played plan did, and when."""

from dataclasses import dataclass, field
from typing import Literal

from tests.live.chance.plan import Act, Dial, Side

Acted = Literal["answered", "declined", "not confirmed", "forwarded", "died", "unregistered", "struck"]


@dataclass
class Rang:
    """One time that a phone was called, as it saw it."""

    who: str
    step: int | None
    """Which step of the dialplan called it; None if somebody in a talk did."""
    at: float
    acted: Acted | None = None
    code: int = 0
    """With which it declined."""
    pressed: str = ""
    """The key, where the call was to be taken by one."""
    hung_up: bool = False
    """Whether who did not confirm hung up, or pressed another key."""
    acted_at: float = 0.0
    over_at: float = 0.0


@dataclass
class Conversation:
    """The customer, or who calls inside, connected with one of the staff."""

    who: str
    step: int | None
    began: float
    ended_by: Side | Literal["nobody", "outside"] = "nobody"
    ended: float = 0.0


@dataclass
class Deed:
    """What somebody did in a talk, beyond talking."""

    what: str
    by: str
    to: str
    began: float
    by_keys: bool = False
    connected: bool = False
    """Whether the other came to speak: with the customer, or with who asked."""
    astray: bool = False
    """Whether somebody else got the call, because the dialplan went on with it."""
    dropped_by: str | None = None
    """Who ended a consultation that led to nothing."""
    gave_up_at: float | None = None
    """When whoever asked, or was passed on, hung up, the other not having answered."""
    in_queue: bool = False
    """Whether the other was called by a queue."""
    left: bool = False
    """Whether who brought the others together in a room went first."""
    group: Dial | None = None
    """What rang several at once for it."""
    switched: bool = False
    """Whether who spies switched to that by a key."""
    left_ringing: bool = False
    """Whether who asked hung up while the other's phone rang."""
    ended: float = 0.0


@dataclass
class Log:
    called_at: float = 0.0
    reached: dict[int, float] = field(default_factory=dict)
    """When the caller came to each step; the last is what ends the dialplan."""
    rang: list[Rang] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    talking: bool = False
    instead: dict[str, Act] = field(default_factory=dict)
    """What somebody who talks does with a second call."""
    pauses: list[tuple[str, str, bool, float]] = field(default_factory=list)
    """Which queue's member paused, or did so no more, and when."""
    keyed: dict[int, float] = field(default_factory=dict)
    """When the caller pressed the key that leads on from the queue of a step."""
    picked_up_at: float | None = None
    """When somebody took the call of a phone that rang elsewhere."""
    lost: set[str] = field(default_factory=set)
    """Whose phones died, or are not registered any more."""
    called_dead: dict[str, Rang] = field(default_factory=dict)
    """By their channels, the calls to phones that had died."""
    held: list[tuple[str, float, float]] = field(default_factory=list)
    """Who held the other in a talk, from when until when."""
    struck_at: float | None = None
    """When an administrator hung up the caller."""
    moved: tuple[float, str] | None = None
    """When an administrator sent the caller on who talked with nobody yet, and to whom."""
    picked_up_in_vain: int = 0
    """How often somebody dialled for such a call that was there no more."""
    crossed: bool = False
    """Whether the PBX ended the call just when somebody answered it."""
    gave_up_at: float | None = None
    """When the caller hung up, connected with nobody."""
    over_at: float = 0.0

    def kinds(self) -> set[str]:
        """What happened in it."""
        found = {f"{deed.what}{' in a queue' * deed.in_queue}" for deed in self.deeds}
        found |= {"left ringing" for deed in self.deeds if deed.left_ringing}
        transfers = sum(deed.connected and deed.what in ("blind", "asks", "parks", "is moved") for deed in self.deeds)
        found |= {f"{transfers} transfers or questions"} if transfers > 1 else set()
        return found | ({"answered"} if self.conversations else set())

    def told(self) -> list[str]:
        """All of it as lines, by seconds since the call."""

        def after(at: float | None) -> str:
            return f"{at - self.called_at:.2f}" if at else "-"

        lines = [(at, f"came to step {number}") for number, at in self.reached.items()]
        for rang in self.rang:
            did = f"{rang.acted} {rang.code or ''} at {after(rang.acted_at)}" if rang.acted else "did nothing"
            lines.append((rang.at, f"{rang.who} called by step {rang.step}, {did}, over {after(rang.over_at)}"))
        for talk in self.conversations:
            lines.append((talk.began, f"talks with {talk.who}; {talk.ended_by} ends it at {after(talk.ended)}"))
        for deed in self.deeds:
            how = f"left ringing {deed.left_ringing}, in queue {deed.in_queue}, " * (
                deed.left_ringing or deed.in_queue
            )
            how += f"connected {deed.connected}, dropped by {deed.dropped_by}, until {after(deed.ended)}"
            lines.append((deed.began, f"{deed.by} {deed.what} {deed.to}: {how}"))
        lines.append((self.over_at, "over"))
        lines += [(at, f"key in step {number}") for number, at in self.keyed.items()]
        if self.picked_up_at:
            lines.append((self.picked_up_at, "picked up"))
        if self.gave_up_at:
            lines.append((self.gave_up_at, "the caller gives up"))
        if self.struck_at:
            lines.append((self.struck_at, "the caller is hung up"))
        if self.moved:
            lines.append((self.moved[0], f"the caller is moved to {self.moved[1]}"))
        return [f"    {after(at):>6} {what}" for at, what in sorted(lines)]
