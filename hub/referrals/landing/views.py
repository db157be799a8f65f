"""The landing page of one advocate and programme: seen by strangers, works with nothing but HTML."""

from typing import Any

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, public, render, see_other
from hub.members.throttle import brake_forms
from hub.referrals import asking, coach, intake, lead_terms
from hub.referrals.landing import actions, card, page, queries, touches
from hub.referrals.landing.forms import LeadForm
from hub.referrals.landing.queries import Opened
from hub.referrals.landing.touches import Visit

blueprint = Blueprint("landing", __name__)
OFTEN = "20 per 15 minutes"
HOUR_SECONDS = 3600


@blueprint.get("/r/<code>")
@public
def show(code: str) -> Response:
    """Who sends you, what for, what happens next, and the form. Looking leaves no row behind."""
    opened = queries.opened(code)
    if opened is None or not opened.is_open:
        return _closed(opened)
    seen = touches.visit(opened.link, request.args.get("via", ""), now())
    form = _form_of(opened)(formdata=None, seen=touches.sign(seen))
    answer = _page(opened, form)
    kept = request.cookies.get(touches.COOKIE)
    if kept is not None:  # they agreed to be remembered
        _remember(answer, opened, touches.remembered(kept), seen)
    return answer


@blueprint.post("/r/<code>")
@public
@brake_forms("landing.send", OFTEN, lambda: _too_often())
def send(code: str) -> BaseResponse:
    """Takes the form in; what was typed comes back with what is wrong."""
    opened = queries.opened(code)
    if opened is None or not opened.is_open:
        return _closed(opened)
    form = _form_of(opened)()
    if form.validate():
        try:
            taken = actions.take(
                opened.programme,
                form.contact(),
                _visits(opened, form),
                answers=asking.answers(form),
                now=now(),
            )
        except intake.Refusal as refusal:
            form.refuse(refusal.field if refusal.field != "programme" else "form", refusal.says)
        else:
            answer = (
                see_other("rights.show", token=taken.token, sent=1)
                if taken.token
                else see_other("landing.thanks", code=opened.link.code)
            )
            answer.delete_cookie(touches.COOKIE, path="/r/")  # it has done what it was for
            return answer
    return _page(opened, form, status=422)


def _visits(opened: Opened, form: Any) -> list[Visit]:
    """What led here: what the cookie remembers, then the visit of this form. One that isn't ours counts as made now."""
    seen = touches.read(form.seen.data or "")
    if seen is None or seen.code != opened.link.code:
        seen = touches.visit(opened.link, "", now())
    return [*touches.remembered(request.cookies.get(touches.COOKIE)), seen]


@blueprint.get("/r/<code>/thanks")
@public
def thanks(code: str) -> Response:
    """For whoever left an e-mail, whom we knew and whom we didn't: the same words, and nothing of anybody's."""
    opened = queries.opened(code)
    if opened is None:
        return _closed(None)
    return _quiet(render("landing/thanks.html", who=page.sender(opened)))


@blueprint.post("/r/<code>/hints")
@public
def hints(code: str) -> Response:
    """What the coach says to what is typed so far. Writes nothing."""
    opened = queries.opened(code)
    if opened is None or not opened.is_open:
        return _closed(opened)
    terms = lead_terms.of_version(opened.programme.version.page)
    return render("landing/_hints.html", hints=_hints(terms))


def _hints(terms: lead_terms.LeadTerms) -> list[coach.Hint]:
    typed = asking.typed(coach.questions(terms), request.form)
    return coach.hints(terms.profile, request.form.get("contact_title", "")[:200], typed)


@blueprint.post("/r/<code>/remembering")
@public
def remember(code: str) -> BaseResponse:
    """Whether a cookie of ours may remember who sent them: asked for, never assumed, and taken back as easily."""
    opened = queries.opened(code)
    if opened is None or not opened.is_open:
        return _closed(opened)
    answer = see_other("landing.show", code=opened.link.code, _anchor="remember")
    if request.form.get("say") == "yes":
        seen = touches.read(request.form.get("seen", ""))
        if seen is None or seen.code != opened.link.code:
            seen = touches.visit(opened.link, "", now())
        kept = touches.remembered(request.cookies.get(touches.COOKIE))
        _remember(answer, opened, kept, seen)
    else:
        answer.delete_cookie(touches.COOKIE, path="/r/")
    return answer


def _remember(answer: BaseResponse, opened: Opened, kept: list[Visit], seen: Visit) -> None:
    days = lead_terms.of_version(opened.programme.version.page).window_days
    visits = touches.added(kept, seen, window_days=days)
    answer.set_cookie(
        touches.COOKIE, touches.cookie_of(visits), max_age=days * 86_400, path="/r/", httponly=True, samesite="Lax",
        secure=request.is_secure,
    )  # fmt: skip


@blueprint.get("/r/<code>/picture.png")
@public
def picture(code: str) -> Response:
    """The page's picture for social networks."""
    opened = queries.opened(code)
    if opened is None:
        return _closed(None)
    shown, here = _shown(opened), place()
    drawn = card.draw(shown.named.who, shown.named.company, shown.headline, hub=here.name, hue=here.brand_hue)
    answer = make_response(drawn)
    answer.mimetype = "image/png"
    answer.headers["Cache-Control"] = f"public, max-age={HOUR_SECONDS}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


# The shell asks nothing about who is reading, so that what caches share renews nobody's session.
picture.outside = True  # type: ignore[attr-defined]


def _shown(opened: Opened) -> page.LandingPage:
    return page.compose(opened.programme.version, page.sender(opened), opened.advocate.type)


def _form_of(opened: Opened) -> type[Any]:
    return asking.with_questions(
        LeadForm, coach.questions(lead_terms.of_version(opened.programme.version.page))
    )


def _page(opened: Opened, form: Any, *, status: int = 200, too_often: bool = False) -> Response:
    shown = _shown(opened)
    return _quiet(
        render(
            "landing/show.html", status=status, opened=opened, shown=shown, form=form, questions=asking.fields(form),
            hints=_hints(shown.terms) if status != 200 else (), too_often=too_often, link=opened.link,
            remembers=request.cookies.get(touches.COOKIE) is not None,
            says_no=request.headers.get("Sec-GPC") == "1",
            picture_url=url_for("landing.picture", code=opened.link.code, _external=True),
        )
    )  # fmt: skip


def _closed(opened: Opened | None) -> Response:
    """A page that says kindly why there is none: the link isn't known (any more), the programme has ended."""
    if opened is None:
        return _quiet(render("landing/closed.html", status=404, why="link", opened=None))
    why = "programme" if opened.programme.state != "active" else "advocate"
    return _quiet(render("landing/closed.html", status=410, why=why, opened=opened))


def _too_often() -> Response:
    """More forms from one address than people send. What was typed is kept in the page."""
    opened = queries.opened(str((request.view_args or {}).get("code", "")))
    if opened is None or not opened.is_open:
        return _closed(opened)
    answer = _page(opened, _form_of(opened)(), status=429, too_often=True)
    answer.headers["Retry-After"] = "900"
    return answer


def _quiet(answer: Response) -> Response:
    """Each advocate's page is theirs to hand out; search engines don't."""
    answer.headers.setdefault("X-Robots-Tag", "noindex, follow")
    return answer
