"""A plan of a seed. What is ambiguous by docs/tags.md is not made; where two things could happen within the same half
second, times are chosen so that they do not."""

from random import Random

from tests.live.chance.plan import (
    Act,
    Dial,
    Event,
    Filler,
    How,
    Manner,
    Plan,
    Queue,
    Step,
    Strike,
    Talk,
    Then,
    WayIn,
    What,
)  # fmt: skip

STAFF = ("a1", "a2", "a3", "s1")
FILLERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("NoOp", "nothing"),),
    (("Answer", ""), ("Playback", "silence/1")),
    (("Playback", "silence/1"),),
    (("Answer", ""), ("Read", "KEY,silence/1,1,,1,1")),
    (("Set", "GROUP()=OUT_@NN@"),),
    (("Set", "GROUP(dn)=board"), ("GotoIf", "$[${GROUP_COUNT(board@dn)} > 99]?nowhere,1")),
    (("Gosub", "way,s,1(30)"),),
    (("Answer", ""), ("MusicOnHold", "default,1")),
    (("Ringing", ""), ("Wait", "1")),
    (("Progress", ""), ("Wait", "1")),
    (("Answer", ""), ("Background", "silence/1")),
    (("Set", "__FROM_DID=${EXTEN}"), ("Set", "CDR(did)=${EXTEN}")),
    (("TryExec", "Playback(silence/1)"),),
    (("ExecIf", "$[1]?Answer()"), ("ExecIf", "$[0]?Hangup()")),
    (("SayAlpha", ""), ("Answer", ""), ("Wait", "1")),
    (("Progress", ""), ("Playback", "silence/1,noanswer")),
    (("Ringing", ""), ("Ringing", ""), ("Proceeding", "")),
    (("StartMusicOnHold", ""), ("Wait", "1"), ("StopMusicOnHold", "")),
    (("Set", "CHANNEL(hangup_handler_push)=before,s,1"), ("Set", "__TRANSFER_CONTEXT=from-internal-@NN@")),
    (("Answer", "500"), ("SendDTMF", "1")),
    (("Set", "CALLERID(num)=12345"), ("Set", "CONNECTEDLINE(name)=somebody")),
    (("Dial", "Local/s@nobody/n,3"),),
)
WAYS_IN: tuple[WayIn, ...] = (
    "did", "did", "did", "did", "account", "normalised", "pilot", "extension", "inside", "inside", "out",
    "out showing no DN", "click",
)  # fmt: skip
HOWS: tuple[How, ...] = ("", "", "", "members", "members/n", "nested", "nested/n", "steps", "steps/n", "follow/n")
DIAL_OPTIONS = (
    "tk",
    "tkg",
    "TKtk",
    "",
    "r",
    "m",
    "g",
    "tkc",
    "tki",
    "tkb(before^s^1)",
    "tkU(answered^s^1)",
    "tkR",
    "tkS(2)",
    "tkL(60000:5000:1000)",
    "tkF(answered^s^1)",
    "tkA(silence/1)",
    "tkD(12:3)",
    "TtKk",
    "tkeg",
    "tkL(3000)",
    "tkG(meet-@NN@^s^1)",
)
CONFIRMS = ("tkU(confirm^s^1)", "tkU(confirm-busy^s^1)", "tkU(confirm-continue^s^1)")
REFUSES = (
    400, 403, 404, 405, 406, 408, 410, 415, 420, 480, 481, 482, 483, 484, 485, 486, 488, 491, 493, 500, 501, 502, 503,
    504, 505, 513, 600, 603, 604, 606, 607,
)  # fmt: skip
"""What a phone may answer at once."""
DECLINES = (603, 486, 480, 603, 600, 607, 488, 503, 403, 404, 408, 410, 500, 604, 606, 480, 486)
"""What a phone that rings may answer."""
QUEUE_OPTIONS = ("tk", "", "c", "tkC", "n", "ri", "R", "d", "F(answered^s^1)")
QUEUES = (
    "linear", "ringall", "rrmemory", "rrordered", "leastrecent", "fewestcalls", "random", "wrandom", "hurried",
    "delayed", "rest", "strict", "shut", "keyed", "paused", "told",
)  # fmt: skip
LASTS = (("Hangup", ""), ("Hangup", ""), ("Congestion", "1"), ("Busy", "1"), ("Playback", "silence/1"),
         ("Hangup", "16"), ("VoiceMail", "1@NN@1,u"), ("Playtones", "busy"))  # fmt: skip
