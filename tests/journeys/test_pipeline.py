"""A user's spreadsheet, two ways: imported whole, or begun here and finished by the CRM. Both end in the same books."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub import members
from hub.core import edges, place, registry
from hub.core.clock import now
from hub.core.db import db
from hub.crm.models import Delivery, DeliveryState
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.referrals.models import Referral, StageEvent
from hub.referrals.samples import PIPELINE, PIPELINE_MAP, PROGRAMME
from leaderboard import actions as boards
from leaderboard import periods
from leaderboard.models import Score
from tests.hub.referrals.imports import books
from tests.hub.referrals.pipelines import PRICE, truth_of
from tests.servers import free_port
from tests.site import Site

ZONE = "America/New_York"
NewSite = Callable[[], Site]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_site(request: pytest.FixtureRequest, make_app: Any) -> Iterator[NewSite]:
    """Hubs that answer on a port, in the hub's own zone, with the sample programme and the first board."""
    with ExitStack() as running:

        def make() -> Site:
            port = free_port()
            url = f"http://127.0.0.1:{port}"
            app = make_app(request.param, PORT=str(port), PUBLIC_URL=url)
            with app.app_context(), edges.unit():
                place.settle(zone=ZONE)
                boards.ensure(now=now())
            hurrah(app, "programme", "load", PROGRAMME)
            return running.enter_context(Site(app, url, port))

        yield make


def hurrah(app: Flask, *words: object, code: int = 0) -> str:
    """Types a command; gives what it says."""
    found = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert found.exit_code == code, found.output
    return found.stdout


def work(app: Flask) -> None:
    """What the workers would do."""
    with app.app_context():
        drain_all()


def stood(app: Flask) -> list[tuple[Any, ...]]:
    """Where each referral stands, and what each has been through and when, as far as the sheet knows when."""
    with app.app_context(), edges.reading():
        columns = (
            Referral.import_key, Referral.rung, Referral.highest_rung, Referral.state, Referral.amount_hundredths,
            Referral.currency, Referral.breakage,
        )  # fmt: skip
        ends = [tuple(row) for row in db.session.execute(select(*columns))]
        events = select(Referral.import_key, StageEvent.to_rung, StageEvent.happened_at).join(
            StageEvent, StageEvent.referral_id == Referral.id
        )
        dated = [tuple(row) for row in db.session.execute(events) if row.happened_at.year < 2026]
        return sorted(ends, key=repr) + sorted(dated, key=repr)


def check_books(app: Flask, path: Path) -> None:
    """The promises of the main job, from the file's cells alone."""
    truth = truth_of(path)
    lines = books(app)
    assert sum(line[2] for line in lines) == truth.points
    with app.app_context(), edges.reading():
        rows = db.session.execute(select(Referral.import_key, Referral.rung, Referral.advocate_id)).all()
        assert [line for check in registry.checks.values() for line in check()] == []
    earned: Counter[str] = Counter()
    for name, _, points, _ in lines:
        earned[name] += points
    words = {"won": "Won", "lost": "Lost", "opportunity": "Engaging", "submitted": "Prospecting"}
    assert Counter(words[row.rung] for row in rows) == truth.stages
    assert sum(row.advocate_id is None for row in rows) == truth.uncredited
    for row in rows:
        assert earned[row.import_key or ""] == (0 if row.advocate_id is None else PRICE[words[row.rung]])


def claim_all(app: Flask) -> None:
    """Every advocate of the sheet joins; their points have waited."""
    with app.app_context():
        with edges.unit():
            stubs = db.session.scalars(select(Member).where(Member.stub_key.like("import:%"))).all()
            tokens = [
                (stub.name, f"a{stub.id}@example.com", members.claim_link(stub, now=now())) for stub in stubs
            ]
        with edges.unit():
            for name, email, token in tokens:
                members.claim(token, name=name, email=email, password=None, now=now())
    work(app)


def check_boards(app: Flask, path: Path) -> None:
    """Old deals count in their own periods: this week has only the rows without a date."""
    claim_all(app)
    with app.app_context(), edges.reading():
        week = periods.key(periods.Period.WEEK, now(), place.place(fresh=True).zone)
        per_period = select(Score.period, func.sum(Score.points)).group_by(Score.period)
        sums = {period: int(points) for period, points in db.session.execute(per_period)}
        begun = select(func.count()).where(Referral.rung == "submitted", Referral.advocate_id.is_not(None))
        undated = db.session.scalar(begun) or 0
    assert sums["all"] == truth_of(path).points
    assert sums.get(week, 0) == 100 * undated


def both_ways(new_site: NewSite, path: Path) -> None:
    """Imports the file whole into one hub; into another until Submitted, with the CRM sending the rest."""
    whole, begun = new_site(), new_site()
    hurrah(whole.app, "import", "referrals", path, "--map", PIPELINE_MAP)
    work(whole.app)
    check_books(whole.app, path)

    hurrah(begun.app, "import", "referrals", path, "--map", PIPELINE_MAP, "--until", "Submitted")
    hurrah(begun.app, "connection", "add", "sheet", "--kind", "generic")
    replay = ("replay", path, "--map", PIPELINE_MAP, "--to", begun.url, "--connection", "sheet")
    said = hurrah(begun.app, *replay)
    work(begun.app)
    truth = truth_of(path)
    events = 2 * (truth.stages["Won"] + truth.stages["Lost"]) + truth.stages["Engaging"]
    assert f"{events:,}  kept" in said
    with begun.app.app_context(), edges.reading():
        states = select(DeliveryState.state, func.count()).group_by(DeliveryState.state)
        assert {state: count for state, count in db.session.execute(states)} == {"done": events}
    check_books(begun.app, path)
    assert books(begun.app) == books(whole.app)
    assert stood(begun.app) == stood(whole.app)

    before = books(begun.app), stood(begun.app), deliveries(begun.app)
    assert f"{events:,}  known already" in hurrah(begun.app, *replay)
    for app in (begun.app, whole.app):
        assert f"{truth.stages.total():,}  unchanged" in hurrah(
            app, "import", "referrals", path, "--map", PIPELINE_MAP
        )
        work(app)
    assert (books(begun.app), stood(begun.app), deliveries(begun.app)) == before
    assert books(whole.app) == before[0]
    for app in (begun.app, whole.app):
        check_boards(app, path)


def deliveries(app: Flask) -> int:
    """How many events were ever kept."""
    with app.app_context(), edges.reading():
        return db.session.scalar(select(func.count()).select_from(Delivery)) or 0


@pytest.mark.slow
def test_both_ways_end_in_the_same_ledger(new_site: NewSite) -> None:
    both_ways(new_site, PIPELINE)


@pytest.mark.data
def test_both_ways_end_in_the_same_ledger_with_real_data(new_site: NewSite, data: Path) -> None:
    both_ways(new_site, data / "sales_pipeline.csv")


@pytest.mark.slow
def test_the_crm_may_speak_first(new_site: NewSite) -> None:
    """Messages that come before the import wait, and are booked when it has brought their referrals."""
    site = new_site()
    hurrah(site.app, "connection", "add", "sheet", "--kind", "generic")
    hurrah(site.app, "replay", PIPELINE, "--map", PIPELINE_MAP, "--to", site.url, "--connection", "sheet")
    work(site.app)
    with site.app.app_context(), edges.reading():
        assert set(db.session.scalars(select(DeliveryState.state))) == {"waiting"}
    hurrah(site.app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP, "--until", "Submitted")
    work(site.app)
    check_books(site.app, PIPELINE)
