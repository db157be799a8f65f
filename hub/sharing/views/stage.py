"""The page of a piece of content for those who follow a link to it: the picture, the words, both logos, the way on."""

import io

from flask import abort, current_app, request
from PIL import Image
from werkzeug.wrappers import Response

from hub import members
from hub.community.text import html
from hub.core import uploads
from hub.core.clock import now
from hub.core.web import Blueprint, public, render
from hub.sharing import contents, kit, queries, terms
from hub.sharing.models import Content, PersonalLink

blueprint = Blueprint("stage", __name__)
PICTURE = (1200, 1200)


@blueprint.get("/c/<code>")
@public
def show(code: str) -> Response:
    """What a member shared, named by them."""
    link, content = _found(code)
    if not content.is_open(now()):
        return render("sharing/lost.html", status=410, there=True)
    sharer = members.get(link.member_id)
    logo = kit.logo_of(sharer.company_id) if sharer and content.is_co_branded else None
    return render(
        "sharing/stage.html", content=content, body=html(content.body), link=link, sharer=sharer, logo=logo,
        here=current_app.extensions["settings"].public_url, disclosure=terms.current().disclosure,
        names=contents.NAMES,
    )  # fmt: skip


@blueprint.get("/c/<code>/<any(picture,logo):what>.jpg")
@public
def picture(code: str, what: str) -> Response:
    """The picture of the content, or the logo of the member's company, as previews and strangers' browsers take it."""
    link, content = _found(code)
    if what == "picture":
        found = content.picture
    else:
        sharer = members.get(link.member_id)
        logo = kit.logo_of(sharer.company_id) if sharer and content.is_co_branded else None
        found = logo.upload if logo else None
    path = uploads.path_of(found.name) if found else None
    if found is None or path is None or not path.is_file():
        abort(404)
    answer = Response(mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.set_etag(found.name)
    answer.make_conditional(request)
    if answer.status_code == 200:
        answer.set_data(_jpeg(path.read_bytes()))
    return answer


picture.outside = True  # type: ignore[attr-defined]


def _jpeg(raw: bytes) -> bytes:
    with Image.open(io.BytesIO(raw)) as kept:
        kept.thumbnail(PICTURE)
        flat = Image.new("RGB", kept.size, "white")
        flat.paste(kept, mask=kept.getchannel("A") if kept.mode == "RGBA" else None)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()


def _found(code: str) -> tuple[PersonalLink, Content]:
    link = queries.by_code(code)
    prefix, _, number = link.target.partition(":") if link else ("", "", "")
    content = contents.get(int(number)) if prefix == "content" else None
    if link is None or content is None or content.state == "draft":
        abort(404)
    return link, content
