"""Challenges: what members can do, how long it takes and what it is worth, told before they begin.

A challenge is a row of steps, each of a kind (one file in `kinds/`, one shape). A member's attempt is a submission; it
ends by itself or is looked at by a reviewer, and what it was promised is paid once, whoever decides at the same time.
This room never pays for a sentiment, never changes what was promised or paid when a challenge is edited, and never
leaves a member without an answer.
"""