QUIET: tuple[What, ...] = ("pause", "pause", "staff holds", "customer holds", "both hold", "keys")
MOVES: tuple[What, ...] = (
    "blind",
    "blind by keys",
    "asks",
    "asks",
    "asks by keys",
    "asks by keys",
    "parks",
    "is parked and waits",
    "is moved",
    "to a queue",
    "asks a queue",
    "a room",
    "to a group",
    "asks a group",
    "asks the lot",
    "asks a room",
    "to nobody",
    "is bridged",
    "is parked by a panel",
    "is moved to nobody",
)
SPIES: tuple[What, ...] = (
    "listens", "whispers", "barges in", "keeps listening", "keeps listening", "switches", "several spy", "snoops",
)  # fmt: skip
AGAIN: tuple[What, ...] = (
    "a second calls", "a second calls", "a second waits", "a second is served", "a queue calls again",
    "a colleague calls", "registers anew", "asks outside", "asks outside",
)  # fmt: skip
THENS: tuple[Then, ...] = (
    "joins them", "joins them", "joins them", "leaves it ringing", "leaves it ringing", "comes back", "is left",
    "gives up", "customer leaves", "customer leaves early", "makes it three",
)  # fmt: skip


def plan(seed: int, version: str) -> Plan:
    """version: of Asterisk, ``16`` or ``22``."""
    r = Random(seed)
    way_in = r.choice(WAYS_IN)
    caller = "customer"
    if way_in in ("inside", "out", "out showing no DN", "click"):
        caller = r.choice(("a1", "a3", "s1", "e1"))
    manners = {who: _manner(r, place) for place, who in enumerate(STAFF)}
    manners["e1"] = Manner(acts=(_act(r, len(STAFF)),))
    if way_in == "click":
        caller = r.choice(("a1", "a2", "s1"))
        manners[caller] = Manner(acts=(_act(r, 0), Act("ignore")))
    elif caller != "customer":
        manners[caller] = Manner()
    steps: tuple[Step, ...] = ()
    if way_in in ("out", "out showing no DN", "click"):
        refuses = Manner("refuse", r.choice((486, 503, 404, 603, 480)))
        acts = [_act(r, 0) for _ in range(5)]  # who is called at a fixed address does not die
        rings = [Manner(acts=(act if act.does != "dies" else Act("ignore"),)) for act in acts]
        manners["customer"] = r.choice((refuses, Manner("nothing"), *rings))
    else:
        steps = _steps(r, [who for who in (*STAFF, "e1") if who != caller], version)
    if steps and r.random() < 0.07:
        to = r.choice([who for who in ("a3", "s1", "e1") if who != caller])
        manners["a2"] = Manner(acts=(Act("forward", 0.8, to=to),))
        manners[to] = Manner(acts=(_act(r, 1),))
        called: Step = Dial(("a2",), "", 6, "tk")
        if r.random() < 0.5:
            called = Queue(r.choice(("linear", "rrmemory", "ringall")), (("a2", ""),), (), 9, "")
        steps = (called, Filler(r.choice(FILLERS)))
    elif steps and r.random() < 0.06:
        who, others = _two(r, [who for who in STAFF if who != caller])
        manners[who] = Manner(acts=(Act("unregisters", r.choice((0.6, 1.6))),))
        how: How = r.choice(("", "members/n", "nested"))
        steps = (Filler(r.choice(FILLERS)), Dial((who, *others), how, r.choice((4, 6)), "tk"))
    listened_to = steps and r.random() < 0.05
    if listened_to:  # the PBX ends a call of a5 of which it hears no sound any more
        steps = (Dial(("a5",), r.choice(("", "members/n", "nested")), 6, "tk"),)
        manners["a5"] = Manner(acts=(Act("answer", 0.8),))
    elif len(steps) == 1 and r.random() < 0.7:  # most is said of those who are answered
        manners |= {who: Manner(acts=(Act("answer", 0.5 + 0.2 * place), _act(r, place), _act(r, place)))
                    for place, who in enumerate(STAFF) if who != caller}  # fmt: skip
    patience = None
    if r.random() < 0.4:
        patience = round(r.choice((0.7, 2.6, 3.7, 5.4, 8.3, 12.6, 16.4)) + r.random() / 10, 2)
    again = r.choice((0.8, 1.4, 3.3)) if r.random() < 0.5 else None
    pickup = (r.choice(STAFF), 0.3) if r.random() < 0.08 and steps else None
    strike = None
    if steps and pickup is None and r.random() < 0.12:
        others = [who for who in (*STAFF, "e1") if who != caller]
        strike = Strike(r.choice(("caller", "phone", "moves")), r.choice((0.6, 1.1, 2.3, 5.2)), r.choice(others))
    talks = tuple(_talk(r) for _ in range(6))
    if listened_to:
        quiet: tuple[What, ...] = ("pause", "customer holds", "keys", "listens")
        talks = (Talk(tuple(Event(r.choice(quiet), "s2") for _ in range(2)), "silent"), *talks[1:])
    last = r.choice(LASTS)
    return Plan(seed, version, way_in, caller, steps, last, manners, patience, again, pickup, strike, talks)


