"""My points: every line, and why it is there."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from flask import request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry, shell, words
from hub.core.web import Blueprint, render, row_number
from hub.ledger.queries import wallet_of
from hub.ledger.statement_queries import Told, statement
from hub.ledger.words import ICONS, why

blueprint = Blueprint("ledger", __name__)
LINES = 40


@registry.counter("points")
def free_points(member_id: int) -> int:
    """What a member can spend now, for the pill in the shell."""
    wallet = wallet_of(member_id)
    shell.know("lifetime", wallet.lifetime)
    return wallet.balance - wallet.held


@blueprint.get("/points")
def mine() -> Response:
    """My ledger, the latest first, by month."""
    before = request.args.get("before", type=row_number)
    wallet = wallet_of(current_user.id)
    shell.know("points", wallet.balance - wallet.held)
    shell.know("lifetime", wallet.lifetime)
    found = statement(current_user.id, before=before, limit=LINES + 1)
    shown = found[:LINES]
    return render(
        "ledger/mine.html", "ledger/_statement.html", wallet=wallet, months=by_month(shown), first=before is None,
        older=shown[-1].id if len(found) > LINES else None, links=links_of(shown), why=why, icons=ICONS,
    )  # fmt: skip


def by_month(lines: Sequence[Told]) -> list[tuple[dt.date, list[Told]]]:
    """The lines of each month in which they were booked, in the reader's zone."""
    zone = words.zone()
    months = groupby(lines, key=lambda line: line.created_at.astimezone(zone).date().replace(day=1))
    return [(month, list(group)) for month, group in months]


def links_of(lines: Sequence[Told]) -> dict[str, registry.Link]:
    """Where the subjects of these lines are shown; of a member, the statement itself is the place."""
    return registry.links({line.subject for line in lines if not line.subject.startswith("member:")})
