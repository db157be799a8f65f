"""The sample's conversations, thank-yous and customers of the month, made by the same verbs that people use."""

import datetime as dt

from sqlalchemy import select

from hub import members
from hub.community import honours, shout_outs, signs, topics
from hub.community.actions import say
from hub.community.models import Topic
from hub.core import registry
from hub.core.db import db
from hub.core.place import place
from hub.members.models import Member

ADA, LINUS, MARGARET, GRACE = "ada", "linus", "margaret", "grace"
PRIYA, HANA = "priya.raman@analytical-engines", "hana.sato@analytical-engines"
BEATRIZ, JONAS = "beatriz.nogueira@tidewater-logistics", "jonas.pfeiffer@tidewater-logistics"
LUCIA, ELIF = "lucia.ferrer@compiler-works", "elif.demir@halcyon-health"
KENJI, SOFIA = "kenji.mori@sablewood-furniture", "sofia.andersson@vantage-partners"

# title, words, who, days ago, announcement; then the answers: who, hours later, words, whether it answers the first
TALKS = (
    ("How do you get a second team on board?",
     "Operations loves it here, finance still keeps its own spreadsheet. **What worked for you?**", PRIYA, 9.2, False,
     ((BEATRIZ, 3, "We sat their month-end next to ours for one month. After that nobody asked again.", True),
      (KENJI, 20, "An hour together, on *their* numbers. Ours bored them.", False),
      (ADA, 26, "What @beatriz-nogueira says. And bring somebody from finance who already switched.", True))),
    ("A trick for weekly reports",
     "Save the filter, then schedule it:\n\n1. filter by site\n2. save as *Monday*\n3. send at 7:30", ELIF, 6.5, False,
     ((HANA, 2, "Stolen, thank you.", False),
      (JONAS, 30, "Does it keep the filter when a new site is added?", True),
      (ELIF, 31, "It does, if the filter says *all but* instead of naming them.", False))),
    ("Who is at the conference in March?",
     "We could take a table on the first evening. Partners very welcome.", SOFIA, 4.1, False,
     ((MARGARET, 5, "Count two of us in.", False), (LUCIA, 9, "Three. I know a place with good paella.", False))),
    ("What do you say when somebody asks why you recommend us?",
     "Serious question from the team. Your words are better than ours.", GRACE, 2.7, False,
     ((ADA, 2, "That I got my Fridays back. It sounds small, and everybody understands it.", True),
      (KENJI, 8, "That you called *before* something broke. Once was enough.", True))),
    ("Dark mode for the wall screens?", "Ours hang in a depot and blind the night shift.", JONAS, 1.3, False,
     ((BEATRIZ, 4, "Seconded, for the same reason.", False),)),
    ("The winter hangouts are open",
     "Three evenings with the people who decide what we build next. Ask them anything; seats go fast.",
     GRACE, 3.4, True, ((PRIYA, 6, "Will there be a recording?", True), (GRACE, 7, "Yes, for a month.", False))),
)  # fmt: skip
THANKS = (
    (PRIYA, ADA, "You sat with my team for an hour on a Friday evening. They still talk about it.", 11.0, True),
    (JONAS, BEATRIZ, "For the checklist that you gave away as if it were nothing. It saved us a weekend.", 7.3, True),
    (MARGARET, LUCIA, "Every partner should have somebody who answers before the question is finished.", 3.8, True),
    (HANA, ELIF, "Your Monday report trick is on a sticky note in three of our offices.", 1.1, True),
    (SOFIA, MARGARET, "You introduced me to half of the people I work with now.", 0.4, False),
)  # fmt: skip
HONOURED = (
    (
        2,
        BEATRIZ,
        "Answered eleven questions of others in one month, and introduced a depot that is now a customer.",
    ),
    (1, ELIF, "Showed everybody how her reports work, and rewrote half of our help pages on the way."),
)
SIGNS = ("thanks", "love", "agree", "idea", "cheer")


@registry.seed(70, "community")
def plant(now: dt.datetime) -> None:
    """All of it, once. Members who aren't there say nothing."""
    if db.session.scalar(select(Topic.id).limit(1)) is not None:
        return
    for title, words, who, days, announce, answers in TALKS:
        _talk(title, words, who, now - dt.timedelta(days=days), announce, answers)
    for number, (by, to, words, days, yes) in enumerate(THANKS):
        _thank(by, to, words, now - dt.timedelta(days=days), yes=yes, number=number)
    for months, who, why in HONOURED:
        _honour(months, who, why, now)


def _who(name: str) -> Member | None:
    return members.find(f"{name}{'.' if '@' in name else '@'}example.com")


Answer = tuple[str, float, str, bool]


def _talk(
    title: str, words: str, who: str, at: dt.datetime, announce: bool, answers: tuple[Answer, ...]
) -> None:
    by = _who(who)
    if by is None:
        return
    topic = topics.open_topic(by, title, words, at, announce=announce, pin=announce)
    for place_, (name, hours, said, replies) in enumerate(answers):
        person, then = _who(name), at + dt.timedelta(hours=hours)
        if person is not None:
            post = say(topic.subject, person.id, said, then, reply_to_id=topic.post_id if replies else None)
            _cheer(post.id, place_ + 1, then)
    if topic.post_id is not None:
        _cheer(topic.post_id, len(answers) + 2, at)


def _cheer(post_id: int, count: int, at: dt.datetime) -> None:
    for number, name in enumerate((HANA, LUCIA, KENJI, PRIYA, SOFIA)[:count]):
        person = _who(name)
        if person is not None:
            signs.react(
                post_id, person, SIGNS[(post_id + number) % len(SIGNS)], at + dt.timedelta(hours=1), on=True
            )


def _thank(by: str, to: str, words: str, at: dt.datetime, *, yes: bool, number: int) -> None:
    writer, named = _who(by), _who(to)
    if writer is None or named is None:
        return
    shout = shout_outs.thank(writer, named, words, at)
    if yes and shout_outs.answer(shout.id, named, at + dt.timedelta(hours=2), yes=True) and shout.post_id:
        _cheer(shout.post_id, 5 - number, at + dt.timedelta(hours=3))


def _honour(months: int, who: str, why: str, now: dt.datetime) -> None:
    member, by, zone = _who(who), _who(GRACE), place().zone
    if member is None or by is None:
        return
    month = honours.months_before(honours.month_of(now, zone), months + 1)[-1]
    end = (month + dt.timedelta(days=32)).replace(day=1)
    at = min(now, dt.datetime.combine(end, dt.time(9), zone).astimezone(dt.UTC))
    chosen = honours.pick(f"{month:%Y-%m}", member, by=by, citation=why, now=at, zone=zone, rule="helpful")
    honours.answer(chosen.id, member, at, yes=True)
