"""Introductions in words: what they are called, the mail that an advocate sends from their own program."""

import datetime as dt
from urllib.parse import quote

from hub.referrals.introductions.models import Introduction

LABELS = {"warm_email": "By e-mail", "lunch": "Over lunch", "lead": "A company to look at"}
NOTES = {
    "warm_email": "You write to them from your own mail program, with your rep in copy. Nothing about them is typed.",
    "lunch": "You bring people together at a table; we come along.",
    "lead": "You know nobody there yet, but it would suit them: name the company, we find the person.",
}
ICONS = {"warm_email": "mail", "lunch": "utensils", "lead": "lightbulb"}
MODES = {
    "form": "Form", "link": "Personal link", "warm_email": "Warm e-mail", "phone": "Telephone",
    "verbal": "In conversation", "lunch": "Over lunch", "lead": "A company named",
}  # fmt: skip
STATES = {"open": "Under way", "arrived": "Met", "closed": "Closed"}
HARD_BREAK = "\r\n"


def subject(found: Introduction, hub: str) -> str:
    """The mail's subject: the tag at its end is what sales recognises it by."""
    return f"You two should meet: {hub} [{found.code}]"


def body(member: str, rep: str, hub: str) -> str:
    """The mail itself, to be made one's own."""
    return HARD_BREAK.join(
        [
            "Hello …,", "",
            f"I work with {hub} and thought of you. In copy is {rep}, who has looked after us well.",
            "What made me think of you: …", "",
            f"{rep.split()[0]}, … is the person I told you about.", "",
            "I’ll leave you two to it.", "", member,
        ]
    )  # fmt: skip


def mailto(found: Introduction, *, member: str, rep: str, rep_email: str, hub: str) -> str:
    """A mail that opens in the advocate's own program: the rep in copy, no recipient yet."""
    said = f"subject={quote(subject(found, hub))}&body={quote(body(member, rep, hub))}"
    return f"mailto:?cc={quote(rep_email, safe='@')}&{said}" if rep_email else f"mailto:?{said}"


def day(when: dt.date | None) -> str:
    """12 Dec 2026."""
    return f"{when.day} {when:%b %Y}" if when else ""
