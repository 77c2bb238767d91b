"""Calls put together at random from a seed, so that what nobody thought of is tried, too.

``grammar`` makes a plan of a seed, ``dialplan`` writes its steps for the PBX, ``playing`` has phones live it and
writes down what they did, and ``oracle`` tells from plan and phones alone what the records must say: it
knows nothing of how callbridge decides. ``python -m tests.live.chance --help`` plays.
"""
