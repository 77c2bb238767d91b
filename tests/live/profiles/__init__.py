"""Calls on PBXs that are built otherwise than ours: in the manner of FreePBX, and by a Stasis application."""
