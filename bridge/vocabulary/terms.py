"""The contact-centre terms that facts, calls and records share."""

import re
from typing import Literal

UNIQUEID = re.compile(r"(\d{1,18})\.(\d{1,18})$", re.ASCII)
"""The end of a channel's Uniqueid: the second in which the PBX made it, and a number that counts up."""
Outcome = Literal["answered", "rejected", "cpe_rejected", "no_answer", "cancelled", "answered_elsewhere", "forwarded"]
UNSEEN = "failed unseen"
"""How ``explain`` and ``records`` show an offer that failed when callbridge cannot tell how."""
Role = Literal["customer", "agent", "supervisor", "extension", "system"]
ParticipantRole = Literal["customer", "agent", "supervisor", "extension", "outside", "system"]
"""Roles in a record: ``outside`` is somebody behind a trunk who is not the call's customer."""
STAFF: tuple[Role, ...] = ("agent", "supervisor")
"""The roles of the staff: agents take calls, supervisors lead them."""
INSIDE: tuple[Role, ...] = (*STAFF, "extension")
"""The staff, and everybody else with an internal phone."""
DialOutcome = Literal["answered", "busy", "no_answer", "refused", "failed", "cancelled"]
"""How an attempt to reach somebody who is not of the staff ended."""
Direction = Literal["inbound", "outbound", "internal"]
EndedBy = Literal["customer", "agent", "supervisor", "system", "unknown"]
QueueExit = Literal[
    "answered", "abandoned", "timeout", "full", "join_empty", "leave_empty", "key", "transferred", "unknown"
]
QUEUE_STATUSES: dict[str, QueueExit] = {
    "TIMEOUT": "timeout",
    "FULL": "full",
    "JOINEMPTY": "join_empty",
    "JOINUNAVAIL": "join_empty",
    "LEAVEEMPTY": "leave_empty",
    "LEAVEUNAVAIL": "leave_empty",
}
"""The values of QUEUESTATUS, and the exit that each stands for."""
QUEUE_STATUS_OF: dict[str, str] = {exit: status for status, exit in reversed(QUEUE_STATUSES.items())}
"""The same the other way round; if several statuses stand for one exit, the first of them."""
NEVER_IN: tuple[QueueExit, ...] = ("full", "join_empty")
"""Exits of callers who were not let into the queue."""
PASSED_OVER: tuple[QueueExit, ...] = ("timeout", "leave_empty", "join_empty", "key")
"""Exits after which the call goes on without an agent of the queue."""
TransferKind = Literal["blind", "attended", "takeover"]
TransferTarget = Literal["agent", "supervisor", "extension", "queue", "external", "system", "unknown"]
TransferOutcome = Literal["answered", "unanswered", "refused", "unknown"]
SpyMode = Literal["monitor", "coach", "barge"]
ContactLoss = Literal["unregistered", "no_answer_to_qualify"]
"""Why a phone cannot be reached: it is not registered, or does not answer."""
PhoneReport = Literal[
    "ringing", "answered_by_user", "rejected_by_user", "rejected_by_page", "unanswered", "media_failed",
    "transport_lost", "page_closed", "network_changed", "ice_state", "packet_loss",
]  # fmt: skip
