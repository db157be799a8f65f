"""Members, their companies and roles, and the ways in: password, single sign-on, one-time links.

A stub is somebody we owe points to who hasn't joined yet; claiming it keeps its row, so its account and its history.
This room never deals in points and never sends mail: it hands out links, asks for their mails by name, and records
facts to which others listen.
"""

from flask import Flask

from hub.members import oidc, signing, throttle
from hub.members.actions import (
    Refusal,
    add,
    ask_to_confirm,
    change_password,
    claim,
    claim_link,
    companies_by_name,
    company,
    disable,
    enable,
    erase,
    invite,
    own,
    reset_link,
    reset_password,
    set_roles,
    stub,
    stubs,
)
from hub.members.actions.stubs import StubRow
from hub.members.confirmed import may_spend, why_not_spend
from hub.members.models import ROLES, STAFF_ROLES, TYPES, Company, Member
from hub.members.queries import by_handle, find, get, rep_for, staff

__all__ = [
    "ROLES", "STAFF_ROLES", "TYPES", "Company", "Member", "Refusal", "StubRow", "add", "ask_to_confirm",
    "by_handle", "change_password",
    "claim", "claim_link", "companies_by_name", "company", "disable", "enable", "erase", "find", "get", "init_app",
    "invite", "may_spend", "own", "rep_for", "reset_link", "reset_password", "set_roles", "staff", "stub", "stubs",
    "why_not_spend",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Installs sessions, the brake on guessing, and single sign-on when it is set up."""
    signing.init_app(app)
    throttle.init_app(app)
    oidc.init_app(app)
