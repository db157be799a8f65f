"""Segments: named audiences. A segment is a set of rules, and each rule is a condition that the database checks.

Others ask who belongs (`condition`, `holds_many`, `belonging`) and say where they use one (`uses`). This room never
keeps a list of members: who belongs is asked anew each time, so somebody who changes is in or out at once. It never
sifts members in Python.
"""

from importlib import import_module
from pkgutil import iter_modules

from hub.segments import rules as _rules
from hub.segments.fields import Field, Unclear
from hub.segments.measures import MEASURES, measure
from hub.segments.queries import (
    belonging,
    condition,
    count,
    holds,
    holds_many,
    members,
    of,
    within,
)
from hub.segments.rules import Kind, Rules, register
from hub.segments.tree import read, says
from hub.segments.uses import Use, uses

__all__ = [
    "MEASURES", "Field", "Kind", "Rules", "Unclear", "Use", "belonging", "condition", "count", "holds", "holds_many",
    "measure", "members", "of", "read", "register", "says", "uses", "within",
]  # fmt: skip

for _found in iter_modules(_rules.__path__):  # a kind is a file: whichever lies there is known
    import_module(f"{_rules.__name__}.{_found.name}")
