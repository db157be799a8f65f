"""Pages of this room that everybody may meet: the ways in, one's settings, a member's profile."""

from hub.members.views import (
    confirmation,
    data,
    forgotten,
    joining,
    profile,
    settings,
    sign_in_link,
    single_sign_on,
    tickets,
    ways_in,
)
from hub.members.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "confirmation",
    "data",
    "forgotten",
    "joining",
    "profile",
    "settings",
    "sign_in_link",
    "single_sign_on",
    "tickets",
    "ways_in",
]
