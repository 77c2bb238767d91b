"""The states of agents and devices, from what changes in the mirror: as stretches on record, and for the board."""
