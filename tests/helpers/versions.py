"""Versions of one record, as several instances and restarts make them."""

import msgspec
from hypothesis import strategies as st

from bridge.records.worth import worth
from bridge.vocabulary.record import Record
from tests.helpers.samples import ANSWERED

VERSIONS = st.lists(
    st.builds(
        lambda revision, complete, linked_ids: msgspec.structs.replace(
            ANSWERED, revision=revision, complete=complete, linked_ids=linked_ids
        ),
        st.integers(1, 3),
        st.booleans(),
        st.lists(st.sampled_from("abc"), max_size=2),
    ),
    min_size=1,
    max_size=5,
)
ORDERS = VERSIONS.flatmap(lambda versions: st.tuples(st.permutations(versions), st.permutations(versions * 2)))
"""The same versions in two orders, the second with each twice."""


def best(versions: list[Record]) -> Record:
    """The one that is to stay."""
    return max(versions, key=lambda record: worth(record.revision, record.complete, msgspec.json.encode(record)))
