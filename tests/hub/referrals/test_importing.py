"""A spreadsheet comes in once, whole, whatever happens on the way."""

import datetime as dt
import threading
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
from hub.referrals.advance import Advance, advance_many
from hub.referrals.importing import run, write
from hub.referrals.intake import Contact, refer
from hub.referrals.ladder import UnknownRungError
from hub.referrals.models import Deal, Programme, Referral, StageEvent
from hub.referrals.programme_file import read
from hub.referrals.queries import programme_with_version
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


def test_a_second_run_changes_nothing(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, PIPELINE)
    before = everything(app)
    again = bring(app, PIPELINE, now=NOW + dt.timedelta(days=3)).summary
    assert (again.unchanged, again.new, again.moved, again.points) == (again.read, 0, 0, 0)
    assert everything(app) == before


def test_a_dry_run_says_what_the_run_then_does_and_writes_nothing(each_database: Flask) -> None:
    app = with_programme(each_database)
    before = everything(app)
    dry = bring(app, PIPELINE, dry_run=True).summary
    assert everything(app) == before
    assert bring(app, PIPELINE).summary == dry


def test_first_only_submitted_then_the_rest(each_database: Flask, make_app: Any) -> None:
    app = with_programme(each_database)
    truth = truth_of(PIPELINE)
    first = bring(app, PIPELINE, until="submitted").summary
    assert first.points == 100 * (truth.stages.total() - truth.uncredited)
    dry = bring(app, PIPELINE, dry_run=True).summary
    rest = bring(app, PIPELINE).summary
    assert rest == dry
    assert rest.moved == truth.stages.total() - truth.stages["Prospecting"]
    assert first.points + rest.points == truth.points
    at_once = with_programme(make_app())
    bring(at_once, PIPELINE)
    assert books(app) == books(at_once)


def test_an_end_that_the_ladder_lacks_is_refused(app: Flask) -> None:
    with_programme(app)
    with pytest.raises(UnknownRungError):
        bring(app, PIPELINE, until="Signed")


def test_a_row_that_begins_beyond_the_end_is_submitted_all_the_same(app: Flask) -> None:
    with_programme(app)
    short = read_map(
        '[columns]\nid = "opportunity_id"\nstage = "deal_stage"\ncompany = "account"\n[dates]\n'
        'formats = ["%m/%d/%Y"]\n[stages]\nWon = [{ stage = "Won", on = "close_date" }]\n'
    )
    bring(app, sheet(ONE), until="Submitted", sheet_map=short)
    assert referrals(app)["A1"].rung == "submitted"
    bring(app, sheet(ONE), sheet_map=short)
    assert (referrals(app)["A1"].rung, sum(line[2] for line in books(app))) == ("won", 32_000)


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


def test_breakage_that_is_mended_in_the_sheet_is_credited(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, sheet("B1,Rae Lind,NB Pro,,Won,1/5/2025,2/6/2025,4000"))
    mended = sheet("B1,Rae Lind,NB Pro,Oakmere,Won,1/5/2025,2/6/2025,4000")
    dry = bring(app, mended, dry_run=True).summary
    found = bring(app, mended).summary
    assert found == dry
    assert (found.moved, found.points) == (1, 32_000)
    row = referrals(app)["B1"]
    assert row.advocate_id is not None
    assert row.breakage is None
    assert bring(app, mended).summary.unchanged == 1
    assert count(app, Notice) == 0


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


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_killed_between_batches_it_goes_on_where_it_stopped(app: Flask, make_app: Any, batch: int) -> None:
    with_programme(app)
    whole = with_programme(make_app())
    bring(whole, PIPELINE)
    left = [batch]

    def stop(_rows: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(app, PIPELINE, on_rows=stop)
    assert len(referrals(app)) == min(batch * run.SQLITE_BATCH, len(referrals(whole)))
    bring(app, PIPELINE)
    assert books(app) == books(whole)


def test_killed_inside_a_batch_nothing_of_it_is_kept(
    each_database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_programme(each_database)
    before = everything(app)

    def break_off(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(write, "_booked", break_off)
        with pytest.raises(KeyboardInterrupt):
            bring(app, sheet(ONE, UNDATED))
    assert everything(app) == before
    assert bring(app, sheet(ONE, UNDATED)).summary.points == 32_100


def test_two_imports_at_once_are_one(each_database: Flask) -> None:
    app = with_programme(each_database)
    failures: list[BaseException] = []

    def go() -> None:
        try:
            bring(app, PIPELINE)
        except BaseException as error:  # a thread has nobody else to tell
            failures.append(error)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    truth = truth_of(PIPELINE)
    assert len(referrals(app)) == truth.stages.total()
    assert sum(line[2] for line in books(app)) == truth.points


def test_a_stage_without_a_date_takes_the_time_of_the_first_import_and_keeps_it(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet(UNDATED))
    found = bring(app, sheet(UNDATED), now=NOW + dt.timedelta(days=40)).summary
    assert (found.unchanged, found.moved) == (1, 0)
    assert referrals(app)["P1"].moved_at == NOW


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


def test_what_the_crm_told_that_day_is_not_told_again(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet(BEGUN))
    with app.app_context(), edges.unit():
        referral_id = db.session.scalars(select(Referral.id)).one()
        at = dt.datetime(2025, 2, 6, 19, 30, tzinfo=dt.UTC)
        advance_many(
            [Advance(referral_id=referral_id, rung_key="won", happened_at=at, source="crm")], now=NOW
        )
    assert bring(app, sheet(ONE)).summary.unchanged == 1


def test_won_again_on_another_day_is_news(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet(ONE))
    bring(app, sheet(ONE.replace("Won", "Lost").replace("2/6/2025", "3/6/2025")))
    assert sum(line[2] for line in books(app)) == 7_000
    bring(app, sheet(ONE.replace("2/6/2025", "4/6/2025")))
    assert sum(line[2] for line in books(app)) == 32_000


def test_a_deal_that_is_here_already_moves_its_own_referral(app: Flask) -> None:
    with_programme(app)
    with app.app_context(), edges.unit():
        ada = members.add("ada@example.com", name="Ada Marlowe", now=NOW)
        programme = programme_with_version()
        assert programme is not None
        refer(
            ada, Contact(email="kim@example.com"), programme=programme, mode="form", now=NOW - dt.timedelta(days=1),
            deal_id="A1",
        )  # fmt: skip
    assert bring(app, sheet(ONE)).summary.moved == 1
    assert count(app, Referral) == 1
    with app.app_context(), edges.reading():
        row = db.session.scalars(select(Referral)).one()
        assert (row.highest_rung, row.advocate_id) == ("won", 1)


def test_a_referral_on_an_older_ladder_refuses_a_stage_it_lacks(app: Flask) -> None:
    with_programme(app)
    bring(app, sheet(BEGUN))
    text = PROGRAMME.read_text().replace("Won = 32000", "Signed = 20000\nWon = 32000")
    with_programme(app, text.encode())
    sheet_map = read_map(
        '[columns]\nid = "opportunity_id"\nstage = "deal_stage"\ncompany = "account"\n[dates]\n'
        'formats = ["%m/%d/%Y"]\n[stages]\nWon = [{ stage = "Signed", on = "close_date" }]\n'
    )
    found = bring(app, sheet(ONE, ONE.replace("A1", "A2")), sheet_map=sheet_map)
    assert [(row.line_number, row.field) for row in found.bad] == [(2, "stage")]
    assert referrals(app)["A2"].rung == "signed"


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
