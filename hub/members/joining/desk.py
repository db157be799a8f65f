"""The managers' desk for codes: whether people may join by themselves, by which addresses, and who did."""

import datetime as dt

from flask import Response, abort, current_app, flash, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, see_other
from hub.members import queries
from hub.members.actions import company
from hub.members.forms import TYPE_NAMES
from hub.members.joining import actions
from hub.members.joining import queries as codes
from hub.members.joining.forms import CodeForm, DoorForm, NewCodeForm, filled
from hub.members.joining.models import JoinCode
from hub.members.names import Refusal, spoken

blueprint = Blueprint("join_desk", __name__, url_prefix="/manage/members/codes")


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """The door, and all codes."""
    return _index()


@blueprint.post("/door")
@roles("manager")
def door() -> BaseResponse:
    """Sets the door; it holds at once."""
    form = DoorForm(codes.listed())
    if not form.validate():
        return _index(form, status=422)
    try:
        actions.set_door(form.state.data, form.code_id.data or None, by_id=current_user.id, now=now())
    except Refusal as refusal:
        form.code_id.errors = [str(refusal)]
        return _index(form, status=422)
    flash("Saved. It holds from now on.", "success")
    return see_other("join_desk.index")


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """The form for a code."""
    return _form(NewCodeForm(formdata=None))


@blueprint.post("/new")
@roles("manager")
def make() -> BaseResponse:
    """Makes it, and shows its address."""
    form = NewCodeForm()
    if not form.validate():
        return _form(form, status=422)
    at, name = now(), form.company.data or ""
    try:
        firm = company(name, now=at) if spoken(name) else None
        code = actions.make(
            form.name.data or "", by_id=current_user.id, now=at, alias=form.alias.data, type=form.type.data,
            company_id=firm.id if firm else None, domains=form.listed(), tag=form.tag.data or "", most=form.most.data,
            expires_at=_end_of(form.until.data),
        )  # fmt: skip
    except Refusal as refusal:
        form.alias.errors = [str(refusal)]
        return _form(form, status=422)
    flash("It works from now on.", "success")
    return see_other("join_desk.show", code_id=code.id)


@blueprint.get("/<int:code_id>")
@roles("manager")
def show(code_id: int) -> Response:
    """Its address, who came by it, and the form to change it."""
    code = _code(code_id)
    return _show(code, CodeForm(formdata=None, data=filled(code, _last_day(code))))


@blueprint.post("/<int:code_id>")
@roles("manager")
def save(code_id: int) -> BaseResponse:
    """Changes what holds from now on, or switches it off."""
    code, form = _code(code_id), CodeForm()
    if not form.validate():
        return _show(code, form, status=422)
    try:
        actions.change(
            code, name=form.name.data or "", alias=form.alias.data, domains=form.listed(), tag=form.tag.data or "",
            most=form.most.data, expires_at=_end_of(form.until.data), is_on=form.is_on.data, by_id=current_user.id,
            now=now(),
        )  # fmt: skip
    except Refusal as refusal:
        (form.alias if "word" in str(refusal) else form.most).errors = [str(refusal)]
        return _show(code, form, status=422)
    flash("Saved. It holds from now on.", "success")
    return see_other("join_desk.show", code_id=code.id)


def _code(code_id: int) -> JoinCode:
    return codes.get(code_id) or abort(404)


def _end_of(day: dt.date | None) -> dt.datetime | None:
    """The last instant of a day in the hub's zone is the first of the next."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, place().zone).astimezone(dt.UTC)


def _last_day(code: JoinCode) -> dt.date | None:
    if code.expires_at is None:
        return None
    return (code.expires_at.astimezone(place().zone) - dt.timedelta(seconds=1)).date()


def _index(form: DoorForm | None = None, *, status: int = 200) -> Response:
    all_codes, door = codes.listed(), codes.door()
    kept = {"state": door.state, "code_id": door.code_id or 0}
    return render(
        "members/joining/codes.html", status=status, codes=all_codes, types=TYPE_NAMES, at=now(),
        form=form or DoorForm(all_codes, formdata=None, data=kept),
    )  # fmt: skip


def _form(form: NewCodeForm, *, status: int = 200) -> Response:
    return render("members/joining/new.html", status=status, form=form, companies=queries.companies())


def _show(code: JoinCode, form: CodeForm, *, status: int = 200) -> Response:
    here = current_app.extensions["settings"].public_url
    return render(
        "members/joining/code.html", status=status, code=code, form=form, types=TYPE_NAMES, why_not=code.why_not(now()),
        link=f"{here}{url_for('members.join', code=code.word)}", came=codes.came_by(code.id),
    )  # fmt: skip
