"""What stands in frames on pages of others: a card, a link, a form. No script, no cookie, the same for everybody, so
caches may keep it. Only these addresses may be framed."""

from flask import abort, current_app, make_response, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.app import csrf
from hub.core.web import Blueprint, public, render
from hub.sharing import embeds, targets
from hub.sharing.models import Embed

blueprint = Blueprint("embedded", __name__, url_prefix="/embed")
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors *"
)
SECONDS = 300
FIELDS = ("contact_name", "contact_email", "contact_company")


@blueprint.get("/<int:embed_id>/<signature>/<any(card,link,form):kind>")
@public
def show(embed_id: int, signature: str, kind: str) -> Response:
    """One of them; what isn't signed by us isn't there."""
    embed = _found(embed_id, signature)
    there = targets.destination(embed.link)
    closed = there is None or not there.is_open or embed.link.retired_at is not None
    # Past render_template: its surroundings would ask who is reading, and renew their session in a shared answer.
    body = current_app.jinja_env.get_template("sharing/embed.html").render(
        embed=embed, kind=kind, closed=closed, signature=signature,
        source=f"utm_source=hurrah-{embed.surface}", takes_leads=takes_leads(embed),
    )  # fmt: skip
    answer = make_response(body)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


show.outside = True  # type: ignore[attr-defined]


@blueprint.post("/<int:embed_id>/<signature>/form")
@csrf.exempt
@public
def send(embed_id: int, signature: str) -> Response:
    """What somebody typed into the form on another page: shown to them once more on ours, which is where it is sent
    from. Nothing is kept by this step."""
    embed = _found(embed_id, signature)
    there = targets.destination(embed.link)
    if there is None or not there.is_open or not takes_leads(embed):
        return render("sharing/lost.html", status=410, there=there)
    typed = {name: request.form.get(name, "").replace("\0", "").strip()[:200] for name in FIELDS}
    ask = registry.panels.get("embed.questions")
    questions = Markup(ask(embed.link)) if ask else Markup()  # noqa: S704 - drawn by that room's own template
    return render("sharing/embed_check.html", embed=embed, there=there, typed=typed, questions=questions)


def takes_leads(embed: Embed) -> bool:
    """Whether it leads to a landing page, whose form takes what is typed into ours."""
    return embed.link.target.startswith("programme:")


def _found(embed_id: int, signature: str) -> Embed:
    found = embeds.get(embed_id) if embeds.is_signed(embed_id, signature) else None
    return found if found is not None else abort(404)
