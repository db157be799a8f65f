"""A member's public page: who they are, and what other rooms know of them."""

from collections.abc import Collection

from flask import Response, abort, url_for
from flask_login import current_user
from markupsafe import Markup

from hub.core import registry
from hub.core.web import render, wants_fragment
from hub.members import queries
from hub.members.models import Member
from hub.members.views.blueprint import blueprint

PREFIX = "profile."


@blueprint.get("/members/<handle>")
def profile(handle: str) -> Response:
    """One member. Panels of other rooms come by themselves, or on a click where there is no script."""
    return _page(_seen(handle))


@blueprint.get("/members/<handle>/panels/<name>")
def profile_panel(handle: str, name: str) -> Response:
    """One panel: another room's fragment about this member."""
    draw = registry.panels.get(PREFIX + name) or abort(404)
    member = _seen(handle)
    drawn = draw(member=member, viewer=current_user)
    return Response(drawn) if wants_fragment() else _page(member, {name: Markup(drawn)})  # noqa: S704 - rendered by a room


def _seen(handle: str) -> Member:
    member = queries.by_handle(handle)
    if member is None or (not member.is_active and not current_user.is_staff):
        abort(404)
    return member


def _page(member: Member, drawn: dict[str, Markup] | None = None) -> Response:
    names = sorted(name.removeprefix(PREFIX) for name in registry.panels if name.startswith(PREFIX))
    return render(
        "members/profile.html",
        member=member,
        panels=names,
        drawn=drawn or {},
        may_see_email=may_see_email(member),
    )


@registry.link("member")
def where(ids: Collection[int]) -> registry.Asked:
    """What `member:7` is called, and their page."""
    return registry.Asked(
        query=queries.people(ids),
        tell=lambda _number, name, handle: (name, url_for("members.profile", handle=handle)),
    )


def may_see_email(member: Member) -> bool:
    """An address is shown to oneself, and to those who look after members."""
    return bool(current_user.id == member.id or current_user.roles & {"manager", "admin", "rep"})
