"""Certificates: mine, one on paper, and the page where anybody checks one."""

import datetime as dt

from flask import Response, abort, current_app, request
from flask_login import current_user

from challenges.certificates import queries
from challenges.certificates.paper import drawn
from hub.core.clock import now
from hub.core.hue import CHROMA, hexed, lightness, rgb
from hub.core.place import place
from hub.core.web import Blueprint, public, render

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates")
def mine() -> Response:
    """All of mine, the latest first."""
    return render("challenges/certificates/index.html", held=queries.of_member(current_user.id), at=now())


@blueprint.get("/certificates/<code>")
@public
def show(code: str) -> Response:
    """What a certificate says, and whether it is good: for whoever was handed its code."""
    found = queries.by_code(code)
    is_mine = found is not None and current_user.is_authenticated and found.member.id == current_user.id
    status = 200 if found else 404
    return render(
        "challenges/certificates/show.html",
        status=status,
        found=found,
        code=code[:20],
        at=now(),
        mine=is_mine,
    )


@blueprint.get("/certificates/<code>/paper")
def paper(code: str) -> Response:
    """The same to print; for its holder."""
    found = queries.by_code(code)
    if found is None or found.member.id != current_user.id:
        abort(404)
    here, one = place(), found.certificate
    pdf = drawn(
        hub=here.name, name=found.name, title=found.title, code=one.code, issued_on=_day(one.issued_at),
        url=f"{current_app.extensions['settings'].public_url}/certificates/{one.code}",
        expires_on=_day(one.expires_at) if one.expires_at else None, rgb=_brand(here.brand_hue),
    )  # fmt: skip
    name = f"certificate-{one.code}.pdf"
    kind = "attachment" if "download" in request.args else "inline"
    headers = {"Content-Disposition": f'{kind}; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _brand(hue: int) -> tuple[int, int, int]:
    """The hub's colour, as screens draw it."""
    red, green, blue = bytes.fromhex(hexed(rgb(lightness(hue), CHROMA, hue))[1:])
    return red, green, blue


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(place().zone).date()
