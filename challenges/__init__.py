"""Challenges: what members can do, how long it takes and what it is worth, told before they begin.

A challenge is of a kind, and each kind is one file in `kinds/` with one shape. This room never books points: what a
challenge is worth is paid by the room that sees it done.
"""
