"""The verbs of this room, by what they are about."""

from hub.members.actions.companies import companies_by_name, company, own
from hub.members.actions.confirming import ask_to_confirm, confirm_email
from hub.members.actions.erasing import erase
from hub.members.actions.identities import arrive, link
from hub.members.actions.people import (
    add,
    disable,
    enable,
    place_in,
    reset_sessions,
    set_roles,
    update_profile,
    vouch,
)
from hub.members.actions.sessions import change_password, end_session, forget_ended, renew_digest
from hub.members.actions.signing_links import ask_for_sign_in, send_sign_in, sign_in_by
from hub.members.actions.stubs import stub, stubs
from hub.members.actions.tickets import (
    ask_for_reset,
    claim,
    claim_link,
    forgotten,
    invite,
    reset_link,
    reset_password,
)
from hub.members.names import Refusal

__all__ = [
    "Refusal", "add", "arrive", "ask_for_reset", "ask_for_sign_in", "ask_to_confirm", "change_password", "claim",
    "claim_link", "companies_by_name", "company", "confirm_email", "disable", "enable", "end_session", "erase",
    "forget_ended", "forgotten", "invite", "link", "own", "place_in", "renew_digest", "reset_link",
    "reset_password", "reset_sessions", "send_sign_in", "set_roles", "sign_in_by", "stub", "stubs",
    "update_profile", "vouch",
]  # fmt: skip
