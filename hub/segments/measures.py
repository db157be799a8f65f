"""Numbers about a member that other rooms know: points, clicks. Each is SQL, correlated to the row of `members`.

A room below registers what it counts; rules of segments and of badges ask for it by name, and go without where
nobody has registered it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement

Expression = Callable[[dt.datetime | None], ColumnElement[int]]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number: what it is called, and its expression as things stood at an instant (None: now)."""

    name: str
    label: str
    unit: str
    expression: Expression


MEASURES: dict[str, Measure] = {}


def measure(name: str, *, label: str, unit: str) -> Callable[[Expression], Expression]:
    """Registers `fn(until)`: a whole number about Member as SQL, never NULL."""

    def keep(expression: Expression) -> Expression:
        MEASURES[name] = Measure(name=name, label=label, unit=unit, expression=expression)
        return expression

    return keep
