"""Calls on PBXs that are built otherwise than ours: in others' manner, and by a Stasis application."""
