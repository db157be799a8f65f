"""Home: the one best next thing, what is moving, what the hub did; the managers' desk; health and readiness.

Home is the last room: it shows what the others have registered (things to do, panels, hops, figures) and knows little
of its own. It never books, never decides who may see a subject, and its probes never wait for Redis.
"""

from flask import Flask

from hub.core.app import move_in
from hub.home import metrics


def init_app(app: Flask) -> None:
    """Begins counting requests; takes in the alerts, and the clock of referrals."""
    metrics.init_app(app)
    move_in(app, "hub.home.alerts")
    move_in(app, "hub.home.waiting")
