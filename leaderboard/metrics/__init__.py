"""What a board may count. A metric is a file: whichever lies here is known.

A metric says what happened to whom, when, and how much it counts; everything else follows from that. Whoever may have
changed is marked among the ledger's changes: by an entry itself, or by the facts that a metric names. The follower then
writes what it comes to, absolute, in one transaction with the histograms, so a mark that comes twice counts once, and
`hurrah prove` asks the same question of the truth.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, runtime_checkable

from sqlalchemy import ColumnElement

Happened = Iterable[tuple[int, dt.datetime, int]]
"""(account, when, how much), in no order."""


class Metric(Protocol):
    """What every file here has."""

    name: str
    label: str
    says: str
    order: int
    icon: str
    one: str
    many: str
    facts: tuple[str, ...]
    """After these facts somebody's number may be another one; what writes an entry needs none."""

    def happened(self, account_ids: Sequence[int]) -> Happened:
        """All that counts for these accounts, ever: one statement, or one more for the ladders."""

    def whom(self, subjects: Collection[str]) -> set[int]:
        """The members whose number the facts about these subjects (`referral:7`) may have changed."""

    def counts(self) -> ColumnElement[bool]:
        """The condition on Account that there may be something to count at all."""


@runtime_checkable
class Summed(Protocol):
    """A metric with so much behind it that only what is new is summed again."""

    def news(self, account_ids: Sequence[int]) -> Iterable[tuple[int, dt.datetime]]:
        """When what lies behind these accounts' marks happened, maybe with some older things."""

    def sums(
        self, account_ids: Sequence[int], since: dt.datetime | None, until: dt.datetime | None
    ) -> Mapping[int, int]:
        """What counts for these accounts in [since, until)."""


METRICS: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    """Makes a metric known, under its name."""
    METRICS[metric.name] = metric
    return metric


def numbers_of(subjects: Collection[str], prefix: str) -> list[int]:
    """7 of `referral:7`, for the subjects of this prefix."""
    parted = (subject.partition(":") for subject in subjects)
    return [int(number) for kind, _, number in parted if kind == prefix and number.isdecimal()]


for _found in iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
