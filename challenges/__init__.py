"""Challenges: what members can do, how long it takes and what it is worth, told before they begin.

A challenge is a row of steps, each of a kind (one file in `kinds/`, one shape). A member's attempt is a submission; it
ends by itself or is looked at by a reviewer, and what it was promised is paid once, whoever decides at the same time.
This room never pays for a sentiment, never changes what was promised or paid when a challenge is edited, and never
leaves a member without an answer.
"""

from flask import Flask

from hub.core.app import move_in


def init_app(app: Flask) -> None:
    """Takes in two small rooms: the certificates that challenges give, and the journeys they make up."""
    move_in(app, "challenges.certificates")
    move_in(app, "challenges.journeys")
