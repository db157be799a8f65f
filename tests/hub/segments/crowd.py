"""A random crowd, and what each rule comes to for one of them, worked out the slow and obvious way."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from hub import ledger
from hub.activity.models import Fact
from hub.core.db import db, table_of
from hub.members.models import ROLES, STAFF_ROLES, TYPES, Company, CustomerHealth, Member
from hub.members.names import LANGUAGES
from hub.segments.models import AdvocateScore, MemberTag

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TAGS = ("beta", "vip", "conference-2026")
SPEAKS = tuple(LANGUAGES)[:3]


@dataclass
class Person:
    """All that rules may look at, in plain values."""

    id: int = 0
    type: str = "customer"
    company: int | None = None
    roles: list[str] = field(default_factory=list)
    language: str | None = None
    joined_at: dt.datetime | None = None
    is_stub: bool = False
    is_disabled: bool = False
    tags: set[str] = field(default_factory=set)
    acts: list[dt.datetime] = field(default_factory=list)
    earned: list[int] = field(default_factory=list)
    spent: int = 0
    health: int | None = None
    score: int | None = None


class Crowd(list[Person]):
    """People; a failing test prints how many, not all of them."""

    def __repr__(self) -> str:
        return f"<{len(self)} people>"


def crowd(size: int, seed: int) -> Crowd:
    """Writes a crowd into the database and gives it as it was meant."""
    dice = random.Random(seed)  # noqa: S311
    companies = _companies()
    people = Crowd(_person(dice, companies) for _ in range(size))
    rows = [_row(person, number) for number, person in enumerate(people)]
    ids = db.session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows)
    for person, member_id in zip(people, ids.all(), strict=True):
        person.id = member_id
        _surround(person)
    return people


def _companies() -> list[int]:
    rows = [{"name": f"Company {n}", "created_at": NOW} for n in range(3)]
    ids = list(db.session.scalars(insert(Company).returning(Company.id, sort_by_parameter_order=True), rows))
    db.session.execute(insert(CustomerHealth).values(company_id=ids[2], value=80, at=NOW))
    return ids


def _person(dice: random.Random, companies: list[int]) -> Person:
    return Person(
        type=dice.choice(TYPES), company=dice.choice([None, *companies]),
        roles=[role for role in ROLES if dice.random() < 0.3], language=dice.choice([None, *SPEAKS]),
        joined_at=dice.choice([None, NOW - dt.timedelta(seconds=dice.randint(0, 800 * 86400))]),
        is_stub=dice.random() < 0.1, is_disabled=dice.random() < 0.1,
        tags={tag for tag in TAGS if dice.random() < 0.4},
        acts=[NOW - dice.randint(0, 90) * DAY for _ in range(dice.choice([0, 0, 1, 3]))],
        earned=[dice.choice([100, 500, 2000]) for _ in range(dice.choice([0, 1, 2]))],
        spent=dice.choice([0, 50]), health=dice.choice([None, 0, 39, 70, 100]), score=dice.choice([None, 0, 60, 100]),
    )  # fmt: skip


def _row(person: Person, number: int) -> dict[str, Any]:
    return {
        "email": f"crowd{number}@example.com", "name": f"Crowd {number}", "handle": f"crowd{number}",
        "type": person.type, "company_id": person.company, "roles_held": person.roles, "language": person.language,
        "is_staff": bool(STAFF_ROLES & set(person.roles)), "joined_at": person.joined_at, "is_stub": person.is_stub,
        "disabled_at": NOW if person.is_disabled else None, "created_at": NOW,
    }  # fmt: skip


def _surround(person: Person) -> None:
    for tag in sorted(person.tags):
        db.session.execute(insert(MemberTag).values(member_id=person.id, tag=tag, created_at=NOW))
    if person.health is not None:
        row = {"member_id": person.id, "value": person.health, "at": NOW}
        db.session.execute(insert(CustomerHealth).values(**row))
    if person.score is not None:
        row = {"member_id": person.id, "score": person.score, "parts": {}, "computed_at": NOW}
        db.session.execute(insert(AdvocateScore).values(**row))
    for at in person.acts:
        fact = {
            "kind": "community.said",
            "subject": "thread:1",
            "by_id": person.id,
            "data": {},
            "happened_at": at,
        }
        db.session.execute(insert(table_of(Fact)), [fact])
    if not person.earned:
        person.spent = 0
        return
    account_id = ledger.account_for(member_id=person.id)
    lines = [(points, "challenge") for points in person.earned] + (
        [(-person.spent, "redemption")] * bool(person.spent)
    )
    wishes = [
        ledger.Award(
            account_id=account_id, points=points, reason=reason, key=f"crowd:{person.id}:{n}", subject="test:1",
            happened_at=NOW,
        )
        for n, (points, reason) in enumerate(lines)
    ]  # fmt: skip
    ledger.award_many(wishes, now=NOW)


Oracle = Callable[[Person, Mapping[str, Any]], bool]


def _in_range(person: Person, rule: Mapping[str, Any]) -> bool:
    number = sum(person.earned) - (person.spent if rule["measure"] == "balance" else 0)
    least, most = rule["least"], rule["most"]
    return (least is None or number >= least) and (most is None or number <= most)


def _healthy(person: Person, rule: Mapping[str, Any]) -> bool:
    # The third company says 80 of those of whom nobody says anything.
    number = person.health if person.health is not None or person.company != _third() else 80
    least, most = rule["least"], rule["most"]
    return number is not None and (least is None or number >= least) and (most is None or number <= most)


def _third() -> int:
    return db.session.scalars(select(Company.id).where(Company.name == "Company 2")).one()


def _joined(person: Person, rule: Mapping[str, Any]) -> bool:
    if person.joined_at is None:
        return False
    if "on" in rule:  # the hub of these tests keeps UTC
        at = dt.datetime.combine(dt.date.fromisoformat(rule["on"]), dt.time.min, dt.UTC)
    else:
        at = NOW - rule["days"] * DAY
    return (person.joined_at >= at) == (rule["when"] in ("after", "within"))


def _active(person: Person, rule: Mapping[str, Any]) -> bool:
    acted: bool = any(at >= NOW - rule["days"] * DAY for at in person.acts)
    wanted: bool = rule["did"] == "something"
    return acted == wanted


def _tagged(person: Person, rule: Mapping[str, Any]) -> bool:
    worn = [tag in person.tags for tag in rule["tags"]]
    return all(worn) if rule["wears"] == "every" else any(worn)


ORACLES: dict[str, Oracle] = {
    "type": lambda person, rule: person.type in rule["types"],
    "company": lambda person, rule: person.company in rule["companies"],
    "role": lambda person, rule: bool(set(person.roles) & set(rule["roles"])),
    "language": lambda person, rule: person.language in rule["languages"],
    "tags": _tagged,
    "points": _in_range,
    "joined": _joined,
    "activity": _active,
    "health": _healthy,
    "advocate_score": lambda person, rule: person.score is not None and person.score >= rule["least"],
}


def fits(person: Person, group: Mapping[str, Any]) -> bool:
    """Whether somebody fits a group, in Python."""
    parts = [
        fits(person, part) if "match" in part else ORACLES[part["kind"]](person, part)
        for part in group["rules"]
    ]
    if not parts:
        return True
    match: str = group["match"]
    return all(parts) if match == "all" else any(parts) == (match == "any")
