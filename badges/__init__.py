"""Badges, levels and weekly streaks: what somebody has done, shown for good.

A badge has a rule (one file each in `rules/`): a number about a member, as SQL, and how high it must be. This room
follows the books and the facts and awards what is earned, exactly once, also for what was done before the badge was
published. It never takes a badge away, never pays points, and never ranks anybody.
"""

from importlib import import_module
from pkgutil import iter_modules

from badges import rules as _rules
from badges.actions import grant, publish, retire
from badges.queries import holding, level_of, progress
from badges.rules import Progress, Rule, register

__all__ = ["Progress", "Rule", "grant", "holding", "level_of", "progress", "publish", "register", "retire"]

for _found in iter_modules(_rules.__path__):  # a rule is a file: whichever lies there is known
    import_module(f"{_rules.__name__}.{_found.name}")
