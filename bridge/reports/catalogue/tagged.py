"""Conditions on a call's tags."""

from bridge.tags.catalogue import bits_of


def tagged(name: str) -> str:
    """SQL for "the call has the tag"."""
    return f"(tag_bits & {bits_of([name])}) <> 0"
