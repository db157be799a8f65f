"""A spreadsheet comes in once, whole, and says what it could not take."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub import members
from hub.activity.models import Fact
from hub.core import edges, registry
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice
from hub.referrals import programmes
from hub.referrals.importing import write
from hub.referrals.models import Deal, Programme, StageEvent
from hub.referrals.programme_file import read
from hub.referrals.samples import PIPELINE, PROGRAMME
from hub.referrals.spreadsheet import SpreadsheetError, read_map
from tests.hub.referrals.imports import NOW, books, bring, everything, referrals, sheet, with_programme
from tests.hub.referrals.pipelines import PRICE, truth_of

ONE = "A1,Rae Lind,NB Pro,Oakmere,Won,1/5/2025,2/6/2025,4000"
BEGUN = "A1,Rae Lind,NB Pro,Oakmere,Engaging,1/5/2025,,"
UNDATED = "P1,Rae Lind,NB Pro,Oakmere,Prospecting,,,"


def count(app: Flask, model: Any) -> int:
    with app.app_context(), edges.reading():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_books_are_what_the_cells_say(each_database: Flask) -> None:
    app = with_programme(each_database)
    truth = truth_of(PIPELINE)
    found = bring(app, PIPELINE).summary
    rows = truth.stages.total()
    assert (found.read, found.new, found.moved, found.unchanged, found.bad) == (rows, rows, 0, 0, 0)
    assert (found.nobody_to_credit, found.points) == (truth.uncredited, truth.points)
    per_row: Counter[str] = Counter()
    for name, _, points, _ in books(app):
        per_row[name] += points
    worth = Counter(per_row.values())
    credited = Counter(dict.fromkeys(PRICE, 0))
    for row in referrals(app).values():
        credited[row.rung] += row.advocate_id is not None
    assert worth[32_000] == credited["won"]
    assert worth[7_000] == credited["lost"] + credited["opportunity"]
    assert worth[100] == credited["submitted"]
    with app.app_context(), edges.reading():
        assert [line for check in registry.checks.values() for line in check()] == []


def test_each_account_has_one_unregistered_advocate(app: Flask) -> None:
    with_programme(app)
    bring(app, PIPELINE)
    truth = truth_of(PIPELINE)
    by_company: Counter[str] = Counter()
    with app.app_context(), edges.reading():
        stubs = db.session.scalars(select(Member).where(Member.stub_key.like("import:%"))).all()
        names = {member.stub_key: member.name.removeprefix("Advocate at ") for member in stubs}
        assert all(member.is_stub and not member.is_staff and member.company_id for member in stubs)
    for _, _, points, holder in books(app):
        by_company[names[holder]] += points
    assert by_company == truth.by_company


def test_a_dry_run_says_what_the_run_then_does_and_writes_nothing(each_database: Flask) -> None:
    app = with_programme(each_database)
    before = everything(app)
    dry = bring(app, PIPELINE, dry_run=True).summary
    assert everything(app) == before
    assert bring(app, PIPELINE).summary == dry


def test_nobody_is_told_of_old_deals(app: Flask) -> None:
    with_programme(app)
    bring(app, PIPELINE)
    assert count(app, Notice) == 0
    with app.app_context(), edges.reading():
        kinds = set(db.session.scalars(select(Fact.kind).where(Fact.subject.like("referral:%"))))
        assert kinds == set()


def test_breakage_is_kept_with_its_reason_and_earns_nothing(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet("B1,Rae Lind,NB Pro,,Won,1/5/2025,2/6/2025,4000"))
    row = referrals(app)["B1"]
    assert (row.advocate_id, row.state, row.amount_hundredths) == (None, "won", 400_000)
    assert row.breakage
    assert "nobody to credit" in row.breakage
    assert books(app) == []


def test_wrong_rows_are_named_and_the_others_go_in(app: Flask) -> None:
    with_programme(app)
    found = bring(
        app,
        sheet(
            ONE,
            "A2,Rae Lind,NB Pro,Oakmere,Won,13/45/2025,,1",
            "A3,Rae Lind,NB Pro,Oakmere,Signed,,,",
            ",Rae Lind,NB Pro,Oakmere,Won,1/5/2025,2/6/2025,1",
            "A5,Rae Lind,NB Pro,Oakmere,Won,1/5/2025,2/6/2027,1",
            UNDATED,
        ),
    )
    assert [(row.line_number, row.field) for row in found.bad] == [
        (3, "engage_date"),
        (4, "deal_stage"),
        (5, "opportunity_id"),
        (6, "close_date"),
    ]
    assert all(row.why and row.what_to_do for row in found.bad)
    assert (found.summary.read, found.summary.new, found.summary.bad) == (6, 2, 4)
    assert set(referrals(app)) == {"A1", "P1"}


def test_a_contact_without_a_usable_address_is_named(app: Flask) -> None:
    with_programme(app)
    sheet_map = read_map(
        '[columns]\nid = "id"\nstage = "stage"\ncontact_email = "mail"\ncompany = "firm"\n[stages]\n'
        'New = [{ stage = "Submitted" }]\n'
    )
    found = bring(app, b"id,stage,mail,firm\n1,New,n/a,X\n2,New,KIM@example.com,X\n", sheet_map=sheet_map)
    assert [(row.line_number, row.field) for row in found.bad] == [(2, "contact_email")]
    assert referrals(app)["2"].contact_email == "kim@example.com"


def test_a_file_that_the_map_does_not_fit_is_refused_before_anything_is_written(app: Flask) -> None:
    with_programme(app)
    before = everything(app)
    with pytest.raises(SpreadsheetError):
        bring(app, b"one,two\n1,2\n")
    assert everything(app) == before


def test_old_events_count_in_their_own_period(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet(ONE))
    with app.app_context(), edges.reading():
        events = db.session.execute(select(StageEvent.to_rung, StageEvent.happened_at))
        reached = {rung: at for rung, at in events}
    assert reached["opportunity"] == dt.datetime(2025, 1, 5, 5, tzinfo=dt.UTC)
    assert reached["won"] == dt.datetime(2025, 2, 6, 5, tzinfo=dt.UTC)
    row = referrals(app)["A1"]
    assert row.created_at == reached["opportunity"]
    assert (row.amount_hundredths, row.currency) == (400_000, "USD")


def test_caps_and_the_refusal_of_duplicates_do_not_apply(app: Flask) -> None:
    with_programme(app, PROGRAMME.read_bytes().replace(b"daily_cap = 10", b"daily_cap = 1"))
    sheet_map = read_map(
        '[columns]\nid = "id"\nstage = "stage"\ncontact_email = "mail"\ncompany = "firm"\n[stages]\n'
        'New = [{ stage = "Submitted" }]\n'
    )
    rows = "".join(f"{n},New,kim@example.com,X\n" for n in range(5))
    assert bring(app, b"id,stage,mail,firm\n" + rows.encode(), sheet_map=sheet_map).summary.new == 5


def test_every_row_has_its_deal_for_the_crm(app: Flask) -> None:
    with_programme(app)
    bring(app, PIPELINE)
    with app.app_context(), edges.reading():
        rows = db.session.execute(select(Deal.deal_id, Deal.referral_id))
        deals = {deal_id: referral_id for deal_id, referral_id in rows}
    assert deals == {external_id: row.id for external_id, row in referrals(app).items()}


def test_owners_are_found_by_name_or_kept_as_stubs(app: Flask) -> None:
    with_programme(app)
    with app.app_context(), edges.unit():
        rae = members.add("rae@example.com", name="Rae Lind", roles=["rep"], now=NOW).id
    bring(app, sheet(ONE, UNDATED.replace("Rae Lind", "Ib Sørensen"), "B2,,NB Pro,Oakmere,Prospecting,,,"))
    found = referrals(app)
    assert (found["A1"].owner_id, found["A1"].owner_rule) == (rae, "import")
    assert (found["B2"].owner_id, found["B2"].owner_rule) == (None, "none")
    with app.app_context(), edges.reading():
        stub = members.get(found["P1"].owner_id or 0)
        assert stub is not None
        assert (stub.name, stub.is_stub, stub.is_staff, stub.roles) == (
            "Ib Sørensen",
            True,
            True,
            frozenset({"rep"}),
        )


def test_a_code_that_is_taken_is_drawn_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with_programme(app)
    codes = iter(["RF-AAAAAA", "RF-AAAAAA", "RF-BBBBBB"])
    monkeypatch.setattr(write, "new_code", lambda: next(codes))
    bring(app, sheet(ONE, UNDATED))
    assert sorted(row.code for row in referrals(app).values()) == ["RF-AAAAAA", "RF-BBBBBB"]


def test_the_whole_import_says_so_once_a_batch(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet(ONE, UNDATED))
    with app.app_context(), edges.reading():
        fact = db.session.scalars(select(Fact).where(Fact.kind == "referrals.imported")).one()
        programme = db.session.scalars(select(Programme)).one()
        assert fact.subject == f"programme:{programme.id}"
        assert fact.data == {"new": 2, "moved": 0, "points": 32_100}


def test_a_company_payee_is_paid_as_the_programme_says(app: Flask) -> None:
    text = PROGRAMME.read_bytes().replace(b'payee = "member" ', b'payee = "company" ')
    with app.app_context(), edges.unit():
        programmes.publish(read(text), by_id=None, now=NOW)
    bring(app, sheet(ONE))
    assert {line[3] for line in books(app)} == {"oakmere"}
