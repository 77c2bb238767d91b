"""Words of the field that facts, calls and records share."""

from typing import Literal

Outcome = Literal["answered", "rejected", "cpe_rejected", "no_answer", "cancelled", "answered_elsewhere", "forwarded"]
UNSEEN = "failed unseen"
"""What is said of an offer that failed, where nothing tells how."""
Role = Literal["customer", "agent", "supervisor", "extension", "system"]
ParticipantRole = Literal["customer", "agent", "supervisor", "extension", "outside", "system"]
"""In a record: ``outside`` is whoever is behind a trunk and is not the call's customer."""
DialOutcome = Literal["answered", "busy", "no_answer", "refused", "failed", "cancelled"]
"""Of an attempt to reach somebody who is not of the staff."""
Direction = Literal["inbound", "outbound", "internal"]
EndedBy = Literal["customer", "agent", "supervisor", "system", "unknown"]
QueueExit = Literal[
    "answered", "abandoned", "timeout", "full", "join_empty", "leave_empty", "key", "transferred", "unknown"
]
TransferKind = Literal["blind", "attended", "takeover"]
TransferTarget = Literal["agent", "supervisor", "extension", "queue", "external", "system", "unknown"]
TransferOutcome = Literal["answered", "unanswered", "refused", "unknown"]
SpyMode = Literal["monitor", "coach", "barge"]
PhoneReport = Literal[
    "ringing", "answered_by_user", "rejected_by_user", "rejected_by_page", "unanswered", "media_failed",
    "transport_lost", "page_closed", "network_changed", "ice_state", "packet_loss",
]  # fmt: skip
