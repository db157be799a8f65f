"""/manage/mails: what is sent, what was set aside, and how each mail reads."""

from flask import Response, abort, flash, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub import members
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.members import Member
from hub.notices import composing, letters, outgoing, rendering, sending
from hub.notices.letters import Letter

blueprint = Blueprint("mails", __name__, url_prefix="/manage/mails")
STATE_NAMES = {
    "new": "Waiting", "waiting": "Waiting", "unknown": "Asked again", "digest": "For the digest", "sent": "Sent",
    "dropped": "Not sent", "parked": "Set aside",
}  # fmt: skip
registry.navigation(
    registry.Item(
        label="Mails",
        endpoint="mails.index",
        icon="mail",
        section="desk",
        group="People",
        order=85,
        roles=frozenset({"manager"}),
    )
)


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """How mail does, what was set aside, the latest mails, and every mail there is to read."""
    before = request.args.get("before", type=row_number)
    at = now()
    rows = outgoing.latest(before=before)
    return render(
        "notices/mails.html", state=outgoing.state(at), parked=outgoing.parked(), rows=rows, before=before,
        more=rows[-1].mail.id if len(rows) == outgoing.SHOWN else None, names=STATE_NAMES,
        folders=[(folder, outgoing.topic(kind) if kind else "Everything else") for folder, (kind, _)
                 in letters.SAMPLES.items()],
    )  # fmt: skip


@blueprint.post("/<int:mail_id>/resend")
@roles("manager")
def resend(mail_id: int) -> BaseResponse:
    """Tries a mail again that was set aside."""
    if not sending.resend(mail_id, at=now()):
        abort(404)
    flash("It is on its way again.", "success")
    return see_other("mails.index")


@blueprint.get("/letters/<folder>")
@roles("manager")
def preview(folder: str) -> Response:
    """How a mail reads to a member: as they got it last, or with made-up words."""
    reader, trouble = _reader()
    letter, is_made_up = _letter(folder, reader)
    drawn = rendering.render(letter, composing.reader_of(reader), _footing(folder, reader))
    return render(
        "notices/preview.html", folder=folder, mail=drawn,
        reader=reader, is_made_up=is_made_up, trouble=trouble, status=422 if trouble else 200,
    )  # fmt: skip


@blueprint.get("/letters/<folder>/drawn")
@roles("manager")
def drawn(folder: str) -> Response:
    """The mail as it looks, a page of its own. Its styles come from a file, so it needs no exception in our policy."""
    reader, _trouble = _reader()
    letter, _ = _letter(folder, reader)
    address = url_for("mails.styles")
    page = rendering.page(letter, composing.reader_of(reader), _footing(folder, reader), stylesheet=address)
    return Response(page, mimetype="text/html")


@blueprint.get("/style.css")
@roles("manager")
def styles() -> Response:
    """The styles of all mails."""
    return Response(rendering.styles(), mimetype="text/css")


def _letter(folder: str, reader: Member) -> tuple[Letter, bool]:
    if folder not in letters.SAMPLES:
        abort(404)
    kind = letters.SAMPLES[folder][0]
    letter, is_made_up = composing.preview(folder, kind, reader)
    return letter or letters.sample(folder) or abort(404), is_made_up


def _footing(folder: str, reader: Member) -> rendering.Footing:
    """The foot without its key: a manager who looks must not be able to stop somebody else's mail by mistake."""
    footing = composing.footing_of(letters.SAMPLES[folder][0], reader.id)
    stop = f"{rendering.base_url()}/settings/notices" if footing.stop_url else None
    return rendering.Footing(why=footing.why, stop_url=stop)


def _reader() -> tuple[Member, str]:
    """Whom the mail is shown as if it went to."""
    me: Member = current_user._get_current_object()
    wanted = request.args.get("member", "").strip()
    if not wanted:
        return me, ""
    found = members.find(wanted) if "@" in wanted[1:] else members.by_handle(wanted.removeprefix("@"))
    return (found, "") if found else (me, "Nobody here has this e-mail address or handle.")
