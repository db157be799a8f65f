"""Deliveries: found, understood, replayed, set aside, linked to the referral they are about."""

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.crm import mending, queries
from hub.crm.forms import AsideForm, ConfirmForm, LinkForm
from hub.crm.models import STATES, DeliveryState
from hub.crm.wording import KIND_NAMES, OUTCOMES, headline

blueprint = Blueprint("crm_deliveries", __name__, url_prefix="/manage/deliveries")
MOST_AT_ONCE = 500
SHOWN_BYTES = 50_000


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """What arrived, newest first: searched, sifted, a page at a time."""
    return _list()


@blueprint.post("/replay", endpoint="replay")
@roles("manager")
def replay() -> BaseResponse:
    """Has the chosen deliveries looked at again, or all that fit the filter."""
    if not ConfirmForm().validate():
        abort(400)
    at = now()
    which = queries.fitting(_sieve(request.form)) if request.form.get("all") else _chosen()
    count = mending.replay(DeliveryState.delivery_id.in_(which), by_id=current_user.id, now=at)
    says = f"{count:,} {'delivery is' if count == 1 else 'deliveries are'} looked at again."
    flash(says if count else "None of these can be replayed: they are booked, or were never fit to apply.",
          "success" if count else "warning")  # fmt: skip
    return _back()


@blueprint.post("/set-aside", endpoint="set_aside")
@roles("manager")
def set_aside() -> BaseResponse:
    """Sets the chosen deliveries aside with a reason."""
    form = AsideForm()
    if not form.validate():
        return _list(trouble=str((form.reason.errors or ["Say why."])[0]), status=422)
    count = mending.set_aside(_chosen(), form.reason.data or "", by_id=current_user.id, now=now())
    flash(f"{count:,} set aside." if count else "None of these can be set aside: they are booked.",
          "success" if count else "warning")  # fmt: skip
    return _back()


@blueprint.get("/<int:delivery_id>")
@roles("manager")
def show(delivery_id: int) -> Response:
    """One delivery: what it says, what became of it and why, the bytes as they came."""
    return _page(delivery_id, LinkForm(formdata=None))


@blueprint.post("/<int:delivery_id>/link", endpoint="link")
@roles("manager")
def link(delivery_id: int) -> BaseResponse:
    """Says which referral a waiting delivery is about, and books it."""
    form = LinkForm()
    found = queries.delivery(delivery_id) or abort(404)
    if not form.validate():
        return _page(delivery_id, form, status=422)
    row = found[0]
    try:
        referral = mending.link(
            row.delivery, row.state, form.code.data or "", by_id=current_user.id, now=now()
        )
    except mending.CannotLink as refusal:
        form.code.errors = [str(refusal)]
        return _page(delivery_id, form, status=422)
    flash(f"Linked to {referral.title} ({referral.code}). It is being booked.", "success")
    return see_other("crm_deliveries.show", delivery_id=delivery_id)


def _sieve(given: object = None) -> queries.Sieve:
    args = request.args if given is None else request.form
    state = args.get("state", "")
    return queries.Sieve(
        words=args.get("q", "").replace("\0", "").strip()[:200],
        state=state if state in STATES else "",
        connection_id=args.get("connection", type=row_number),
    )


def _chosen() -> list[int]:
    ids = [int(each) for each in request.form.getlist("id") if each.isdecimal() and len(each) < 19]
    return ids[:MOST_AT_ONCE]


def _back() -> BaseResponse:
    one = request.form.get("from", type=row_number)
    if one:
        return see_other("crm_deliveries.show", delivery_id=one)
    return see_other("crm_deliveries.index", **_args(_sieve(request.form)))


def _args(sieve: queries.Sieve) -> dict[str, str | int]:
    given = {"q": sieve.words, "state": sieve.state, "connection": sieve.connection_id}
    return {name: value for name, value in given.items() if value}


def _list(*, trouble: str = "", status: int = 200) -> Response:
    sieve = _sieve(request.form if status == 422 else None)
    rows = queries.deliveries(sieve, before=request.args.get("before", type=row_number))
    more = rows[-1].delivery.id if len(rows) == queries.PAGE else None
    fit = (
        mending.replayable_count(queries.fitting(sieve)) if sieve.state not in ("", "done", "pending") else 0
    )
    about = registry.links(f"referral:{row.state.referral_id}" for row in rows if row.state.referral_id)
    return render(
        "crm/deliveries.html", status=status, rows=rows, more=more, sieve=sieve, args=_args(sieve), outcomes=OUTCOMES,
        headline=headline, connections=queries.connections(), fit=fit, about=about, trouble=trouble,
        ticked=set(_chosen()) if status == 422 else set(), aged="before" in request.args,
    )  # fmt: skip


def _page(delivery_id: int, form: LinkForm, *, status: int = 200) -> Response:
    row, body = queries.delivery(delivery_id) or abort(404)
    subject = f"referral:{row.state.referral_id}"
    linkable = row.state.state in ("waiting", "set_aside") and row.state.kind != "other"
    return render(
        "crm/delivery.html", status=status, row=row, event=row.state.event, body=body, text=_text(body.body), form=form,
        headline=headline(row.state), outcome=OUTCOMES[row.state.state], kinds=KIND_NAMES,
        referral=registry.links([subject]).get(subject) if row.state.referral_id else None,
        linkable=linkable, replayable=mending.replayable_count([delivery_id]), aside=AsideForm(formdata=None),
        can_set_aside=row.state.state in mending.SET_ASIDE,
    )  # fmt: skip


def _text(body: bytes | None) -> str | None:
    """The bytes as text for people: what can't be shown is marked, what is endless is cut."""
    if body is None:
        return None
    text = body[:SHOWN_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text + (f"\n… {len(body) - SHOWN_BYTES:,} bytes more" if len(body) > SHOWN_BYTES else "")
