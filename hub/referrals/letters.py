"""The mails of this room: one for each step of a referral, one for the win, one for the rep who is to look after it.

A mail tells of its own step, also when it goes out late: the ladder, the points and the words are those of that moment.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hub import notices
from hub.notices.letters import Letter, Occasion, Reader
from hub.referrals import queries, words
from hub.referrals.ladder import SAMPLE, Ladder
from hub.referrals.models import Referral
from hub.referrals.queries import Booked, Heard, rung_label
from hub.referrals.rights import letters as _rights  # noqa: F401 - registers the mails to whoever was introduced

AT_ONCE = dt.timedelta(minutes=1)


def _stage_sample(here: str, top: str, **more: Any) -> Mapping[str, Any]:
    start = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    reached = [rung.key for rung in SAMPLE.upto(top)]
    at = {key: start + dt.timedelta(days=6 * place) for place, key in enumerate(reached)}
    return {
        "contact": "Kim Lee", "contact_first": "Kim", "label": SAMPLE.rung(here).label, "stepped_back": False,
        "points": SAMPLE.amounts[here], "earned": SAMPLE.earned(top), "quoted": "", "said_by": "Katherine Juarez",
        "rungs": words.climb(SAMPLE, here=here, top=top, at=at), "owner": "Katherine", "path": "/referrals/1",
        "next": "Katherine works towards Opportunity.", "helps": (), **more,
    }  # fmt: skip


def _meeting() -> Mapping[str, Any]:
    said = "They asked about month-end reports and brought their controller along. Very good talk."
    return _stage_sample(
        "meeting", "meeting", quoted=said, helps=words.help_at_stage(SAMPLE, "meeting", "Kim", "Katherine")
    )


def _won() -> Mapping[str, Any]:
    return _stage_sample("won", "won", quoted="Signed this morning. You were in every conversation we had.")


def _lost() -> Mapping[str, Any]:
    said = "They froze all purchases until next year. No hard feelings, we stay in touch."
    rest = "It rests. If it comes back to life, the ladder goes on from here."
    return _stage_sample("lost", "meeting", quoted=said, next=rest, points=0)


@notices.letter(
    "referral.advanced", samples={"referral_stage": _meeting, "referral_won": _won, "referral_ended": _lost}
)
def advanced(told: Occasion, reader: Reader) -> Letter | None:
    """A step of the advocate's own referral, with the rep's words and how to help now."""
    referral = queries.referral(told.subject_id)
    if referral is None or referral.advocate_id != reader.id:
        return None
    kind = told.data.get("kind")
    folder = {"won": "referral_won", "lost": "referral_ended"}.get(str(kind), "referral_stage")
    return Letter(folder=folder, words=_step(referral, told))


def _step(referral: Referral, told: Occasion) -> Mapping[str, Any]:
    ladder, here = referral.version.ladder, str(told.data.get("to") or referral.rung)
    heard = [h for h in queries.events(referral.id) if h.event.heard_at <= told.at + AT_ONCE]
    booked = [line for line in queries.booked(referral.id) if line.entry.created_at <= told.at + AT_ONCE]
    top = _top(ladder, heard, here)
    note, by = _said(referral, heard, here)
    return {
        "contact": referral.title, "contact_first": referral.title.split()[0],
        "label": rung_label(told.data.get("version_id"), here),
        "stepped_back": _place(ladder, here) < _place(ladder, top),
        "points": max(0, told.data.get("points") or 0), "earned": sum(line.entry.points for line in booked),
        "quoted": note, "said_by": by, "owner": referral.owner.first_name if referral.owner else "",
        "rungs": words.climb(ladder, here=here, top=top, paid=_paid(booked), at=_reached(heard)),
        "next": words.next_step(referral, ladder, "advocate"), "helps": words.how_to_help(referral, ladder),
        "path": f"/referrals/{referral.id}",
    }  # fmt: skip


def _place(ladder: Ladder, key: str) -> int:
    rung = next((rung for rung in ladder.paying if rung.key == key), None)
    return rung.position if rung else 1_000


def _top(ladder: Ladder, heard: list[Heard], here: str) -> str:
    """The highest paying rung reached by then."""
    reached = {h.event.to_rung for h in heard} | {here}
    tops = [rung for rung in ladder.paying if rung.key in reached]
    return tops[-1].key if tops else ladder.first.key


def _said(referral: Referral, heard: list[Heard], here: str) -> tuple[str, str]:
    """The words that came with this step, and whose they are."""
    found = next((h for h in reversed(heard) if h.event.to_rung == here and h.note), None)
    if found is None or not found.note:
        return "", ""
    owner = referral.owner
    by = queries.name_of(found.event.by_id) if found.event.by_id else owner.name if owner else ""
    return found.note, by or "From sales"


def _paid(booked: list[Booked]) -> dict[str, int]:
    paid: dict[str, int] = {}
    for line in booked:
        if line.rung_key and line.entry.reason == "referral_stage":
            paid[line.rung_key] = paid.get(line.rung_key, 0) + line.entry.points
    return paid


def _reached(heard: list[Heard]) -> dict[str, dt.datetime]:
    at: dict[str, dt.datetime] = {}
    for h in heard:
        at.setdefault(h.event.to_rung, h.event.happened_at)
    return at


def _new() -> Mapping[str, Any]:
    return {
        "contact": "Kim Lee", "contact_first": "Kim", "company": "Fjordlight", "title": "Head of Finance",
        "advocate": "Ada Marlowe", "advocate_first": "Ada", "advocate_company": "Analytical Engines",
        "why": "They close their month in nine days. I told her about our three.", "relation": "We worked together",
        "how": words.MODES["warm_email"], "next": "", "path": "/sales/referrals/1", "given_by": "",
    }  # fmt: skip


@notices.letter("referral.submitted", samples={"referral_new": _new})
def submitted(told: Occasion, reader: Reader) -> Letter | None:
    """A new referral, for the rep who is to look after it. How to reach the contact stays in the hub."""
    return _for_the_rep(told, reader, given_by="")


@notices.letter("referral.handed_over", samples={})
def handed_over(told: Occasion, reader: Reader) -> Letter | None:
    """A referral that somebody gave to this rep by hand."""
    return _for_the_rep(told, reader, given_by=queries.name_of(told.data.get("by_id")) or "Somebody")


def _for_the_rep(told: Occasion, reader: Reader, *, given_by: str) -> Letter | None:
    referral = queries.referral(told.subject_id)
    if referral is None or referral.owner_id != reader.id:
        return None
    advocate = referral.advocate
    return Letter(
        folder="referral_new",
        words={
            "contact": referral.title, "contact_first": referral.title.split()[0], "company": referral.contact_company,
            "title": referral.contact_title, "advocate": advocate.name if advocate else "Somebody",
            "advocate_first": advocate.first_name if advocate else "the advocate",
            "advocate_company": referral.company.name if referral.company else "", "why": referral.why,
            "relation": referral.relation, "how": words.MODES.get(referral.mode, referral.mode),
            "next": words.next_step(referral, referral.version.ladder, "rep"),
            "path": f"/sales/referrals/{referral.id}", "given_by": given_by,
        },
    )  # fmt: skip
