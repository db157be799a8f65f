"""Embeds at the manager's desk: choose what they lead to, take a snippet for each of the five surfaces."""

from flask import abort, current_app, flash
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import members
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.members.models import Member
from hub.sharing import actions, embeds
from hub.sharing.forms import EmbedForm, EmbedWordsForm
from hub.sharing.models import Embed

blueprint = Blueprint("embeds_desk", __name__, url_prefix="/manage/content/embeds")


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """What there is, and the form for more."""
    return _index(EmbedForm(_choices()))


@blueprint.post("")
@roles("manager")
def make() -> Response:
    """Makes the five for one destination: the team's, or one advocate's."""
    form = EmbedForm(_choices())
    if not form.validate():
        return _index(form, status=422)
    named = (form.credit.data or "").removeprefix("@")
    credit = (members.find(named) if "@" in named else members.by_handle(named)) if named else None
    if named and credit is None:
        form.credit.errors = [f"Nobody here is called {named}."]
        return _index(form, status=422)
    try:
        made = embeds.make(_me(), form.subject.data, now(), credit=credit)
    except embeds.CreditsNobody as error:
        form.credit.errors = [str(error)]
        return _index(form, status=422)
    except ValueError as error:
        form.subject.errors = [str(error)]
        return _index(form, status=422)
    return see_other("embeds_desk.show", link_id=made[0].link_id)


@blueprint.get("/<int:link_id>")
@roles("manager")
def show(link_id: int) -> Response:
    """The snippets for each of the five surfaces, with what they look like."""
    made = _made(link_id)
    link = made[0].link
    here = current_app.extensions["settings"].public_url
    rows = [
        (embeds.PLACES[one.surface], one, f"{here}/embed/{one.id}/{embeds.signature(one.id)}") for one in made
    ]
    titles = registry.links([link.target])
    title = titles[link.target][0] if link.target in titles else made[0].title
    owner = members.get(link.member_id)
    credited = owner if owner is not None and not link.is_teams(owner) else None
    return render(
        "sharing/desk/embed.html",
        link=link,
        rows=rows,
        here=here,
        title=title,
        sources=embeds.sources(link_id),
        credited=credited,
    )


@blueprint.post("/<int:link_id>/<any(opening,closing):verb>")
@roles("manager")
def move(link_id: int, verb: str) -> Response:
    """Closes them all, wherever they stand, or opens them again."""
    link = _made(link_id)[0].link
    if verb == "closing":
        actions.close(link, now())
        flash("Closed. Where they stand they say so, within five minutes.")
    else:
        actions.open_again(link)
        flash("Open again, wherever they stand.")
    return see_other("embeds_desk.show", link_id=link_id)


@blueprint.get("/words/<int:embed_id>")
@roles("manager")
def words(embed_id: int) -> Response:
    """What one of them says."""
    found = _find(embed_id)
    form = EmbedWordsForm(data={"title": found.title, "says": found.says, "action": found.action})
    return render("sharing/desk/embed_words.html", form=form, embed=found, place=embeds.PLACES[found.surface])


@blueprint.post("/words/<int:embed_id>")
@roles("manager")
def save_words(embed_id: int) -> Response:
    """Says it differently."""
    found, form = _find(embed_id), EmbedWordsForm()
    if not form.validate():
        return render(
            "sharing/desk/embed_words.html",
            status=422,
            form=form,
            embed=found,
            place=embeds.PLACES[found.surface],
        )
    embeds.say(found, title=form.title.data or "", says=form.says.data or "", action=form.action.data or "")
    flash("Saved. Where it stands already, it changes within five minutes.")
    return see_other("embeds_desk.show", link_id=found.link_id)


def _me() -> Member:
    member: Member = current_user._get_current_object()
    return member


def _find(embed_id: int) -> Embed:
    found = embeds.get(embed_id)
    return found if found is not None else abort(404)


def _made(link_id: int) -> list[Embed]:
    return embeds.of_link(link_id) or abort(404)


def _choices() -> list[tuple[str, str]]:
    return [(offer.subject, offer.title) for offer in embeds.subjects(_me(), now())]


def _index(form: EmbedForm, *, status: int = 200) -> Response:
    links = embeds.listed()
    titles = registry.links({link.target for link in links})
    return render("sharing/desk/embeds.html", status=status, form=form, links=links, titles=titles)
