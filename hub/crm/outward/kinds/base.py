"""What every CRM that takes referrals speaks: a lead goes out, the deal's number comes back.

Nothing here knows a database, Flask or the clock. A kind looks for the lead by our code before it makes one, so that
sending again after a lost answer makes no second.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from hub.core.outgoing import Answer, Forbidden, NoAnswer, NotSent
from hub.crm.adapters import Secret
from hub.crm.adapters.fields import shown

SOURCE = "referral"
DEAL_ID = re.compile(r"[\w.:/-]{1,64}")
LONGEST_WAIT_SECONDS = 24 * 3600
Call = Callable[..., Answer]  # hub.core.outgoing.call, bound to what this hub allows


class Wrong(Exception):
    """This can't be a setting of this kind: which, and what to do."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(f"{field}: {says}")
        self.field = field
        self.says = says


class Trouble(Exception):
    """It was not taken, or nobody knows.

    `is_lasting` asks for a person; `maybe_arrived` for a look before the next try. The sentence holds nothing secret:
    staff read it.
    """

    def __init__(
        self, says: str, *, is_lasting: bool = False, maybe_arrived: bool = False,
        retry_after_seconds: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(says)
        self.is_lasting = is_lasting
        self.maybe_arrived = maybe_arrived
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A referral as a CRM hears of it. `first_tried_at` is set from the second try on."""

    code: str
    programme: str
    submitted_at: dt.datetime
    name: str
    email: str | None
    phone: str | None
    company: str | None
    title: str | None
    relation: str | None
    why: str | None
    advocate: str
    advocate_company: str | None
    owner: str | None
    owner_email: str | None
    first_tried_at: dt.datetime | None = None

    @property
    def called(self) -> str:
        """Who it is, in a few words."""
        return self.name or self.company or self.email or self.code

    @property
    def first_name(self) -> str:
        """All but the last word of the name."""
        return " ".join(self.name.split()[:-1])

    @property
    def last_name(self) -> str:
        """The last word of the name; CRMs want one."""
        return (self.name.split() or [self.called])[-1]

    @property
    def story(self) -> str:
        """All of it as lines of text, our code among them."""
        advocate = f"{self.advocate} ({self.advocate_company})" if self.advocate_company else self.advocate
        contact = ", ".join(
            part for part in (self.name, self.title, self.company, self.email, self.phone) if part
        )
        lines = {
            "Source": SOURCE, "Referred by": advocate, "Programme": self.programme, "Code": self.code,
            "Contact": contact, "How they know each other": self.relation, "Why": self.why, "Owner": self.owner,
        }  # fmt: skip
        return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a connection's leads go."""

    address: str
    secret: Secret
    call: Call
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """It is in the CRM. Without a deal's number, the CRM told none."""

    deal_id: str | None
    was_there: bool = False
    remark: str | None = None


class Kind(Protocol):
    """One CRM. A new one is one file, one line in KINDS and one fake in the contract test."""

    kind: str
    called: str
    options: Mapping[str, str]  # option → what it is, for staff

    def address(self, given: str | None, *, allow_private: bool) -> str:
        """Where to send, in normal form. Refuses (Wrong) what isn't this CRM's."""
        ...

    def new_token(self) -> str | None:
        """Credentials that we may make ourselves; None where only the CRM can."""
        ...

    def send(self, lead: Lead, target: Target, *, now: dt.datetime) -> Sent:
        """Has the lead in the CRM, once however often it is called; raises nothing but Trouble on what comes back."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A CRM's API: requests go out, JSON values come back, everything else is Trouble."""

    crm: str
    base: str
    headers: Mapping[str, str]
    call: Call
    most_bytes: int = 1_000_000

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, or_404: bool = False) -> Any:
        """Reads; None when there is no such thing and that is fine."""
        query = f"?{urlencode(params)}" if params else ""
        status, found = self.ask("GET", path + query, allow={404} if or_404 else ())
        return None if status == 404 else found

    def ask(
        self, method: str, path: str, data: Any = None, *, form: Mapping[str, str] | None = None,
        writes: bool = False, allow: Collection[int] = (),
    ) -> tuple[int, Any]:  # fmt: skip
        """One request. Gives (status, values) for 2xx and what is allowed; raises Trouble for the rest."""
        headers = {"Accept": "application/json", **self.headers}
        body = b""
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form).encode()
        elif data is not None:
            headers["Content-Type"], body = "application/json", json.dumps(data).encode()
        answer = self.reach(method, path, headers, body, writes=writes)
        if answer.status // 100 == 2 or answer.status in allow:
            return answer.status, self._values(answer, writes=writes)
        raise refusal(self.crm, answer, writes=writes)

    def reach(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, writes: bool
    ) -> Answer:
        """The raw answer. Raises Trouble where there is none."""
        try:
            return self.call(method, self.base + path, headers=headers, body=body, most_bytes=self.most_bytes)
        except Forbidden as error:
            raise Trouble(f"We don't call this address. {error}", is_lasting=True) from None
        except NotSent as error:
            raise Trouble(str(error)) from None
        except NoAnswer as error:
            raise Trouble(f"{self.crm} gave no whole answer. {error}", maybe_arrived=writes) from None

    def _values(self, answer: Answer, *, writes: bool) -> Any:
        if not answer.body:
            return None
        try:
            return answer.json()
        except ValueError:
            raise Trouble(
                f"{self.crm} answered {answer.status} with what is not JSON.", maybe_arrived=writes
            ) from None


