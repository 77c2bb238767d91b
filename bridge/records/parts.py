"""Decides which of two records goes when one of them shows that both calls were one. Every store uses this rule.

If callbridge missed a consultation becoming a transfer, it first writes two records. Whoever saw the transfer
(another instance, the same one later, or the PBX's log) writes one record, whose ``linked_ids`` name the consultation
too.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Claim(NamedTuple):
    """The parts of a record on which the decision depends."""

    call_id: str
    linked_ids: Sequence[str]
    is_consultation: bool
    """Whether the record has ``consult_of``. Its ``linked_ids`` then name the call in which it was made, which is not
    part of it."""
    complete: bool
    worth: str


def may_matter(complete: bool, linked_ids: Sequence[str]) -> bool:
    """Whether another record may have to go because of this one, or the reverse. For most calls, no: they were seen
    in full and absorbed no other call.
    """
    return not complete or len(linked_ids) > 1


def parts(claims: Mapping[str, Claim]) -> list[str]:
    """The ids of the records, all of one PBX, that have to go: each is incomplete, and its call is part of another
    one.
    """
    return [
        record_id
        for record_id, part in claims.items()
        if any(other != record_id and _absorbs(whole, part) for other, whole in claims.items())
    ]


def _absorbs(whole: Claim, part: Claim) -> bool:
    """If two records name each other, because each missed a part, the one with the greater worth stays."""
    return _names(whole, part) and not (_names(part, whole) and part.worth > whole.worth)


def _names(whole: Claim, part: Claim) -> bool:
    return not part.complete and not whole.is_consultation and part.call_id in whole.linked_ids
