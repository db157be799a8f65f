"""The mails of asks: somebody asks you in person; and, to staff, that somebody isn't happy."""

from collections.abc import Mapping
from typing import Any

from challenges.asks import queries
from challenges.asks.models import Recovery
from hub import notices
from hub.notices.letters import Letter, Occasion, Reader

SOURCES = {"survey": "a survey", "results": "a results review", "project": "a project review"}


def _ask_sample() -> Mapping[str, Any]:
    return {
        "by": "Grace Whitlock", "by_first": "Grace", "title": "Introduce us to a team like yours", "minutes": 3,
        "points": 32_000, "path": "/challenges/refer-somebody",
        "words": "You told us how quickly the wards got used to it.\n\nIs there somebody who fights with what you had?",
    }  # fmt: skip


def _recovery_sample() -> Mapping[str, Any]:
    return {
        "about": "Declan Byrne", "about_first": "Declan", "company": "Halcyon Health", "score": 4, "source": "a survey",
        "words": "The board is slow on Monday mornings, and nobody called back.",
        "path": "/manage/recoveries#recovery-1",
    }  # fmt: skip


@notices.letter("challenge.asked", samples={"challenge_asked": _ask_sample})
def asked(told: Occasion, reader: Reader) -> Letter | None:
    """The ask in the asker's words; None when it was answered meanwhile."""
    return _ask("challenge_asked", told, reader)


@notices.letter("challenge.reminded", samples={"challenge_reminded": _ask_sample})
def reminded(told: Occasion, reader: Reader) -> Letter | None:
    """The same once more, and that no is an answer."""
    return _ask("challenge_reminded", told, reader)


def _ask(folder: str, told: Occasion, reader: Reader) -> Letter | None:
    found = queries.open_ask(int(told.data.get("ask") or 0), reader.id)
    if found is None:
        return None
    challenge = found.challenge
    words = {
        "by": found.by.name, "by_first": found.by.first_name, "title": challenge.title, "minutes": challenge.minutes,
        "points": challenge.points, "path": f"/challenges/{challenge.slug}", "words": found.words,
    }  # fmt: skip
    return Letter(folder=folder, words=words)


@notices.letter("recovery.opened", samples={"recovery_opened": _recovery_sample})
def unhappy(told: Occasion, _reader: Reader) -> Letter | None:
    """Who isn't happy and why; None when somebody has made good on it by now."""
    found = queries.recovery(told.subject_id)
    return (
        Letter(folder="recovery_opened", words=_unhappy(found)) if found and found.state == "open" else None
    )


def _unhappy(found: Recovery) -> Mapping[str, Any]:
    person = found.member
    return {
        "about": person.name, "about_first": person.first_name, "score": found.score, "words": found.words,
        "company": person.company.name if person.company else "", "source": SOURCES.get(found.source, found.source),
        "path": f"/manage/recoveries#recovery-{found.id}",
    }  # fmt: skip
