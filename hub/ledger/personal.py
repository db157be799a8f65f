"""One person's books. They stay when the person goes, without the words that staff wrote to them."""

import datetime as dt

from sqlalchemy import Select, delete, select

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.ledger.models import Account, Entry, EntryNote, Hold, Wallet


def _accounts(member_id: int) -> Select[int]:
    return select(Account.id).where(Account.member_id == member_id)


def _entries(member_id: int) -> Select[int]:
    return select(Entry.id).where(Entry.account_id.in_(_accounts(member_id)))


@registry.export("ledger")
def tell(member_id: int) -> registry.Told:
    """Account, wallet, every entry with the words to it, what was set aside."""
    mine = _accounts(member_id)
    yield told(Account, Account.member_id == member_id)
    yield told(Wallet, Wallet.account_id.in_(mine))
    yield told(Entry, Entry.account_id.in_(mine))
    yield told(EntryNote, EntryNote.entry_id.in_(_entries(member_id)))
    yield told(Hold, Hold.account_id.in_(mine))


@registry.erasure("ledger")
def forget(member_id: int, _now: dt.datetime) -> None:
    """The words to entries may name the person; the entries don't."""
    db.session.execute(
        delete(EntryNote)
        .where(EntryNote.entry_id.in_(_entries(member_id)))
        .execution_options(synchronize_session=False)
    )
