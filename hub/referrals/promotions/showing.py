"""What members see of promotions: what runs now on a programme or a challenge, and why a line of theirs is there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from flask import url_for

from hub.core import registry
from hub.referrals.promotions import queries, words
from hub.referrals.promotions.models import Promotion


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A promotion as a page shows it."""

    name: str
    what: str
    words: str
    until: str
    is_over: bool
    href: str = ""


def running(subjects: Collection[str], now: dt.datetime, member_type: str | None = None) -> list[Shown]:
    """What runs now on these; one statement."""
    return [shown(p, now) for p in queries.of_subjects(list(subjects)) if _is_for(p, now, member_type)]


def promoted(subjects: Collection[str], now: dt.datetime, member_id: int) -> dict[str, str]:
    """Subject → a sentence for this member's card; one statement."""
    found = {}
    for promotion in queries.of_subjects(list(subjects)):
        if _is_for(promotion, now, queries.type_of(member_id) if promotion.audience else None):
            found[promotion.subject] = f"{words.what_for(promotion)} {words.until(promotion, now)}."
    return found


def now_running(now: dt.datetime, member_type: str, limit: int = 2) -> list[Shown]:
    """What runs now for members of this type, with the page behind it: two statements, one while nothing runs."""
    found = queries.running(now, member_type)[:limit]
    pages = registry.links({promotion.subject for promotion in found}) if found else {}
    return [shown(p, now, href=pages[p.subject][1] if p.subject in pages else "") for p in found]


def shown(promotion: Promotion, now: dt.datetime, href: str = "") -> Shown:
    """One promotion, ready for a page."""
    return Shown(
        name=promotion.name, what=words.what_for(promotion), words=promotion.words, until=words.until(promotion, now),
        is_over=now >= promotion.ends_at, href=href,
    )  # fmt: skip


@registry.link("programme")
def programmes(ids: Collection[int]) -> registry.Asked:
    """What a programme is called, and where somebody is introduced to it."""
    return registry.Asked(
        query=queries.programme_names(ids),
        tell=lambda _number, name, slug: (name, url_for("referrals.new", programme=slug)),
    )


def _is_for(promotion: Promotion, now: dt.datetime, member_type: str | None) -> bool:
    fits = member_type is None or not promotion.audience or member_type in promotion.audience
    return fits and promotion.phase(now) == "running"
