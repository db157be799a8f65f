"""Boards: who earned how much in a week, a month, a quarter, a year, ever; and where I stand among them.

A follower of the ledger: standings are sums of entries, written as absolute values, and can be thrown away and made
again. This room never awards a point, never shows somebody who doesn't want to be seen, and never tells anyone that
they are 48,213th.
"""

from leaderboard.periods import Period
from leaderboard.queries import Page, page

__all__ = ["Page", "Period", "page"]
