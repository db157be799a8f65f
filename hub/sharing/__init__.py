"""Sharing: content to pass on, personal links, and the clicks they bring.

`link` gives a member their own address for a subject and a channel, `by_code` finds it again, `target` says where
links to a room's subjects lead, `clicked` reads the mark that a click left. This room never sends anybody to an address
from a request, never keeps a visitor's address, and never pays for a click.
"""

from hub.sharing.actions import link, links
from hub.sharing.codes import clicked
from hub.sharing.queries import by_code
from hub.sharing.targets import Destination, target

__all__ = ["Destination", "by_code", "clicked", "link", "links", "target"]
