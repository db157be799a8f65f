"""Our own format: a Standard Webhooks message `referral.submitted`, for any system that can take a POST.

The message's id is made of our code, so that sending again is the same message to whoever keeps ids. A 2xx is enough;
an answer `{"deal_id": …}` links the deal at once.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from hub.core.outgoing import Answer, Forbidden, goal
from hub.crm.adapters.generic import Generic as Inward
from hub.crm.adapters.generic import sign
from hub.crm.outward.kinds.base import SOURCE, Lead, Line, Sent, Target, Wrong, inside, number_of, refusal

SUBMITTED = "referral.submitted"


class Generic:
    kind = "generic"
    called = "The receiver"
    options: Mapping[str, str] = {}

    def address(self, given: str | None, *, allow_private: bool) -> str:
        typed = (given or "").strip()
        if not typed:
            raise Wrong("to", "name the address that takes the messages, beginning with https://")
        try:
            goal(typed, allow_private=allow_private)
        except Forbidden as error:
            raise Wrong("to", str(error)) from None
        return typed

    def new_token(self) -> str | None:
        return Inward().new_secret()

    def send(self, lead: Lead, target: Target, *, now: dt.datetime) -> Sent:
        body = json.dumps(message(lead)).encode()
        headers = sign(target.secret, f"{SUBMITTED.replace('.', '-')}-{lead.code}", body, now)
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        answer = Line(self.called, target.address, {}, target.call).reach(
            "POST", "", headers, body, writes=True
        )
        if answer.status // 100 != 2:
            raise refusal(self.called, answer, writes=True)
        return _told(answer)


def message(lead: Lead) -> dict[str, Any]:
    """What is sent, in the names of our own messages."""
    submitted_at = (
        lead.submitted_at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
    return {
        "type": SUBMITTED,
        "timestamp": submitted_at,
        "data": {
            "referral_code": lead.code, "source": SOURCE, "programme": lead.programme, "submitted_at": submitted_at,
            "contact": {
                "name": lead.name, "email": lead.email, "phone": lead.phone, "company": lead.company,
                "title": lead.title,
            },
            "advocate": {"name": lead.advocate, "company": lead.advocate_company},
            "owner": {"name": lead.owner, "email": lead.owner_email},
            "relation": lead.relation, "why": lead.why,
        },
    }  # fmt: skip


def _told(answer: Answer) -> Sent:
    """2xx is taken, whatever else is said: sending again would tell us nothing new."""
    try:
        said = inside(answer.json(), "deal_id") if answer.body else None
    except ValueError:
        return Sent(None, remark="The answer is not JSON, so it names no deal.")
    found = number_of(said)
    odd = said is not None and found is None
    return Sent(found, remark="The answer's deal_id is no number that a deal can have." if odd else None)
