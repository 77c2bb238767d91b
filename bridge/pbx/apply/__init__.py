"""What each kind of fact does to what is known of a PBX: one file a family of facts, gathered by ``table``.

Every applier is safe to call twice with the same fact, and in any order that a PBX's feeds have been seen to use.
Only ``table`` imports them; what two of them need stands with the owner of what it changes.
"""
