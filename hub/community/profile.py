"""What the community knows of one member, for their profile: thanks they got, and what they did.

Both are told under the name that a member chose for strangers. Beside the real name on the profile that would give the
chosen one away, so then only the member and the team see them; the same holds for who opted out of being shown.
"""

from typing import Any

from flask import render_template

from hub.community import shout_outs, stories
from hub.core import registry, words

TEAM = frozenset({"manager", "admin", "rep"})
SHOWN = 5


@registry.panel("profile.thanks")
def thanks(member: Any, viewer: Any) -> str:
    """The latest thanks they got in public."""
    open_ = may_look(member, viewer)
    found = shout_outs.listed(viewer, limit=SHOWN, for_id=member.id)[0] if open_ else []
    return render_template("community/_profile_thanks.html", member=member, viewer=viewer, listed=found)


@registry.panel("profile.history")
def history(member: Any, viewer: Any) -> str:
    """What they did lately, as the feed tells it."""
    news = stories.of(member, words.zone()) if may_look(member, viewer) else None
    return render_template("community/_profile_history.html", member=member, viewer=viewer, news=news)


def may_look(member: Any, viewer: Any) -> bool:
    """Whether this viewer may see what this member did."""
    if viewer.id == member.id or viewer.roles & TEAM:
        return True
    return not (member.pseudonym or member.is_opted_out or member.is_staff)
