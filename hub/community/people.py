"""How members appear here: strangers see the name a member chose for them, and nobody sees somebody erased."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func

from hub.members.models import Member

FORMER = "Former member"


@dataclass(frozen=True, slots=True)
class Face:
    """A member as a page draws them. `url` is None where the page behind it would tell more than the name does."""

    name: str
    initials: str
    handle: str
    url: str | None

    @property
    def first_name(self) -> str:
        """What we call them; a pseudonym stays whole."""
        return self.name.split()[0] if self.url and self.name.strip() else self.name


def face(member: Member, *, among_strangers: bool = True) -> Face:
    """This member as others see them: erased ones as “Former member”, pseudonyms without a way to the profile."""
    if member.erased_at is not None:
        return Face(FORMER, "–", "", None)
    if among_strangers and member.pseudonym:
        return Face(member.pseudonym, member.pseudonym[:1].upper(), member.pseudonym, None)
    return Face(member.name, member.initials, member.handle, f"/members/{member.handle}")


def seen_name() -> ColumnElement[str]:
    """The name of a member among strangers, as `face` gives it: SQL."""
    chosen = func.coalesce(func.nullif(Member.pseudonym, ""), Member.name)
    return case((Member.erased_at.is_not(None), FORMER), else_=chosen)


def here() -> ColumnElement[bool]:
    """The condition on Member under which somebody can be spoken to: joined, not switched off, not erased."""
    return and_(~Member.is_stub, Member.disabled_at.is_(None), Member.erased_at.is_(None))


def seen() -> ColumnElement[bool]:
    """The condition on Member under which the hub tells others what they did: as the boards have it."""
    return and_(here(), ~Member.is_staff, ~Member.is_opted_out)
