"""Tags on the desk: which there are, giving one to many members at once, taking it away."""

from flask import Response, abort, flash, request
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.segments import actions, queries
from hub.segments.fields import Unclear
from hub.segments.words import tag_key

blueprint = Blueprint("segments_tags", __name__, url_prefix="/manage/segments/tags")
MOST_NAMES = 1000


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All tags with how many wear them, and the form to give or take one."""
    return _page()


@blueprint.post("", endpoint="give")
@roles("manager")
def give() -> BaseResponse:
    """Gives a tag to members named by e-mail or handle, or to a whole segment; or takes it from those named."""
    word, names = request.form.get("tag", ""), request.form.get("names", "").replace(",", "\n").split()
    try:
        if slug := request.form.get("segment", ""):
            segment = (queries.by_slug(slug) if slug.isprintable() else None) or abort(404)
            actions.tag_all(segment.rules, word, now=now())
            flash(f"Everybody in {segment.name} is tagged {tag_key(word)}.", "success")
            return see_other("segments_tags.index")
        return _named(word, names)
    except Unclear as unclear:
        return _page(trouble=str(unclear), status=422)


@blueprint.post("/removal")
@roles("manager")
def remove() -> BaseResponse:
    """Takes a tag off everybody."""
    word = request.form.get("tag", "")
    actions.forget_tag(word)
    flash(f"Nobody is tagged {tag_key(word)} any more.", "success")
    return see_other("segments_tags.index")


def _named(word: str, names: list[str]) -> BaseResponse:
    known = queries.named(names[:MOST_NAMES]) if names else {}
    missing = [name for name in names if name.lower().removeprefix("@") not in known]
    if missing or not names:
        raise Unclear(
            f"Nobody here is called {missing[0]}. Nothing was changed." if missing else "Name somebody.",
            "names",
        )
    ids = sorted({known[name.lower().removeprefix("@")] for name in names})
    if "take" in request.form:
        actions.untag(ids, word)
        flash(f"{tag_key(word)} is taken off {len(ids):,} members.", "success")
    else:
        fresh = actions.tag(ids, word, now=now())
        flash(f"{fresh:,} of {len(ids):,} members got the tag {tag_key(word)}; the others had it.", "success")
    return see_other("segments_tags.index")


def _page(*, trouble: str = "", status: int = 200) -> Response:
    return render(
        "segments/tags.html", status=status, tags=queries.tags(), segments=queries.listed(), trouble=trouble,
        form=request.form,
    )  # fmt: skip
