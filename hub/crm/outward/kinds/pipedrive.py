"""Pipedrive: a person and a deal, API v2, with an API token; the story as a note (which only v1 has).

The deal's title holds our code. Pipedrive's search lags behind, so a second try also goes through what has changed
since the first.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from markupsafe import escape

from hub.crm.outward.kinds import vendor
from hub.crm.outward.kinds.base import SOURCE, Lead, Line, Sent, Target, inside, made, number_of

DEALS, PERSONS, NOTES, USERS = "/api/v2/deals", "/api/v2/persons", "/api/v1/notes", "/api/v1/users/find"
SKEW = dt.timedelta(minutes=2)


class Pipedrive:
    kind = "pipedrive"
    called = "Pipedrive"
    options: Mapping[str, str] = {
        "pipeline": "the pipeline's number",
        "stage": "the number of the stage that deals begin at",
        "code_field": "the key (40 characters) of a deal field for our code",
        "source_field": f"the key of a deal text field that says “{SOURCE}”",
    }

    def address(self, given: str | None, *, allow_private: bool) -> str:
        return vendor.below(given, ".pipedrive.com", "acme.pipedrive.com", allow_private=allow_private)

    def new_token(self) -> str | None:
        return None

    def send(self, lead: Lead, target: Target, *, now: dt.datetime) -> Sent:  # noqa: ARG002 - others sign the time
        line = Line(self.called, target.address, {"x-api-token": target.secret.value}, target.call)
        known = _deal_by_code(line, lead)
        if known:
            if lead.first_tried_at:
                _note_once(line, lead, known)
            return Sent(known, was_there=True)
        owner, remark = _owner(line, lead)
        person = _person(line, lead, owner)
        _, values = line.ask("POST", DEALS, _deal(lead, target, owner, person), writes=True)
        deal_id = made(self.called, values, "data", "id")
        _note(line, lead, deal_id)
        return Sent(deal_id, remark=remark)


def _deal_by_code(line: Line, lead: Lead) -> str | None:
    params = {"term": lead.code, "fields": "title,custom_fields", "limit": 10}
    for each in _items(line.get(f"{DEALS}/search", params)):
        if _holds(inside(each, "item"), lead.code):
            return number_of(inside(each, "item", "id"))
    for deal in _lately(line, DEALS, lead):
        if _holds(deal, lead.code):
            return number_of(inside(deal, "id"))
    return None


def _items(values: Any) -> list[Any]:
    found = inside(values, "data", "items")
    return found if isinstance(found, list) else []


def _lately(line: Line, path: str, lead: Lead) -> list[Any]:
    """What has changed since the first try, newest first; nothing at the first."""
    if lead.first_tried_at is None:
        return []
    since = (lead.first_tried_at - SKEW).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    params = {"updated_since": since, "sort_by": "update_time", "sort_direction": "desc", "limit": 500}
    found = inside(line.get(path, params), "data")
    return found if isinstance(found, list) else []


def _holds(deal: Any, code: str) -> bool:
    custom = inside(deal, "custom_fields")
    values = custom.values() if isinstance(custom, dict) else custom if isinstance(custom, list) else ()
    return code in str(inside(deal, "title")) or code in map(str, values)


def _owner(line: Line, lead: Lead) -> tuple[int | None, str | None]:
    if not lead.owner_email:
        return None, None
    found = inside(line.get(USERS, {"term": lead.owner_email, "search_by_email": 1}), "data")
    for user in found if isinstance(found, list) else []:
        if (
            str(inside(user, "email")).lower() == lead.owner_email.lower()
            and inside(user, "active_flag") is not False
        ):
            return _whole(inside(user, "id")), None
    return None, f"Pipedrive knows no user {lead.owner_email}, so the deal is the token's owner's."


def _person(line: Line, lead: Lead, owner: int | None) -> int | None:
    """The person with this e-mail or telephone, made if need be. Without either they stand in the note only."""
    field, term = ("email", lead.email) if lead.email else ("phone", lead.phone)
    if not term:
        return None
    params = {"term": term, "fields": field, "exact_match": "true", "limit": 1}
    known = _whole(inside(_items(line.get(f"{PERSONS}/search", params)), 0, "item", "id"))
    if known is not None:
        return known
    for each in _lately(line, PERSONS, lead):
        values = inside(each, f"{field}s")
        if any(inside(value, "value") == term for value in (values if isinstance(values, list) else [])):
            return _whole(inside(each, "id"))
    data: dict[str, Any] = {"name": lead.called}
    for name, value in (("emails", lead.email), ("phones", lead.phone)):
        if value:
            data[name] = [{"value": value, "primary": True, "label": "work"}]
    if owner is not None:
        data["owner_id"] = owner
    _, values = line.ask("POST", PERSONS, data)
    return int(made("Pipedrive", values, "data", "id"))


def _deal(lead: Lead, target: Target, owner: int | None, person: int | None) -> dict[str, Any]:
    options = target.options
    data = {
        "title": f"{lead.called} (referral {lead.code})", "owner_id": owner, "person_id": person,
        "pipeline_id": _whole(options.get("pipeline")), "stage_id": _whole(options.get("stage")),
    }  # fmt: skip
    given = {options.get("code_field"): lead.code, options.get("source_field"): SOURCE}
    custom = {key: value for key, value in given.items() if key}
    return {name: value for name, value in data.items() if value is not None} | (
        {"custom_fields": custom} if custom else {}
    )


def _note_once(line: Line, lead: Lead, deal_id: str) -> None:
    found = inside(line.get(NOTES, {"deal_id": deal_id, "limit": 100}), "data")
    if not any(
        lead.code in str(inside(note, "content")) for note in (found if isinstance(found, list) else [])
    ):
        _note(line, lead, deal_id)


def _note(line: Line, lead: Lead, deal_id: str) -> None:
    content = str(escape(lead.story)).replace("\n", "<br>")
    line.ask("POST", NOTES, {"content": content, "deal_id": int(deal_id)}, writes=True)


def _whole(value: Any) -> int | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return (
        int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else None
    )
