"""Which of two records of one PBX stays where one tells that their calls were one, in every store and order.

Who did not hear how a consultation became a transfer writes a record of each. Who did hear it, another instance, the
same one later or the PBX's log, has one record, whose ``linked_ids`` name the call that it absorbed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Claim(NamedTuple):
    """What of a record decides."""

    call_id: str
    linked_ids: Sequence[str]
    is_consultation: bool
    """It has ``consult_of``, and names among its Linkedids the call that it was made in, which is no part of it."""
    complete: bool
    worth: str


def may_matter(complete: bool, linked_ids: Sequence[str]) -> bool:
    """Whether there is anything to look for beside a record: most calls are seen in full and absorb none."""
    return not complete or len(linked_ids) > 1


def parts(claims: Mapping[str, Claim]) -> list[str]:
    """Of records of one PBX, by id, those that are to go: incomplete, and their call is part of another's record."""
    return [
        record_id
        for record_id, part in claims.items()
        if any(other != record_id and _absorbs(whole, part) for other, whole in claims.items())
    ]


def _absorbs(whole: Claim, part: Claim) -> bool:
    """Of two that each name the other, because each missed another part, the one that is worth more stays."""
    return _names(whole, part) and not (_names(part, whole) and part.worth > whole.worth)


def _names(whole: Claim, part: Claim) -> bool:
    return not part.complete and not whole.is_consultation and part.call_id in whole.linked_ids
