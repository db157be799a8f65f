"""What a person said to a rep: yes on the telephone, or that they would rather not."""

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import Blueprint, roles, see_other
from hub.referrals.rights import actions
from hub.referrals.sales import see

blueprint = Blueprint("rights_desk", __name__)


@blueprint.post("/sales/referrals/<int:number>/consent")
@roles("rep", "manager")
def note(number: int) -> BaseResponse:
    """Writes down what they said in conversation."""
    see(number)
    say = request.form.get("say")
    if say == "yes":
        done = actions.accept(number, how="spoken", now=now(), by_id=current_user.id)
        flash("Noted. What was sealed is open now." if done else "They have answered already.", "done")
    elif say == "no":
        done = actions.decline(number, how="spoken", now=now(), by_id=current_user.id)
        flash(
            "Noted, and forgotten. The advocate is told kindly." if done else "They have answered already.",
            "done",
        )
    else:
        abort(400)
    return see_other("sales.show", number=number)
