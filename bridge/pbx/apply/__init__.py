"""What each kind of fact changes in what is known of a PBX: one file for each family of facts, gathered by ``table``.

Every applier may be called twice with the same fact, and in any order that feeds have been seen to use. Only
``table`` imports these files; what two of them need belongs to the owner of what it changes.
"""
