"""What is written out: all of it, in constant memory, and nothing a spreadsheet would run."""

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from hub import ledger, members
from hub.core import edges
from hub.core.db import db
from hub.core.files import written_whole
from hub.ledger.models import Entry
from hub.referrals.exporting import EXPORTS, harmless, write_csv, write_json
from hub.referrals.samples import PIPELINE
from tests.hub.referrals.imports import NOW, books, bring, referrals, sheet, with_programme


def exported(app: Flask, what: str) -> list[dict[str, str]]:
    out = io.StringIO()
    with app.app_context(), edges.reading():
        count = write_csv(EXPORTS[what], out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert len(rows) == count
    return rows


def exported_json(app: Flask, what: str) -> list[dict[str, object]]:
    out = io.StringIO()
    with app.app_context(), edges.reading():
        count = write_json(EXPORTS[what], out)
    rows: list[dict[str, object]] = json.loads(out.getvalue())
    assert len(rows) == count
    return rows


def test_entries_come_in_the_promised_columns(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, PIPELINE)
    rows = exported(app, "entries")
    assert list(rows[0])[:7] == ["id", "member", "points", "reason", "key", "subject", "created_at"]
    assert sum(int(row["points"]) for row in rows) == sum(line[2] for line in books(app))
    assert rows[0]["created_at"] == "2026-11-21T12:00:00Z"
    assert [int(row["id"]) for row in rows] == sorted(int(row["id"]) for row in rows)
    assert all(row["member"].startswith("advocate-at-") for row in rows)
    assert [str(row["key"]) for row in exported_json(app, "entries")] == [row["key"] for row in rows]


def test_referrals_carry_what_they_earned(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, PIPELINE)
    rows = exported(app, "referrals")
    known = referrals(app)
    assert len(rows) == len(known)
    price = {"won": 32_000, "lost": 7_000, "opportunity": 7_000, "submitted": 100}
    for row in rows:
        assert int(row["points"]) == (0 if row["breakage"] else price[row["stage"]])
        found = known[row["deals"]]
        assert row["code"] == found.code
        hundredths = found.amount_hundredths
        assert row["amount"] == ("" if hundredths is None else f"{hundredths / 100:.2f}")


def test_members_carry_their_wallets(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, PIPELINE)
    rows = exported(app, "members")
    assert sum(int(row["balance"]) for row in rows) == sum(line[2] for line in books(app))
    assert {row["state"] for row in rows} == {"waiting"}
    assert {row["roles"] for row in rows} == {"advocate", "rep"}
    assert isinstance(exported_json(app, "members")[0]["balance"], int)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", [-100, 0, None, "a=1", "Kim", "1-2"])
def test_what_is_no_formula_stays(value: object) -> None:
    assert harmless(value) == value


def test_a_hostile_name_is_text_in_the_spreadsheet_and_itself_in_json(app: Flask) -> None:
    with_programme(app)
    evil = '=HYPERLINK("http://example.com"),\n"x'
    with app.app_context(), edges.unit():
        # Straight past the tidying that names get: what is in the table is what has to be survived.
        members.add("eve@example.com", name="Eve", now=NOW).name = evil
    assert exported(app, "members")[0]["name"] == f"'{evil}"
    assert exported_json(app, "members")[0]["name"] == evil


def test_negative_points_stay_numbers(app: Flask) -> None:
    with_programme(app)
    with app.app_context(), edges.unit():
        account = ledger.account_for(member_id=members.add("a@example.com", name="A B", now=NOW).id)
        wish = {"reason": "manual", "subject": "member:1", "happened_at": NOW, "now": NOW}
        ledger.award(account, 100, key="a", **wish)  # type: ignore[arg-type]
        ledger.award(account, -40, key="b", note="-40, by hand", **wish)  # type: ignore[arg-type]
    assert [row["points"] for row in exported(app, "entries")] == ["100", "-40"]
    assert exported(app, "entries")[1]["note"] == "'-40, by hand"


@pytest.mark.parametrize("what", list(EXPORTS))
def test_an_empty_hub_is_a_heading_or_an_empty_array(app: Flask, what: str) -> None:
    assert exported(app, what) == []
    assert exported_json(app, what) == []


def test_memory_does_not_grow_with_the_rows(each_database: Flask) -> None:
    app = with_programme(each_database)
    bring(app, sheet("A1,Rae,NB Pro,Oakmere,Prospecting,,,"))
    peaks = []
    for start, many in ((0, 2_000), (2_000, 20_000)):
        with app.app_context(), edges.unit():
            rows = [
                {"account_id": 1, "points": 1, "reason": "manual", "key": f"k{start + n}", "subject": "member:1",
                 "happened_at": NOW, "created_at": NOW}
                for n in range(many)
            ]  # fmt: skip
            db.session.execute(insert(Entry), rows)
        del rows
        with app.app_context(), edges.reading(), Path("/dev/null").open("w") as out:
            write_csv(EXPORTS["entries"], out)  # what is made once is made before we measure
            tracemalloc.start()
            write_csv(EXPORTS["entries"], out)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5, peaks


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    out_of_luck = RuntimeError("half-way")

    def half() -> None:
        with written_whole(path) as out:
            out.write("half a fi")
            raise out_of_luck

    with pytest.raises(RuntimeError):
        half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with written_whole(path) as out:
        out.write("new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
