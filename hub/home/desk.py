"""The managers' desk: what needs me today, health, settings of the hub."""

from zoneinfo import available_timezones

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import activity, outbox
from hub.core import registry
from hub.core.clock import now
from hub.core.hue import pairs
from hub.core.place import place, settle
from hub.core.web import Blueprint, render, roles, see_other
from hub.home import figures as _figures  # noqa: F401 - registers the numbers
from hub.home.forms import HubForm
from hub.home.hops import everything, groups, urgent
from hub.outbox import queries as messages

desk = Blueprint("desk", __name__, url_prefix="/manage")
wellness = Blueprint("health", __name__, url_prefix="/manage/health")
place_desk = Blueprint("place", __name__, url_prefix="/manage/settings")
blueprints = [desk, wellness, place_desk]
LARGEST = 2**53 - 1
MANAGER = frozenset({"manager"})
for item in (
    registry.Item(label="Today", endpoint="desk.today", icon="sun", section="desk", order=0, roles=MANAGER),
    registry.Item(
        label="Health",
        endpoint="health.index",
        icon="activity",
        section="desk",
        group="System",
        order=90,
        roles=MANAGER,
    ),
    registry.Item(
        label="Settings",
        endpoint="place.settings",
        icon="settings",
        section="desk",
        group="System",
        order=95,
        roles=MANAGER,
    ),
):
    registry.navigation(item)


@desk.get("")
@roles("manager")
def today() -> Response:
    """What needs me, and the numbers."""
    figures = [figure for count in registry.figures.values() for figure in count(now())]
    return render("home/today.html", urgent=urgent(everything()), figures=figures)


@wellness.get("")
@roles("manager")
def index() -> Response:
    """Every hop from the CRM to the wallet; asks again by itself."""
    return render("home/health.html", "home/_hops.html", groups=groups(), parked=messages.parked(), at=now())


@wellness.post(f"/messages/<int(max={LARGEST}):message_id>/retry")
@roles("manager")
def retry(message_id: int) -> Response:
    """Takes a message that was set aside back into the queue."""
    if not outbox.retry(message_id, now=now()):
        abort(409)
    activity.record("message.retried", subject=f"message:{message_id}", by_id=current_user.id, now=now())
    flash("It is tried again now.")
    return see_other("health.index")


@place_desk.get("")
@roles("manager")
def settings() -> Response:
    """Name, colour, zone, contact."""
    known = place(fresh=True)
    form = HubForm(data={
        "name": known.name, "tagline": known.tagline, "brand_hue": known.brand_hue, "zone": known.zone_name,
        "contact_name": known.contact_name, "contact_email": known.contact_email,
    })  # fmt: skip
    return _page(form)


@place_desk.get("/preview")
@roles("manager")
def preview() -> Response:
    """A hue as it would look, before it is saved."""
    wanted = request.args.get("brand_hue", "")
    hue = int(wanted) % 360 if wanted.isdecimal() and len(wanted) < 5 else place().brand_hue
    return render("home/_swatches.html", hue=hue, pairs=pairs(hue))


@place_desk.post("")
@roles("manager")
def save() -> Response:
    """Saves what is right; what is wrong comes back as it was typed."""
    form = HubForm()
    if not form.validate():
        return _page(form, status=422)
    settle(**{name: value for name, value in form.data.items() if name != "csrf_token"})
    activity.record("hub.settled", subject="hub:1", by_id=current_user.id, now=now())
    flash("Saved. Everybody sees it within a few seconds.")
    return see_other("place.settings")


def _page(form: HubForm, *, status: int = 200) -> Response:
    typed = form.brand_hue.data
    hue = typed if typed is not None and 0 <= typed < 360 else place().brand_hue
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    return render("home/settings.html", status=status, form=form, hue=hue, pairs=pairs(hue), zones=zones)
