"""How far apart the events of one happening may be: every such bound of these rooms, in seconds, with its reason."""

TOLERANCE = 0.3
"""Two events of one happening differ by no more in order or time: each comes from a thread of its own in the PBX."""
LOGGED = 0.01
"""The same for two rows of the PBX's log, whose times are of one clock and to the microsecond."""
ARI_BEHIND = 0.002
"""ARI's time of one event may be before AMI's of the one that led to it: ARI tells milliseconds."""
A_MILLISECOND = 0.001
"""Three may seem to be in a bridge in two of ARI's milliseconds: no conference."""
CHANGING_PLACES = 0.003
"""The same, for so long, while one takes another's place: where AMI tells of the one and ARI of the other, whose
times are a little earlier."""

LEADS_TO = 2.0
"""A transfer or a key that brings about an end (of a conversation, of a wait) comes no earlier before it."""
GIVES_UP = 1.0
"""A key by which a transferer gives up a consultation comes no earlier before the target stops ringing."""
ASKED_BY_KEYS = 6.0
"""An agent's keys within so long before a customer is moved are taken to have asked for it: a feature code and a
number are typed first."""

ANSWERING = 2.0
"""An answer may take so long from the button to the PBX: who answers at the last moment may come too late."""
AT_ONCE = 1.0
"""A phone that refuses by itself does so within it; of one that does it later a person may have been asked."""
CONFIRMING = 1.0
"""Who has answered has the caller at once; who has him later had to confirm the call, or heard who calls."""
DATED_LATE = 1.0
"""The time of a Dial may seem not to be over yet when it is: a busy PBX dates its beginning late."""
SIDE_BY_SIDE = 0.9
"""A ring-all calls all its phones within it; its next round is at least a second away."""
PRE_RING = 2.0
"""Who is called so long after others of one Dial, behind a Local channel, was to be called later: a pre-ring that is
shorter is none, and a busy PBX gets to what is behind those channels up to a second apart."""
HANDOVER = 0.02
"""A PBX that gives one phone up calls the next so long before the first one's leg has gone."""
WITHOUT_READY = 0.5
"""A queue must be without a ready member for so long before its unreachable ones count: a member's state follows the
end of his last offer by a moment."""
MIXED = 1.0
"""Both calls of a phone that mixes them are open for so long: a phone that goes from one to the other may do it in
either order, and one that transfers takes back the talk first."""