def refusal(crm: str, answer: Answer, *, writes: bool) -> Trouble:
    """What an answer other than 2xx means for the next try."""
    status, said = answer.status, told(answer)
    if status == 429:
        return Trouble(f"{crm} asks us to slow down (429).", retry_after_seconds=wait_seconds(answer))
    if status >= 500:
        return Trouble(
            f"{crm} has trouble itself ({status}){said}", maybe_arrived=writes,
            retry_after_seconds=wait_seconds(answer),
        )  # fmt: skip
    if status in (401, 403):
        return Trouble(f"{crm} refuses our credentials ({status}){said}", is_lasting=True)
    if status // 100 == 3:
        return Trouble(f"{crm} points to another address ({status}); we don't follow.", is_lasting=True)
    return Trouble(f"{crm} doesn't take it ({status}){said}", is_lasting=True)


def told(answer: Answer) -> str:
    """The CRM's own reason, short, when it gave one; else a full stop."""
    try:
        found = answer.json()
    except ValueError:
        return "."
    if isinstance(found, list) and found:
        found = found[0]
    if not isinstance(found, dict):
        return "."
    names = ("message", "error_description", "error_info", "error")
    said = next((value for name in names if isinstance(value := found.get(name), str) and value.strip()), "")
    code = found.get("errorCode") or found.get("category")
    said = f"{shown(said, 300)} ({shown(code, 60)})" if said and isinstance(code, str) else shown(said, 300)
    return f": {said.rstrip('.')}." if said else "."


def wait_seconds(answer: Answer) -> float | None:
    """How long the CRM asks us to wait: Retry-After in seconds or as a date, or the reset of a rate limit."""
    given = (answer.headers.get("retry-after") or answer.headers.get("x-ratelimit-reset") or "").strip()
    if given.isascii() and given.isdigit() and len(given) < 10:
        return float(min(int(given), LONGEST_WAIT_SECONDS))
    try:
        until, said = parsedate_to_datetime(given), parsedate_to_datetime(answer.headers.get("date", ""))
        return max(0.0, min((until - said).total_seconds(), float(LONGEST_WAIT_SECONDS)))
    except (TypeError, ValueError):
        return None


def inside(values: Any, *path: str | int) -> Any:
    """What lies at the end of a path through objects and lists; None where the path ends early."""
    for step in path:
        if isinstance(step, int):
            values = values[step] if isinstance(values, list) and len(values) > step else None
        else:
            values = values.get(step) if isinstance(values, dict) else None
    return values


def number_of(value: Any) -> str | None:
    """A deal's number as text, if that is one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and DEAL_ID.fullmatch(text) else None


def made(crm: str, values: Any, *path: str | int) -> str:
    """The number of what was just made. Without one we look it up at the next try."""
    found = number_of(inside(values, *path))
    if found is None:
        raise Trouble(f"{crm} took it and told no number.", maybe_arrived=True)
    return found
