"""How far apart two events may be that belong together: every such bound, in seconds, with its reason.

One is not here, because the mirror needs it, too: ``AS_PUT_THROUGH`` of `bridge.pbx.channel`, for those who hang up
just as they are put through.
"""

TOLERANCE = 0.3
"""Two events of one happening are at most so far apart, in either order: each comes from its own thread of the
PBX."""
LOGGED = 0.01
"""The same for two rows of CEL, whose times come from one clock, to the microsecond."""
ARI_BEHIND = 0.002
"""ARI's time of an event may be so much before AMI's time of the event that caused it: ARI tells milliseconds."""
A_MILLISECOND = 0.001
"""Three parties may seem to share a bridge for less than this, since ARI tells milliseconds: no conference."""
CHANGING_PLACES = 0.003
"""The same while one party replaces another, where AMI tells of one and ARI, whose times are a little earlier, of the
other."""

LEADS_TO = 2.0
"""A transfer or a key that ends something (a conversation, a wait) comes at most so long before that end."""
REFUSED_WITHIN = 3.0
"""A transfer that the PBX cannot carry out (the parking lot is full) may be over so long after it was told: the PBX
first plays a sound of nearly 2 s to whoever transferred."""
BY_KEY = 0.5
"""The feature code for hanging up ends a talk at most so long after its last key: SIP INFO tells of a key before it
has been held for its duration."""
GIVES_UP = 1.0
"""A key by which a transferer gives up a consultation comes at most so long before the target stops ringing."""
ASKED_BY_KEYS = 6.0
"""An agent's keys at most so long before a customer is moved count as the reason: a feature code and a number take
time to type."""

ANSWERING = 2.0
"""An answer takes at most so long from the phone's button to the PBX: at the last moment it may come too late."""
AT_ONCE = 1.0
"""A phone that refuses by itself does so within this; a later refusal may be a person's."""
CONFIRMING = 1.0
"""An agent who answers has the caller within this; if it takes longer, she had to confirm, or heard an
announcement."""
DATED_LATE = 1.0
"""A busy PBX may date the beginning of a Dial late, by at most this: its timeout then seems to come early."""
SIDE_BY_SIDE = 0.9
"""A ring-all calls all its phones within this; its next round is at least a second away."""
PRE_RING = 2.0
"""A phone behind a Local channel that is called so long after the others of its Dial was delayed on purpose
(pre-ring). On a busy PBX such phones are called up to a second apart without any purpose."""
HANDOVER = 0.02
"""When the PBX gives one phone up, it may call the next at most so long before the first leg is gone."""
WITHOUT_READY = 0.5
"""Unreachable members of a queue count only if it has no ready member for so long: a member's state changes a moment
after the end of the last offer."""
MIXED = 1.0
"""A phone mixes its two calls only if both are off hold for so long: one that switches between them may overlap for
an instant, and one that transfers takes the first call back before."""
