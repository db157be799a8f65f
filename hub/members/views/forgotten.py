"""A forgotten password: who says so gets the same answer, whoever they are; a mail goes to those we know."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import public, render, see_other
from hub.members import actions, oidc
from hub.members.forms import ForgottenForm
from hub.members.throttle import brake_letters
from hub.members.views.blueprint import blueprint

TOO_OFTEN = "That was asked too often. The mails that went out are good for half an hour; look for them, or try later."


def _too_often() -> Response:
    return _page(ForgottenForm(), trouble=TOO_OFTEN, status=429)


@blueprint.get("/sign-in/forgotten")
@public
def forgotten() -> Response:
    """Asks for the address; afterwards, says what happens now."""
    return _page(ForgottenForm(formdata=None), is_asked="asked" in request.args)


@blueprint.post("/sign-in/forgotten", endpoint="forgotten_now")
@public
@brake_letters("members.forgotten_now", _too_often)
def forgotten_now() -> BaseResponse:
    """Leaves it to a job to find out whether we know the address."""
    form = ForgottenForm()
    if not form.validate():
        return _page(form, status=422)
    actions.ask_for_reset(form.email.data or "", now=now())
    return see_other("members.forgotten", asked=1)


def _page(form: ForgottenForm, *, is_asked: bool = False, trouble: str = "", status: int = 200) -> Response:
    return render(
        "members/forgotten.html", status=status, form=form, is_asked=is_asked, trouble=trouble,
        has_oidc=oidc.is_on(),
    )  # fmt: skip
