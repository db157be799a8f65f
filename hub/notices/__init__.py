"""Notices: what a member is told, in the app.

`tell` and `tell_many` write notices in the current transaction, once for each key. A notice holds ids, numbers and
codes; its sentence is made when it is shown, by its kind, so a changed name or wording is right everywhere. This room
never decides what is worth telling, never mails, and never keeps the name of a third person.
"""

from hub.notices.actions import read_about, tell, tell_many
from hub.notices.kinds import Context, Kind, kind

__all__ = ["Context", "Kind", "kind", "read_about", "tell", "tell_many"]
