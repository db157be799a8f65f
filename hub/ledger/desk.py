"""The manager's desk of points: look for any line, give points by hand, correct a line."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.ledger import by_hand, statement_queries
from hub.ledger.forms import AwardForm, CorrectionForm
from hub.ledger.queries import wallet_of
from hub.ledger.statement_queries import Told
from hub.ledger.views import links_of
from hub.ledger.words import why
from hub.members.models import Member
from hub.members.queries import get as member_by_id

blueprint = Blueprint("ledger_desk", __name__, url_prefix="/manage")
registry.navigation(
    registry.Item(
        label="Points", endpoint="ledger_desk.search", icon="coins", section="desk", group="Reward", order=25,
        roles=frozenset({"manager"}),
    )
)  # fmt: skip
LINES = 50


@blueprint.get("/ledger")
@roles("manager")
def search() -> Response:
    """Lines of everybody: by name, e-mail, key or subject; the latest first."""
    wanted, before = request.args.get("q", "").strip(), request.args.get("before", type=row_number)
    found = statement_queries.found(wanted, before=before, limit=LINES + 1)
    return render(
        "ledger/search.html",
        "ledger/_found.html",
        wanted=wanted,
        first=before is None,
        **_listed(found, LINES),
    )


@blueprint.get("/members/<int:member_id>/points")
@roles("manager")
def member(member_id: int) -> Response:
    """One member's points, and the form to give some."""
    return _member(_find(member_id), AwardForm())


@blueprint.post("/members/<int:member_id>/points")
@roles("manager")
def award(member_id: int) -> Response:
    """Gives points by hand."""
    person, form = _find(member_id), AwardForm()
    if form.validate() and not _unsure(form):
        try:
            fresh = by_hand.award(
                member_id, form.points.data or 0, words=form.words.data or "", token=form.token.data or "",
                by_id=current_user.id, now=now(),
            )  # fmt: skip
        except by_hand.Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            flash(_given(person, form.points.data or 0) if fresh else "That was booked already, once.")
            return see_other("ledger_desk.member", member_id=member_id)
    return _member(person, form, status=422)


@blueprint.get("/ledger/<int:entry_id>")
@roles("manager")
def line(entry_id: int) -> Response:
    """One line, what corrects it, and the form to correct it."""
    found = _line(entry_id)
    return _show(found, CorrectionForm(was=found.comes_to))


@blueprint.post("/ledger/<int:entry_id>")
@roles("manager")
def correct(entry_id: int) -> Response:
    """Corrects a line by another one."""
    found, form = _line(entry_id), CorrectionForm()
    if form.validate():
        try:
            fresh = by_hand.restate(
                entry_id, comes_to=form.comes_to.data or 0, was=int(form.was.data or 0), words=form.words.data or "",
                token=form.token.data or "", by_id=current_user.id, now=now(),
            )  # fmt: skip
        except by_hand.Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            flash(
                "Corrected. They see the correction beside the line."
                if fresh
                else "That was corrected already."
            )
            return see_other("ledger_desk.line", entry_id=entry_id)
    return _show(found, form, status=422)


def _unsure(form: AwardForm) -> bool:
    """Asks once more above what is usual."""
    if (form.points.data or 0) <= by_hand.SURE_ABOVE or form.sure.data:
        return False
    form.sure.errors = [f"More than {by_hand.SURE_ABOVE:,} points by hand: tick this if you mean it."]
    return True


def _given(person: Member, points: int) -> str:
    return f"{points:,} points for {person.name}."


def _find(member_id: int) -> Member:
    person = member_by_id(member_id)
    return abort(404) if person is None else person


def _line(entry_id: int) -> Told:
    found = statement_queries.line(entry_id)
    return abort(404) if found is None else found


def _listed(found: list[Told], limit: int) -> dict[str, Any]:
    shown = found[:limit]
    older = shown[-1].id if len(found) > limit else None
    return {"lines": shown, "older": older, "links": links_of(shown), "why": why}


def _member(person: Member, form: AwardForm, status: int = 200) -> Response:
    before = request.args.get("before", type=row_number)
    found = statement_queries.statement(person.id, before=before, limit=LINES + 1)
    return render(
        "ledger/member.html", "ledger/_found.html", status=status, person=person, form=form, wanted=None,
        wallet=wallet_of(person.id), sure_above=by_hand.SURE_ABOVE, first=before is None, **_listed(found, LINES),
    )  # fmt: skip


def _show(found: Told, form: CorrectionForm, status: int = 200) -> Response:
    return render(
        "ledger/line.html", status=status, line=found, form=form, corrections=statement_queries.corrections(found.id),
        links=links_of([found]), why=why, can_correct=found.original is None and found.points > 0,
    )  # fmt: skip
