"""Decides which of two versions of a record stays. Every sink uses this rule, in whatever order versions arrive."""

import hashlib

from bridge.vocabulary.written import Written, id_of


def worth(revision: int, complete: bool, json: bytes) -> str:
    """The worth of a version, as a text: of two versions, the one with the greater text stays.

    A complete version comes first, because an instance that saw half of a call may have written it more often than
    one that saw all of it. Then the higher revision counts, then the longer version. The digest at the end makes sure
    that all instances keep the same version, and that equal worth means equal content.
    """
    return f"{complete:d}.{revision:08d}.{len(json):09d}.{hashlib.sha256(json).hexdigest()[:16]}"


def state_worth(revision: int, complete: bool, json: bytes) -> str:
    """The same for a stretch of a state: revision 0 is a stretch that still lasts, and is replaced when it ends."""
    return f"{revision > 0:d}.{worth(revision, complete, json)}"


def message_id(record: Written, json: bytes) -> str:
    """The id by which a broker or receiver recognises a message that comes twice: record and revision.

    If two instances saw a call in full, their messages have one id. If they saw it in part, each may have seen
    another part, so their ids differ with the content.
    """
    if record.complete:
        return f"{id_of(record)}.{record.revision}"
    return f"{id_of(record)}.{worth(record.revision, record.complete, json)}"
