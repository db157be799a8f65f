"""What a page costs: a few statements, and no more of them where there is ten times as much to show."""

import datetime as dt
from dataclasses import replace

import pytest

from hub import community, members
from hub.core import edges
from hub.core.clock import now
from hub.core.place import place
from hub.crm import connections
from hub.ledger import by_hand
from hub.outbox.jobs import drain_all
from hub.referrals import intake, queries
from hub.referrals.advance import Advance, advance_many
from hub.referrals.intake import Contact
from hub.referrals.programmes import publish
from hub.referrals.seed import sample
from tests.rules.house import House, deliver, routes
from tests.rules.pages import PAGES, onlooker
from tests.statements import statements

FRAME = 3  # who is signed in, their points, their bell
USUAL = 3
# Pages put together from many rooms' pieces: what each may cost at most, so that none grows dearer unnoticed.
ALLOWED = {
    "GET /manage/badges/<slug>": 4,
    "GET /manage/members/<member_id>": 5,
    "GET /manage/members": 5,
    "GET /status": 4,
    "GET /manage/members/companies": 4,
    "GET /manage/waiting": 4,
    "GET /manage/journeys/<journey_id>": 4,
    "GET /manage/economy": 4,
    "GET /": 11, "GET /inbox": 4, "GET /referrals": 5, "GET /threads/<prefix>/<number>": 8,
    "GET /referrals/<number>": 23, "GET /sales": 5, "GET /sales/referrals/<number>": 26,
    "GET /manage": 37, "GET /referrals/page": 4, "GET /manage/queues": 6,
    "GET /manage/health": 25, "GET /manage/fairness/<review_id>": 5,
    "GET /manage/promotions/<promotion_id>": 4, "GET /manage/referrals": 6, "GET /manage/programmes/<slug>": 4,
    "GET /manage/members/<member_id>/points": 5, "GET /manage/connections/<name>": 10,
    "GET /manage/connections/<name>/push": 5,
    "GET /challenges": 9, "GET /challenges/<slug>": 10, "GET /manage/challenges/<challenge_id>": 14,
    "GET /manage/challenges/<challenge_id>/preview": 5, "GET /manage/reviews": 4,
    "GET /manage/reviews/<submission_id>": 13,
    "GET /community": 12, "GET /community/happened": 5, "GET /community/thanks": 4,
    "GET /community/thanks/<shout_id>": 5, "GET /community/topics/<topic_id>": 6,
    "GET /threads/posts/<post_id>/edit": 5, "GET /threads/posts/<post_id>/report": 7,
    "GET /badges": 10, "GET /badges/<slug>": 6, "GET /manage/segments": 10, "GET /manage/segments/<slug>": 11,
    "GET /members/<handle>/panels/<name>": 4,
    "GET /hangouts/<slug>": 12, "GET /manage/hangouts/<hangout_id>/guests": 8,
    "GET /manage/hangouts/<hangout_id>/brief": 6, "GET /manage/hangouts/<hangout_id>": 8,
    "GET /leaderboard": 4, "GET /leaderboard/<slug>": 4, "GET /manage/boards/<slug>": 7, "GET /manage/boards/new": 5,
    "GET /rewards": 4, "GET /rewards/<slug>": 6, "GET /redemptions/<redemption_id>": 6,
    "GET /manage/redemptions": 4, "GET /manage/redemptions/<redemption_id>": 11, "GET /manage/rewards/<reward_id>": 6,
    "GET /manage/rewards/costs": 6, "GET /manage/rewards/won": 7, "GET /manage/rewards/payouts": 4,
    "GET /manage/community": 4, "GET /manage/community/month": 8,
    "GET /share": 8, "GET /share/<prefix>/<number>": 12, "GET /share/toolkit": 12,
    "GET /manage/content/<content_id>": 11, "GET /manage/content/embeds": 7,
}  # fmt: skip
TIMES = 10
RUNGS = ("accepted", "meeting", "opportunity", "won")


def costs(house: House) -> dict[str, int]:
    """Statements of each page, for whom it is made: what is read once and kept has been read. The lesser of two counts,
    for what is kept for a minute may end in the middle of one."""
    found = {}
    for name in PAGES:
        who, path = onlooker(name), house.address(routes(house.app)[name])
        house.visit(who, path)
        found[name] = min(_cost(house, who, path) for _ in range(2))
    return found


def _cost(house: House, who: str, path: str) -> int:
    with house.app.app_context(), edges.reading():
        place(fresh=True)
    with statements(house.app) as seen:
        assert house.visit(who, path).status_code == 200
    return len([line for line in seen if not line.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE"))])


def grow(house: House) -> None:
    """Ten times of everything that pages list, by the verbs that people use."""
    with house.app.app_context():
        with edges.unit():
            _people()
            _programmes()
            _referrals()
            _talk(house)
        drain_all()
    deliver(house, [(f"D-{90_000 + count}", f"Stage {count % 25}") for count in range(30)])
    with house.app.app_context():
        drain_all()


def _people() -> None:
    at, rep = now(), members.find("katherine@example.com")
    assert rep is not None
    for count in range(15 * TIMES):
        firm = members.company(f"Firm {count}", now=at)
        firm.owner_id = rep.id
        members.add(f"person{count}@example.org", name=f"Person {count}", now=at, company_id=firm.id)


def _programmes() -> None:
    for count in range(TIMES):
        publish(
            replace(sample(), slug=f"programme-{count}", name=f"Programme {count}"), by_id=None, now=now()
        )
        connections.connect(f"crm-{count}", "generic", now=now())
        publish(replace(sample(), name=f"Refer a friend, {count}"), by_id=None, now=now())


def _referrals() -> None:
    ada, grace, at = members.find("ada@example.com"), members.find("grace@example.com"), now()
    programme = queries.programme_with_version("aluv")
    assert ada is not None
    assert grace is not None
    assert programme is not None
    for count in range(5 * TIMES):
        long_ago = at - dt.timedelta(days=count, hours=1)
        contact = Contact(name=f"Friend {count}", email=f"friend{count}@example.org", company=f"Firm {count}")
        referral = intake.refer(ada, contact, programme=programme, mode="form", now=long_ago, since=at)
        rung = RUNGS[count % len(RUNGS)]
        step = Advance(referral_id=referral.id, rung_key=rung, happened_at=long_ago, source="crm")
        advance_many([step], now=long_ago)
        by_hand.award(ada.id, 5, words=f"Thanks {count}", token=f"grow-{count}", by_id=grace.id, now=at)


def _talk(house: House) -> None:
    ada, katherine = members.find("ada@example.com"), members.find("katherine@example.com")
    assert ada is not None
    assert katherine is not None
    for count in range(TIMES):
        for who in (ada, katherine):
            community.say(f"referral:{house.things['number']}", who.id, f"Word {count}", now())


@pytest.mark.slow
def test_every_page_costs_a_few_statements_and_no_more_with_ten_times_the_rows(house: House) -> None:
    few = costs(house)
    with house.restored():
        grow(house)
        many = costs(house)
    dear = {name: count for name, count in few.items() if count > FRAME + ALLOWED.get(name, USUAL)}
    growing = {name: (few[name], many[name]) for name in few if many[name] > few[name]}
    assert (dear, growing) == ({}, {}), "\n".join(
        f"{count:3} {many[name]:3} {name}" for name, count in few.items()
    )
