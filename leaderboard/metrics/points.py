"""Points earned: awards, and corrections in the corrected entry's period; never redemptions."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, exists

from hub.ledger import queries as ledger
from hub.ledger.models import Account, Wallet
from leaderboard.metrics import Happened, register


class Points:
    """Whoever books an entry marks its account, so no fact is needed."""

    name = "points"
    label = "Points"
    says = "Points earned, whatever they were for. Spending them changes nothing."
    order = 1
    icon = "coins"
    one, many = "point", "points"
    facts: tuple[str, ...] = ()

    def happened(self, account_ids: Sequence[int]) -> Happened:
        """Each entry that isn't spending."""
        return ledger.earned(account_ids)

    def news(self, account_ids: Sequence[int]) -> Iterable[tuple[int, dt.datetime]]:
        """The entries that came with the marks."""
        return ledger.news(account_ids)

    def sums(
        self, account_ids: Sequence[int], since: dt.datetime | None, until: dt.datetime | None
    ) -> Mapping[int, int]:
        """One statement a period."""
        return ledger.sums(account_ids, since=since, until=until)

    def whom(self, subjects: Collection[str]) -> set[int]:  # noqa: ARG002
        """Nobody: entries mark."""
        return set()

    def counts(self) -> ColumnElement[bool]:
        """Something was ever earned."""
        return exists().where(Wallet.account_id == Account.id, Wallet.lifetime > 0).correlate(Account)


register(Points())
