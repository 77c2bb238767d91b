"""Figures: what is counted, by which formula, at which moment; one code computes them for commands and files."""
