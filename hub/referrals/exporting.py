"""The hub's rows for a spreadsheet or a script, streamed: a million of them take no more memory than ten."""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from sqlalchemy import Executable, String, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from hub.core.db import db
from hub.ledger.models import Account, Entry, EntryNote, Wallet
from hub.members.models import Company, Member
from hub.referrals.models import Deal, Programme, ProgrammeVersion, Referral

AT_ONCE = 500
# A cell that begins so is a formula to a spreadsheet, also in the wide letters of East Asia.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Owner = aliased(Member, name="owner")
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Export:
    """One table as users know it. `shape` turns a row of the query into plain values, in the order of `columns`."""

    columns: tuple[str, ...]
    query: Callable[[], Executable]
    shape: Callable[[Any], Row] = tuple

    def rows(self) -> Iterator[Row]:
        """All rows, oldest first, from a cursor on the server's side."""
        found = db.session.execute(self.query().execution_options(yield_per=AT_ONCE))
        for row in found:
            yield self.shape(row)


def _entries() -> Executable:
    return (
        select(
            Entry.id, Member.handle, Entry.points, Entry.reason, Entry.key, Entry.subject, Entry.created_at,
            Entry.happened_at, Account.member_id, Company.name, Entry.corrects_id, EntryNote.note,
        )
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(Member, Member.id == Account.member_id)
        .outerjoin(Company, Company.id == Account.company_id)
        .outerjoin(EntryNote, EntryNote.entry_id == Entry.id)
        .order_by(Entry.id)
    )  # fmt: skip


def _referrals() -> Executable:
    points = (
        select(func.coalesce(func.sum(Entry.points), 0))
        .where(Entry.subject == literal("referral:") + cast(Referral.id, String))
        .scalar_subquery()
    )
    deals = (
        select(func.aggregate_strings(Deal.deal_id, " "))
        .where(Deal.referral_id == Referral.id)
        .scalar_subquery()
    )
    return (
        select(
            Referral.id, Referral.code, Programme.slug, Member.handle, Company.name, Owner.name, Referral.contact_name,
            Referral.contact_email, Referral.contact_company, Referral.rung, Referral.highest_rung, Referral.state,
            points, Referral.amount_hundredths, Referral.currency, deals, Referral.mode, Referral.source,
            Referral.breakage, Referral.created_at, Referral.moved_at, ProgrammeVersion.number,
        )
        .join(Programme, Programme.id == Referral.programme_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Referral.version_id)
        .outerjoin(Member, Member.id == Referral.advocate_id)
        .outerjoin(Company, Company.id == Referral.company_id)
        .outerjoin(Owner, Owner.id == Referral.owner_id)
        .order_by(Referral.id)
    )  # fmt: skip


def _referral(row: Any) -> Row:
    values = list(row)
    values[12] = int(values[12])
    values[13] = decimal(values[13])
    return values


def _members() -> Executable:
    state = case(
        (Member.erased_at.is_not(None), "erased"),
        (Member.disabled_at.is_not(None), "disabled"),
        (Member.is_stub, "waiting"),
        else_="active",
    )
    return (
        select(
            Member.id, Member.handle, Member.name, Member.email, state, Member.type, Member.title, Company.name,
            Member.roles_held, func.coalesce(Wallet.balance, 0), func.coalesce(Wallet.held, 0),
            func.coalesce(Wallet.lifetime, 0), Member.joined_at, Member.created_at,
        )
        .outerjoin(Company, Company.id == Member.company_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(Wallet, Wallet.account_id == Account.id)
        .order_by(Member.id)
    )  # fmt: skip


def _member(row: Any) -> Row:
    return [" ".join(value) if isinstance(value, list) else value for value in row]


EXPORTS = {
    "referrals": Export(
        (
            "id", "code", "programme", "advocate", "company", "owner", "contact_name", "contact_email",
            "contact_company", "stage", "highest_stage", "state", "points", "amount", "currency", "deals", "mode",
            "source", "breakage", "created_at", "moved_at", "version",
        ),
        _referrals,
        _referral,
    ),
    "entries": Export(
        (
            "id", "member", "points", "reason", "key", "subject", "created_at", "happened_at", "member_id", "company",
            "corrects_id", "note",
        ),
        _entries,
    ),
    "members": Export(
        (
            "id", "handle", "name", "email", "state", "type", "title", "company", "roles", "balance", "held",
            "lifetime", "joined_at", "created_at",
        ),
        _members,
        _member,
    ),
}  # fmt: skip


def write_csv(export: Export, out: TextIO) -> int:
    """Writes a heading and all rows; returns how many. What a spreadsheet would take for a formula is made text."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(export.columns)
    count = 0
    for row in export.rows():
        writer.writerow([harmless(plain(value)) for value in row])
        count += 1
    return count


def write_json(export: Export, out: TextIO) -> int:
    """Writes one array with an object per row; returns how many."""
    count = 0
    out.write("[")
    for row in export.rows():
        out.write(",\n" if count else "\n")
        found = {name: plain(value) for name, value in zip(export.columns, row, strict=True)}
        out.write(json.dumps(found, ensure_ascii=False))
        count += 1
    out.write("\n]\n" if count else "]\n")
    return count


def plain(value: Any) -> Any:
    """An instant as RFC 3339 in UTC; everything else as it is."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value


def harmless(value: Any) -> Any:
    """A text that begins like a formula gets an apostrophe in front; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def decimal(hundredths: int | None) -> str | None:
    """6000000 → 60000.00."""
    if hundredths is None:
        return None
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"
