"""Chaos: real calls while everything around them is killed, cut, stopped and filled. ``python -m tests.chaos``"""
