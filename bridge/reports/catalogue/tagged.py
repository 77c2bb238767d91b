"""Conditions on a call's tags."""

from bridge.tags.catalogue import BY_NAME


def tagged(name: str) -> str:
    """SQL for "the call has the tag"."""
    return f"(tag_bits & {1 << BY_NAME[name].bit}) <> 0"
