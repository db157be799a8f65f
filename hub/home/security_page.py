"""What the hub does for the safety of those who use it, in plain words: for members, and for whoever reviews it."""

from flask import Response, current_app

from hub.core.web import Blueprint, public, render
from hub.members import passwords, signing
from hub.members.actions.tickets import LASTS

blueprint = Blueprint("security", __name__)


@blueprint.get("/security")
@public
def show() -> Response:
    """What is kept, who sees it, cookies, headers, third parties, and how to report a fault."""
    desk, staff, others = ((idle, most) for idle, most in (signing.DESK, signing.STAFF, signing.OTHERS))
    return render(
        "home/security.html", cookie=current_app.config["SESSION_COOKIE_NAME"], shortest=passwords.SHORTEST,
        desk_minutes=desk[0] // 60, staff_hours=staff[0] // 3600, others_days=others[0] // signing.DAYS,
        most_days=others[1] // signing.DAYS, link_minutes=int(LASTS["sign_in"].total_seconds()) // 60,
        https=current_app.extensions["settings"].https,
    )  # fmt: skip
