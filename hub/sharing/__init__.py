"""Sharing: content to pass on, personal links, and the clicks they bring.

`link` gives a member their own address for a subject and a channel, `by_code` finds it again, `target` says where
links to a room's subjects lead, `offers` which of its pages members pass on, `clicked` reads the mark of a click. This
room never sends anybody to an address from a request, never keeps a visitor's address, and never pays for a
click.
"""

from flask import Flask

from hub.sharing import contents, networks, targets, terms
from hub.sharing.actions import link, links, retire
from hub.sharing.clicks.front import Front
from hub.sharing.codes import clicked
from hub.sharing.queries import address, by_code
from hub.sharing.targets import Destination, Offer, discloses, offers, target

__all__ = [
    "Destination", "Offer", "address", "by_code", "clicked", "contents", "discloses", "link", "links", "networks",
    "offers", "retire", "target", "targets", "terms",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Puts the door of `/s/…` in front of Flask."""
    front = Front(app, app.wsgi_app)
    app.extensions["clicks"] = front
    app.wsgi_app = front  # type: ignore[method-assign]
