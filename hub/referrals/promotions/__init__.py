"""Promotions: more points for a while, on a programme or a challenge.

A promotion has entries of its own, under keys that name it, so a ladder's own sum never changes. It counts what happens
while it runs, also when we hear of it later, and nothing that was paid before it began.
"""
