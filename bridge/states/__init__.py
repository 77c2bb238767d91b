"""How agents and devices are, from the changes of the mirror: as stretches on record, and for the board."""
