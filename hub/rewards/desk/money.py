"""Money at the desk: what is owed and what it costs, payouts, limits on gifts, the rules of the house."""

import csv
import datetime as dt
import io
from decimal import Decimal, InvalidOperation

from flask import Response as FlaskResponse
from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import edges
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.referrals.exporting import decimal, harmless
from hub.rewards import cards, filled, limits
from hub.rewards import payouts as money
from hub.rewards import rules as house
from hub.rewards.actions import moving
from hub.rewards.forms import clean, hundredths
from hub.rewards.money_forms import LimitForm, RulesForm
from hub.rewards.queries import money as reads
from hub.rewards.wishes import Refusal

blueprint = Blueprint("reward_money", __name__, url_prefix="/manage/rewards")
PAGE, DAYS = 50, 365
TAX = (
    "member_id",
    "name",
    "email",
    "company",
    "type",
    "country",
    "rewards",
    "gifts_value",
    "paid",
    "currency",
    "year",
)


@blueprint.get("/costs")
@roles("manager")
def costs() -> Response:
    """Points people may still spend, in points and money; what each programme costs for each won referral; how fast."""
    since, ours = now() - dt.timedelta(days=DAYS), house.rules()
    return render(
        "rewards/desk/costs.html", owed=reads.liability(), house=ours, programmes=reads.programme_costs(ours.currency),
        kinds=reads.by_kind(since), names=cards.KIND_NAMES, speed=reads.speed(since), year=now().year, days=DAYS,
    )  # fmt: skip


@blueprint.get("/costs/tax.csv")
@roles("manager")
def tax() -> Response:
    """Who got how much in a year, for whoever does the taxes. Nothing in it is a formula, and no tax number is kept
    here."""
    year = request.args.get("year", now().year, type=row_number) or now().year
    if not 2000 <= year <= 2200:
        abort(404)
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(TAX)
    for *who, count, worth, paid, currency in reads.tax_rows(year):
        row = [*who, int(count), decimal(int(worth)), decimal(int(paid or 0)), currency, year]
        writer.writerow([harmless(value) for value in row])
    answer = FlaskResponse(page.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rewards-{year}.csv"'
    return answer


@blueprint.get("/payouts")
@roles("manager")
def payouts() -> Response:
    """Money owed and paid outside, by its step."""
    return _payouts()


def _payouts(*, status: int = 200, trouble: str = "") -> Response:
    state = request.args.get("state", "closed")
    if state not in reads.PAYOUT_VIEWS:
        abort(404)
    found = reads.payouts(state, after=request.args.get("after", type=row_number), limit=PAGE + 1)
    year = now() - dt.timedelta(days=DAYS)
    return render(
        "rewards/desk/payouts.html",
        status=status,
        state=state,
        views=reads.PAYOUT_VIEWS,
        found=found[:PAGE],
        trouble=trouble,
        counts=reads.payout_counts(now().date()),
        today=now().date(),
        speed=reads.speed(year),
        more=found[PAGE - 1].id if len(found) > PAGE else None,
    )


@blueprint.post("/payouts/<int:payout_id>")
@roles("manager")
def pay(payout_id: int) -> Response:
    """Says what it is worth; confirms it; writes down that it was paid; or voids it."""
    found, step = reads.payout(payout_id), request.form.get("step", "")
    if found is None:
        abort(404)
    if step not in ("weigh", "rewarded", "paid", "void"):
        abort(400)
    state, worth = found.state, None
    if step == "weigh":
        worth = _number(request.form.get("worth", ""), whole=found.kind == "seats")
        if worth is None:
            return _payouts(
                status=422, trouble="Say it as a number: what the deal is worth, or how many seats."
            )
    try:
        done = _step(payout_id, step, worth)
    except Refusal as refusal:
        edges.rollback()
        return _payouts(status=409, trouble=str(refusal))
    if not done:
        return _payouts(
            status=409, trouble="It has moved on meanwhile, or nobody knows yet what it is worth."
        )
    flash(
        {
            "weigh": "Saved.",
            "rewarded": "Confirmed. It is to be paid.",
            "paid": "Paid. They are told.",
            "void": "Void.",
        }[step]
    )
    return see_other("reward_money.payouts", state=state if state != "closed" else None)


def _step(payout_id: int, step: str, worth: int | None) -> bool:
    if step == "weigh":
        return money.weigh(payout_id, base_hundredths=worth, seats=worth, by_id=current_user.id)
    reference = clean(request.form.get("reference")) or ""
    return moving.paid_on(payout_id, step, by_id=current_user.id, now=now(), reference=reference)


def _number(typed: str, *, whole: bool) -> int | None:
    try:
        value = Decimal(typed.replace(",", "").strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= 10**9 or (whole and value != value.to_integral_value()):
        return None
    return int(value) if whole else hundredths(value)


@blueprint.get("/limits")
@roles("manager")
def gift_limits() -> Response:
    """What people may accept, by country and day."""
    return _limits(LimitForm(formdata=None, data={"from_on": now().date(), "span": "each", "action": "hold"}))


@blueprint.post("/limits")
@roles("manager")
def add_limit() -> Response:
    """A new limit."""
    form = LimitForm()
    if not form.validate():
        return _limits(form, status=422)
    limits.add(form.values(), by_id=current_user.id, now=now())
    flash("It holds from its day on. What was chosen before stays as it was decided.")
    return see_other("reward_money.gift_limits")


@blueprint.post("/limits/<int:limit_id>/end")
@roles("manager")
def end_limit(limit_id: int) -> Response:
    """Ends a limit today; it stays on the list."""
    if not limits.end(limit_id, on=now().date()):
        abort(404)
    flash("It ends today.")
    return see_other("reward_money.gift_limits")


def _limits(form: LimitForm, *, status: int = 200) -> Response:
    return render(
        "rewards/desk/limits.html", status=status, form=form, found=limits.listed(), today=now().date(),
        country_name=filled.country_name, house=house.rules(),
    )  # fmt: skip


@blueprint.get("/rules")
@roles("manager")
def rules() -> Response:
    """What holds for every reward."""
    found = house.rules()
    names = ("currency", "approve_above", "two_above", "age_days", "lapse_months", "warn_days")
    data = {name: getattr(found, name) for name in names}
    worth = Decimal(found.per_thousand_hundredths) / 100
    return _rules(RulesForm(formdata=None, data={**data, "per_thousand": worth}))


@blueprint.post("/rules")
@roles("manager")
def save_rules() -> Response:
    """Saves them."""
    form = RulesForm()
    if not form.validate():
        return _rules(form, status=422)
    values = {
        "currency": form.currency.data,
        "approve_above": form.approve_above.data or 0,
        "two_above": form.two_above.data or 0,
        "per_thousand_hundredths": hundredths(form.per_thousand.data) or 0,
        "age_days": form.age_days.data or 7,
        "lapse_months": form.lapse_months.data,
        "warn_days": form.warn_days.data or 30,
    }
    house.change(values, by_id=current_user.id, now=now())
    flash("Saved.")
    return see_other("reward_money.rules")


def _rules(form: RulesForm, *, status: int = 200) -> Response:
    return render("rewards/desk/rules.html", status=status, form=form, house=house.rules())
