"""Decides which tags a call has: one function for each tag, with the tag's name."""

from __future__ import annotations

from types import ModuleType

from bridge.calls.call import Call
from bridge.tags import beyond, categories, statuses
from bridge.tags.catalogue import CATALOGUE
from bridge.tags.proof import Proof, Rule, Rules


def _room(bit: int) -> ModuleType:
    return categories if bit <= 12 else statuses if bit <= 26 else beyond


RULES: dict[str, Rule] = {tag.name: getattr(_room(tag.bit), tag.name) for tag in CATALOGUE}
"""The rule of every tag in the catalogue; a tag without one fails at import."""


def decide(call: Call, rules: Rules) -> dict[str, list[Proof]]:
    """The call's tags in the order of their bits, each with its proof.

    If part of the call was not seen, only those tags remain that hold whatever happened in that part.
    """
    found = {name: proofs for name, rule in RULES.items() if (proofs := rule(call, rules))}
    if not call.unseen:
        return found
    seen = {name: [proof for proof in proofs if _was_seen(proof, call)] for name, proofs in found.items()}
    return {name: proofs for name, proofs in seen.items() if proofs}


def _was_seen(proof: Proof, call: Call) -> bool:
    if proof.since is None or proof.until is None:
        return not call.unseen.holds(proof.at)
    return not call.unseen.any(proof.since, proof.until)
