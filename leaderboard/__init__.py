"""Boards: who did how much in a week, a month, a quarter, a year, ever, or in a season; and where I stand among them.

A board is a row: what it counts (`metrics/`, one file each), for whom, in which periods, among whom. Standings follow
the books as absolute values and can be thrown away and made again, until a season is over: then they are frozen. This
room never awards a point, never shows somebody who doesn't want to be seen, never tells who belongs to an audience
beyond those shown, and never tells anyone that they are 48,213th.
"""

from leaderboard.periods import Period
from leaderboard.queries import Page, page

__all__ = ["Page", "Period", "page"]
