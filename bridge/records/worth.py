"""Which of two versions of one record stays, in every sink and whatever the order they come in."""

import hashlib

from bridge.vocabulary.record import Record


def worth(revision: int, complete: bool, json: bytes) -> str:
    """Of two versions the one with the greater worth stays, compared as texts.

    The one that saw the whole call, then the higher revision: an instance that saw half of a call may well have
    written it more often than one that saw it all. Then the one that tells more; the digest at the end only makes
    sure that two instances keep the same one, and that equal worth means equal content.
    """
    return f"{complete:d}.{revision:08d}.{len(json):09d}.{hashlib.sha256(json).hexdigest()[:16]}"


def message_id(record: Record, json: bytes) -> str:
    """What a broker or receiver that drops what comes twice may go by: record and revision.

    What two instances saw in full is one message. Of a call seen in part each may have seen another part: those
    differ.
    """
    if record.complete:
        return f"{record.record_id}.{record.revision}"
    return f"{record.record_id}.{worth(record.revision, record.complete, json)}"
