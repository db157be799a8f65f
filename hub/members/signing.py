"""Sessions: begun on signing in, ended by signing out, by the clock, or by raising the member's epoch.

How long a session lasts follows what its holder can do with it (OWASP ASVS 7.3). Whoever only earns points shouldn't
meet a sign-in page each day; whoever can hand them out must not leave a desk open overnight.

    who                 unused for    at most
    managers, admins    30 minutes    12 hours
    reps, hosts         12 hours      12 hours
    everybody else      7 days        30 days
"""

import datetime as dt
import re
import secrets
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from hub.core import crypto, errors
from hub.core.clock import now as clock_now
from hub.core.place import place
from hub.members import actions, queries
from hub.members.models import Member

HOURS, DAYS = 3600, 86400
DESK = (30 * 60, 12 * HOURS)
STAFF = (12 * HOURS, 12 * HOURS)
OTHERS = (7 * DAYS, 30 * DAYS)
NOTED_EVERY_SECONDS = 60
KEPT_ACROSS = ("proof", "proof_at")

login_manager = LoginManager()


def init_app(app: Flask) -> None:
    """Lets Flask-Login know its members, and each page its zone."""
    app.config["PERMANENT_SESSION_LIFETIME"] = dt.timedelta(seconds=OTHERS[1])
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    login_manager.session_protection = None  # an address that changes on a train is no theft
    login_manager.init_app(app)
    login_manager.user_loader(load)
    app.before_request(choose_zone)


def begin(member: Member, *, now: dt.datetime, remember: bool = False) -> None:
    """Signs a member in: a new session, with nothing of the old one. Without `remember` it ends with the browser."""
    kept = {name: session[name] for name in KEPT_ACROSS if name in session}
    session.clear()
    session.update(kept)
    session.permanent = remember
    session["token"] = secrets.token_urlsafe(18)
    session["since"] = session["seen"] = int(now.timestamp())
    login_user(member)


def end(*, now: dt.datetime) -> None:
    """Signs out, so that even a copy of the cookie is worthless."""
    token = session.get("token")
    if token:
        actions.end_session(token, until=now + dt.timedelta(seconds=OTHERS[1]))
    logout_user()
    session.clear()


def load(user_id: str) -> Member | None:
    """The member of the current session; None when it has ended for whatever reason. One query."""
    whose = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,18})", user_id)
    if whose is None:
        return None
    token = session.get("token")
    member = queries.signed_in(int(whose[1]), int(whose[2]), crypto.digest(token) if token else None)
    return member if member is not None and _in_time(member, int(clock_now().timestamp())) else None


def _in_time(member: Member, now: int) -> bool:
    idle, absolute = limits(member)
    since, seen = session.setdefault("since", now), session.setdefault("seen", now)
    if now - seen > idle or now - since > absolute:
        return False
    # What htmx fetches by itself is not a sign of somebody being there.
    if now - seen >= NOTED_EVERY_SECONDS and request.headers.get("HX-Request") != "true":
        session["seen"] = now
    return True


def limits(member: Member) -> tuple[int, int]:
    """Seconds unused, and seconds at most, by what the member may do."""
    if member.roles & {"manager", "admin"}:
        return DESK
    return STAFF if member.is_staff else OTHERS


def choose_zone() -> None:
    """Times on this page are told in the member's zone, else in the hub's. No query of its own."""
    view = current_app.view_functions.get(request.endpoint or "static")
    if request.endpoint in (None, "static") or request.path.startswith(errors.PROGRAM_PATHS):
        return
    if getattr(view, "outside", False):
        return
    zone = current_user.zone if current_user.is_authenticated else None
    g.zone = ZoneInfo(zone) if zone else place().zone
