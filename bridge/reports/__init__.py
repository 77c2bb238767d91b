"""Figures: what is counted, by which formula, at which moment. The same code computes them for commands, pages and
files."""