def _two(r: Random, people: list[str]) -> tuple[str, tuple[str, ...]]:
    """One of them, and nobody or one more."""
    who, other = r.sample(people, 2)
    return who, r.choice(((), (other,)))


def _steps(r: Random, people: list[str], version: str) -> tuple[Step, ...]:
    queues = list(QUEUES)
    r.shuffle(queues)
    steps: list[Step] = []
    for _ in range(r.choice((1, 1, 1, 2, 3))):
        if r.random() < 0.4:
            steps.append(Filler(r.choice(FILLERS)))
        steps.append(_dial(r, people, version) if r.random() < 0.55 else _queue(r, queues.pop(), people, version))
    return tuple(steps)


def _manner(r: Random, place: int) -> Manner:
    kind = r.random()
    if kind < 0.1:
        return Manner("refuse", r.choice(REFUSES))
    if kind < 0.17:
        return Manner("nothing")
    if kind < 0.27:
        return Manner("gone")
    acts = tuple(_act(r, place) for _ in range(3))
    if kind < 0.32:
        return Manner("announce", 183, acts)
    return Manner(acts=acts, busy=r.random() < 0.12)


def _act(r: Random, place: int) -> Act:
    """place: whose; no two of those whose phones ring side by side act at once."""
    after = round(r.choice((0.5, 1.5)) + 0.2 * place, 1)
    kind = r.random()
    if kind < 0.4:
        return Act("answer", after, confirms=r.choice(("1", "1", "2", "", "hangs up")))
    if kind < 0.7:
        return Act("decline", after, r.choice(DECLINES))
    if kind < 0.74:
        return Act("dies", after)
    return Act("ignore")


