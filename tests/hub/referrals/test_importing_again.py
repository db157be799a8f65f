"""The same spreadsheet again, a later one, half of one: after a kill, beside another import, after the CRM spoke."""

import datetime as dt
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub import members
from hub.core import edges
from hub.core.db import db
from hub.notices.models import Notice
from hub.referrals.advance import Advance, advance_many
from hub.referrals.importing import run, write
from hub.referrals.intake import Contact, refer
from hub.referrals.ladder import UnknownRungError
from hub.referrals.models import Referral
from hub.referrals.queries import programme_with_version
from hub.referrals.samples import PIPELINE, PROGRAMME
from hub.referrals.spreadsheet import read_map
from tests.hub.referrals.imports import NOW, books, bring, everything, referrals, sheet, with_programme
from tests.hub.referrals.pipelines import truth_of

ONE = "A1,Rae Lind,NB Pro,Oakmere,Won,1/5/2025,2/6/2025,4000"
BEGUN = "A1,Rae Lind,NB Pro,Oakmere,Engaging,1/5/2025,,"
UNDATED = "P1,Rae Lind,NB Pro,Oakmere,Prospecting,,,"


def count(app: Flask, model: Any) -> int:
    with app.app_context(), edges.reading():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_second_run_changes_nothing(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, PIPELINE)
    before = everything(app)
    again = bring(app, PIPELINE, now=NOW + dt.timedelta(days=3)).summary
    assert (again.unchanged, again.new, again.moved, again.points) == (again.read, 0, 0, 0)
    assert everything(app) == before


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
