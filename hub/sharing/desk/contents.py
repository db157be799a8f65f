"""Content at the manager's desk: drafts, what is shared now, what has served, and what it brought."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import segments
from hub.community.text import html
from hub.core import edges, registry, uploads
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.sharing import contents, counting, networks, terms
from hub.sharing.forms import ContentForm, TermsForm, told
from hub.sharing.models import Content
from hub.sharing.networks import NETWORKS

blueprint = Blueprint("content_desk", __name__, url_prefix="/manage/content")
registry.navigation(
    registry.Item(label="Content to share", endpoint="content_desk.index", icon="share-2", section="desk", order=42,
                  group="Engage", roles=frozenset({"manager"}))
)  # fmt: skip
STATES = {"published": "Shared now", "draft": "Drafts", "archived": "Archived"}
MOVES = {"publication": "published", "draft": "draft", "archive": "archived"}
SAYS = {
    "published": "It can be shared from now on.", "draft": "It is a draft again; links to it lead nowhere meanwhile.",
    "archived": "Archived. Links to it say that it has ended.",
}  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Content in one state, the latest made first, with what it brought."""
    asked = request.args.get("state", "published")
    state = asked if asked in STATES else "published"
    rows, more = contents.for_desk(state, after=request.args.get("after", type=row_number))
    return render(
        "sharing/desk/index.html", rows=rows, more=more, state=state, states=STATES, counts=contents.counts(),
        sums=counting.of_targets(None, [one.subject for one in rows]), icons=contents.ICONS, names=contents.NAMES,
        at=now(),
    )  # fmt: skip


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """The form for a new draft."""
    return _page(None, ContentForm(segments.queries.choices()))


@blueprint.post("/new")
@roles("manager")
def create() -> Response:
    """Keeps a new draft."""
    form = ContentForm(segments.queries.choices())
    if not form.validate():
        return _page(None, form, status=422)
    content = contents.create(form.draft(place().zone), by_id=current_user.id, now=now())
    return _kept(content, form)


@blueprint.get("/<int:content_id>")
@roles("manager")
def edit(content_id: int) -> Response:
    """One piece: its form, its preview, what it lacks, what it brought."""
    content = _find(content_id)
    form = ContentForm(segments.queries.choices(), data=told(content, place().zone))
    return _page(content, form)


@blueprint.post("/<int:content_id>")
@roles("manager")
def save(content_id: int) -> Response:
    """Keeps what was changed; where it is shared, at once."""
    content, form = _find(content_id), ContentForm(segments.queries.choices())
    if not form.validate():
        return _page(content, form, status=422)
    contents.change(content, form.draft(place().zone), by_id=current_user.id, now=now())
    return _kept(content, form)


@blueprint.post("/<int:content_id>/<any(publication,draft,archive):verb>")
@roles("manager")
def move(content_id: int, verb: str) -> Response:
    """Publishes what stands in the form, makes it a draft again, archives it."""
    content = _find(content_id)
    if verb == "publication":
        return _publish(content)
    contents.move(content, MOVES[verb], by_id=current_user.id, now=now())
    flash(SAYS[MOVES[verb]])
    return see_other("content_desk.edit", content_id=content_id)


@blueprint.post("/terms")
@roles("manager")
def save_terms() -> Response:
    """The disclosure, campaign words, how long clicks are kept."""
    form = TermsForm()
    if not form.validate():
        return render("sharing/desk/terms.html", status=422, form=form)
    terms.settle(
        disclosure=form.disclosure.data or "",
        adds_utm=bool(form.adds_utm.data),
        months_kept=form.months_kept.data or 13,
    )
    flash("That holds for everything shared from now on.")
    return see_other("content_desk.show_terms")


@blueprint.get("/terms")
@roles("manager")
def show_terms() -> Response:
    """What holds for all that is shared."""
    held = terms.current()
    data = {"disclosure": held.disclosure, "adds_utm": held.adds_utm, "months_kept": held.months_kept}
    return render("sharing/desk/terms.html", form=TermsForm(data=data))


def _publish(content: Content) -> Response:
    form = ContentForm(segments.queries.choices())
    if not form.validate():
        return _page(content, form, status=422)
    contents.change(content, form.draft(place().zone), by_id=current_user.id, now=now())
    return _kept(content, form, publish=True)


def _kept(content: Content, form: ContentForm, *, publish: bool = False) -> Response:
    try:
        _picture(content, form)
    except uploads.Unusable as unusable:
        form.picture.errors = [str(unusable)]
        edges.rollback()
        return _page(contents.get(content.id) if content.id else None, form, status=422)
    if not publish:
        flash("Saved.")
        return see_other("content_desk.edit", content_id=content.id)
    try:
        contents.move(content, "published", by_id=current_user.id, now=now())
    except ValueError as error:
        flash(f"Saved, and not published yet. {error}", "warn")
    else:
        flash(SAYS["published"])
    return see_other("content_desk.edit", content_id=content.id)


def _picture(content: Content, form: ContentForm) -> None:
    file = request.files.get("picture")
    if file is not None and file.filename:
        kept = uploads.keep(file.stream, member_id=current_user.id, purpose="picture", now=now())
        contents.set_picture(content, kept)
    elif form.no_picture.data:
        contents.set_picture(content, None)


def _find(content_id: int) -> Content:
    found = contents.get(content_id)
    return found if found is not None else abort(404)


def _page(content: Content | None, form: ContentForm, *, status: int = 200) -> Response:
    at = now()
    brought: dict[str, Any] = {}
    if content is not None and content.published_at:
        brought = {
            "days": counting.days(at.date(), target=content.subject),
            "channels": counting.by_channel(content.subject), "sharers": counting.best_sharers(content.subject),
            "total": counting.of_targets(None, [content.subject]).get(content.subject, counting.Sums()),
        }  # fmt: skip
    held = terms.current()
    shown = (
        [(one, networks.said(content.words, one.name, held.disclosure)) for one in NETWORKS.values()]
        if content
        else []
    )
    return render(
        "sharing/desk/edit.html", status=status, content=content, form=form, brought=brought, shown=shown, at=at,
        missing=contents.missing(content, at) if content else [], body=html(content.body) if content else "",
        icons=contents.ICONS, names=contents.NAMES, channel_names=networks.CHANNEL_NAMES,
    )  # fmt: skip
