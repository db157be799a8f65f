"""The page of whoever was introduced: what we know, from whom, and their say in it. Whoever has the link is meant."""

from typing import Any

from flask import Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from hub import members
from hub.community.text import html
from hub.core.clock import now
from hub.core.web import Blueprint, public, render, see_other
from hub.members.throttle import brake_forms
from hub.referrals import lead_terms, words
from hub.referrals.rights import actions, letters, naming, queries

blueprint = Blueprint("rights", __name__)
OFTEN = "20 per 15 minutes"


@blueprint.get("/introduced/<token>")
@public
def show(token: str) -> Response:
    """Who gave my details, what there is, what happens next; a kind page for a link that has ended."""
    return _page(token, sent="sent" in request.args, invited="invited" in request.args)


def _page(token: str, *, status: int = 200, **more: Any) -> Response:
    found = queries.by_token(token, now())
    if found is None:
        return _private(render("rights/ended.html", status=404))
    consent, referral = found
    kind = referral.advocate.type if referral.advocate else ""
    offer = lead_terms.of_version(referral.version.page).words_for(kind).offer
    shown = render(
        "rights/show.html", status=status, token=token, consent=consent, referral=referral,
        offer=html(offer) if offer else "",
        answers=queries.answers(referral.id), first=letters.first(referral),
        by=naming.by(referral, consent), stands=words.state_words(referral, referral.version.ladder),
        mailbox=letters.mailbox(referral), **more,
    )  # fmt: skip
    return _private(shown)


def _private(response: Response) -> Response:
    # The address is the key to the page: no site that is visited from here learns it, and no search engine keeps it.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _too_often() -> Response:
    answer = _page(
        str((request.view_args or {}).get("token", "")), status=429,
        problem="That was a lot at once. Nothing was changed; please try again in a quarter of an hour.",
    )  # fmt: skip
    answer.headers["Retry-After"] = "900"
    return answer


@blueprint.post("/introduced/<token>")
@public
@brake_forms("rights.answer", OFTEN, _too_often)
def answer(token: str) -> BaseResponse:
    """Yes, no, or be forgotten. Each may be sent twice and is done once."""
    found = queries.by_token(token, now())
    if found is None:
        return _page(token)
    number, say = found[0].referral_id, request.form.get("say")
    if say == "yes":
        actions.accept(number, how="link", now=now())
    elif say == "no":
        actions.decline(number, now=now())
    elif say == "forget":
        actions.erase(number, now=now())
    else:
        abort(400)
    return see_other("rights.show", token=token)


@blueprint.post("/introduced/<token>/joining")
@public
@brake_forms("rights.join", OFTEN, _too_often)
def join(token: str) -> BaseResponse:
    """A customer who was introduced becomes an advocate: mails them their one-time invitation."""
    found = queries.by_token(token, now())
    if found is None:
        return _page(token)
    try:
        actions.invite(found[0].referral_id, now=now())
    except members.Refusal as refusal:
        return _page(token, status=409, problem=str(refusal))
    return see_other("rights.show", token=token, invited=1)
