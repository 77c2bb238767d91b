"""What ARI alone cannot show, and why: the tags that an instance without AMI may miss. None may be wrong."""

from typing import Any

from tests.live.expected import Expected, compare

Record = dict[str, Any]

ARI_CANNOT: dict[str, str] = {}


def without_what_ari_cannot_show(expected: list[Expected], records: list[Record], nn: str) -> list[str]:
    return compare(expected, records, nn)
