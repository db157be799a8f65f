"""`POST /webhooks/rewards/<supplier>`: news of an order, signed by the supplier as we sign what we send.

    {"type": "redemption.sent", "data": {"reference": "hurrah-redemption-7", "tracking": "1Z…", "tracking_url": "https://…"}}

Types: redemption.sent, redemption.delivered, redemption.refused (with `reason`). The same news twice is the same news.
"""

import structlog
from flask import Response, abort, current_app, jsonify, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from hub.core.app import csrf
from hub.core.clock import now
from hub.core.web import Blueprint, public
from hub.crm.adapters import Inbound, NotAuthentic, NotReadable
from hub.crm.adapters.generic import Generic
from hub.crm.adapters.parse import read_json
from hub.rewards import suppliers

log = structlog.get_logger(__name__)
blueprint = Blueprint("reward_news", __name__)
MAX_BYTES = 64_000


@blueprint.post("/webhooks/rewards/<name>")
@csrf.exempt
@public
def news(name: str) -> Response:
    """Takes the news, or says what is wrong with it. 202 also for news that changes nothing."""
    request.max_content_length = MAX_BYTES
    if (request.content_length or 0) > MAX_BYTES:
        raise RequestEntityTooLarge()
    body = request.get_data(cache=False)
    secret = suppliers.secret_of(name)
    if secret is None:
        abort(404)
    inbound = Inbound(
        method="POST", path=request.path, public_url=current_app.extensions["settings"].public_url, query="",
        headers=dict(request.headers), body=body, tail=None, secrets=(secret,), account=None,
        now=now(),
    )  # fmt: skip
    try:
        Generic().authenticate(inbound)
        changed = suppliers.heard(name, read_json(body), now=now())
    except NotAuthentic as error:
        log.warning("reward_news.not_authentic", supplier=name, reason=str(error))
        return _answer(401, error={"code": "not_authentic", "message": "The signature is not right."})
    except NotReadable as error:
        return _answer(400, error={"code": "not_readable", "message": error.why, "field": error.field})
    return _answer(202, changed=changed)


def _answer(status: int, **said: object) -> Response:
    return make_response(jsonify(said), status)
