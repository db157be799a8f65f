"""Notices: what a member is told, in the app and by e-mail.

`tell` and `tell_many` write notices in the current transaction, once for each key. A notice holds ids, numbers and
codes; its sentence is made when it is shown, by its kind, so a changed name or wording is right everywhere. With each
notice its mail is written: `letter` says which templates and words; what its reader chose decides whether it goes at
once, in a digest, or never. This room never decides what is worth telling, never sends before a commit, and never keeps
the name of a third person.
"""

from hub.notices.actions import read_about, tell, tell_many
from hub.notices.kinds import Context, Kind, kind
from hub.notices.letters import Letter, Occasion, Reader, letter

__all__ = [
    "Context",
    "Kind",
    "Letter",
    "Occasion",
    "Reader",
    "kind",
    "letter",
    "read_about",
    "tell",
    "tell_many",
]
