"""Suppliers at the desk: set up, change, switch off."""

from typing import Any

from flask import abort, current_app, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.rewards import suppliers
from hub.rewards.actions import Unfit
from hub.rewards.models import Supplier
from hub.rewards.money_forms import SupplierForm
from hub.rewards.providers.tremendous import PLACES

blueprint = Blueprint("suppliers", __name__, url_prefix="/manage/rewards/suppliers")


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All of them, and the form for another."""
    return _page(None, SupplierForm(formdata=None, data={"kind": "webhook", "is_on": True}))


@blueprint.post("")
@roles("manager")
def create() -> Response:
    """Sets one up. A secret that was made here is shown once."""
    return _save(None)


@blueprint.get("/<int:supplier_id>")
@roles("manager")
def edit(supplier_id: int) -> Response:
    """One supplier."""
    found = _find(supplier_id)
    places = {address: place for place, address in PLACES.items()}
    data = {
        "name": found.name, "kind": found.kind, "address": found.address if found.kind == "webhook" else "",
        "place": places.get(found.address, "production"), "is_on": found.is_on,
        "funding_source_id": found.options.get("funding_source_id", ""),
    }  # fmt: skip
    return _page(found, SupplierForm(formdata=None, data=data))


@blueprint.post("/<int:supplier_id>")
@roles("manager")
def change(supplier_id: int) -> Response:
    """Another address, other credentials, on or off."""
    return _save(_find(supplier_id))


def _save(found: Supplier | None) -> Response:
    form = SupplierForm()
    if found is not None:
        form.kind.data, form.name.data = found.kind, found.name
    if not form.validate():
        return _page(found, form, status=422)
    is_ours = form.kind.data == "tremendous"
    wish = suppliers.Wish(
        name=form.name.data or "", kind=form.kind.data, token=form.token.data or "", is_on=bool(form.is_on.data),
        address=(form.place.data if is_ours else form.address.data) or "",
        options={"funding_source_id": form.funding_source_id.data} if is_ours and form.funding_source_id.data else {},
    )  # fmt: skip
    try:
        made = suppliers.keep(
            found,
            wish,
            by_id=current_user.id,
            now=now(),
            allow_private=bool(current_app.config.get("OUTGOING_ALLOW_PRIVATE")),
        )
    except Unfit as unfit:
        for name, says in unfit.errors.items():
            form[name].errors = [says]
        return _page(found, form, status=422)
    if made:
        return _page(suppliers.by_name(wish.name.strip().lower()), form, made=made)
    flash("Saved.")
    return see_other("suppliers.index")


def _find(supplier_id: int) -> Supplier:
    found = suppliers.get(supplier_id)
    return abort(404) if found is None else found


def _page(found: Supplier | None, form: SupplierForm, *, status: int = 200, **more: Any) -> Response:
    base = request.url_root.rstrip("/")
    return render(
        "rewards/desk/suppliers.html", status=status, one=found, form=form, listed=suppliers.listed(), base=base,
        **{"made": "", **more},
    )  # fmt: skip