def _dial(r: Random, people: list[str], version: str) -> Dial:
    if r.random() < 0.12:
        confirms = (*CONFIRMS, "tkM(confirm)") if version == "16" else CONFIRMS
        asked = r.choice([who for who in people if who in STAFF])
        return Dial((asked,), r.choice(HOWS), 6, r.choice(confirms))
    targets = tuple(r.sample(people, r.choice((1, 1, 1, 2, 3))))
    how = r.choice(HOWS)
    if how == "follow/n" and "e1" in targets:
        how = ""
    if r.random() < 0.08:
        followed = tuple(sorted(who for who in targets if who in STAFF))[:2]
        if followed:
            return Dial(followed, "", 6, r.choice(("", "d", "n", "l")), "FollowMe")
    wraps = ["", "", "", "ExecIf", "TryExec", "Exec", "Gosub", "While", "AGI"] + ["Macro"] * (version == "16")
    wrapped = r.choice(wraps)
    options = r.choice(DIAL_OPTIONS)
    if any(
        limit in options for limit in ("S(", "L(3000", "G(")
    ):  # of a Local channel that goes away the limit goes, too
        return Dial(targets, "", r.choice((3, 4, 6)), options)
    if len(targets) == 1 and r.random() < 0.15:
        return Dial(targets, how, r.choice((3, 4)), options, "RetryDial", r.choice((1, 2)))
    return Dial(targets, how, r.choice((3, 4, 6)), options, wrapped)


def _queue(r: Random, name: str, people: list[str], version: str) -> Queue:
    # Who is a member of a queue would be an agent: a plain extension is none.
    staff = [who for who in people if who in STAFF]
    members = tuple((who, r.choice(HOWS)) for who in r.sample(staff, r.choice((1, 2, 2, 3))))
    if name == "hurried":  # it calls phones that are in use, or gone, and a Local channel always answers for them
        members = tuple((who, HOWS[0]) for who, _ in members)
    paused = tuple(who for who, _ in members if r.random() < r.choice((0.1, 0.1, 0.8)))
    wraps = ["", "", "", "ExecIf", "TryExec", "Exec", "Gosub", "While"] + ["Macro"] * (version == "16")
    seconds, options, wrapped = r.choice((6, 9, 13)), r.choice(QUEUE_OPTIONS), r.choice(wraps)
    if name == "keyed":
        return Queue(name, members, paused, seconds, options, key_after=r.choice((1.2, 2.6, 4.4)))
    ready_after = r.choice((0.5, 2.4)) if paused and r.random() < 0.6 else None
    pauses_after = r.choice((0.3, 1.3, 2.9)) if not paused and r.random() < 0.15 else None
    reloads_after = r.choice((0.3, 1.3, 2.9)) if r.random() < 0.15 else None
    penalties = tuple(r.choice((0, 0, 2)) for _ in members) if r.random() < 0.3 else ()
    routine = "confirm-hangup" if not wrapped and r.random() < 0.1 else ""
    return Queue(
        name, members, paused, seconds, options, wrapped, ready_after=ready_after, pauses_after=pauses_after,
        reloads_after=reloads_after, penalties=penalties, routine=routine,
    )  # fmt: skip


def _talk(r: Random) -> Talk:
    events = tuple(_event(r) for _ in range(r.choice((1, 2, 2, 3, 4))))
    return Talk(events, r.choice(("customer", "customer", "staff", "staff", "administrator", "unplugged")))


def _event(r: Random) -> Event:
    kind = r.random()
    if kind < 0.25:
        return Event(r.choice(QUIET))
    if kind < 0.65:
        return Event(r.choice(MOVES), r.choice((*STAFF, "e1")), r.choice(THENS))
    if kind < 0.85:
        return _again(r)
    keys = "".join(r.choices("456", k=r.choice((1, 2, 3))))
    return Event(r.choice(SPIES), r.choice(("s2", "s2", "a3")), keys=keys)


def _again(r: Random) -> Event:
    what = r.choice(AGAIN)
    who = r.choice(("a2", "a3", "s1", "e1")) if what == "a colleague calls" else ""
    act = r.choice((Act("answer", 1.0), Act("decline", 0.8, r.choice((486, 603, 480, 488))), Act("ignore", 1.5)))
    then: Then = r.choice(("gives up", "comes back")) if act.does == "ignore" else r.choice(("is left", "comes back"))
    if what == "a second waits":
        act, then = Act("ignore", r.choice((1.6, 2.6))), r.choice(("gives up", "comes back"))
    if what == "a second is served":
        act = r.choice((Act("answer", 0.7), Act("answer", 0.7), Act("decline", 0.6)))
    return Event(what, who, then, act)
