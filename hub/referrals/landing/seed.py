"""The sample: Ada's page with her words, somebody who came by it, a lunch that is planned, a credit in doubt."""

import datetime as dt

from hub import members, sharing
from hub.core import registry
from hub.members.models import Member
from hub.referrals import queries as referrals
from hub.referrals.advance import Advance, advance_many
from hub.referrals.disputes import actions as disputes
from hub.referrals.disputes import queries as doubts
from hub.referrals.introductions import actions as introductions
from hub.referrals.introductions import queries as ways
from hub.referrals.landing import actions, queries
from hub.referrals.landing.touches import Visit
from hub.referrals.models import Programme
from hub.referrals.people import Contact
from hub.sharing import actions as naming

ALIAS = "ada-marlowe"
WORDS = "We closed our month in nine days and now do it in three. Ask me anything, I was sceptical, too."
CAME = Contact(
    name="Ingrid Solberg", email="ingrid@fjellheim.example.org", company="Fjellheim Clinics",
    title="Head of Operations",
    why="Nine clinics, nine ways to count a visit. Ada’s story sounded like ours.",
)  # fmt: skip


@registry.seed(42, "landing pages")
def plant(now: dt.datetime) -> None:
    """Once: what is there already stays as it is."""
    programme = referrals.programme_with_version("aluv")
    ada, edsger = members.find("ada@example.com"), members.find("edsger@example.com")
    if programme is None or ada is None or queries.name_of(ada.id) is not None:
        return
    actions.name_page(ada.id, "full", WORDS, now=now)
    subject = f"{queries.PREFIX}{programme.id}"
    links = sharing.links(ada.id, subject, ["landing", "linkedin"], now - dt.timedelta(days=20))
    if sharing.by_code(ALIAS) is None:
        naming.name(links["landing"], ALIAS)
    _came(ada, programme, subject, now)
    if edsger is not None:
        _doubt(edsger, programme, now)
        if not ways.mine(edsger.id):
            introductions.announce(
                edsger, programme, "lunch", now=now - dt.timedelta(days=1), company="Kestrel Robotics",
                held_on=(now + dt.timedelta(days=9)).date(), once="sample",
                words="Two of their people, two of ours. There is a quiet place near the station.",
            )  # fmt: skip


def _came(ada: Member, programme: Programme, subject: str, now: dt.datetime) -> None:
    at = now - dt.timedelta(days=6)
    link = sharing.link(ada.id, subject, "linkedin", now)
    seen = Visit(
        code=link.code, click_id="", clicked_at=None, at=at - dt.timedelta(minutes=7), nonce="sample"
    )
    taken = actions.take(
        programme,
        CAME,
        [seen],
        answers={"industry": "Clinics", "people": "140", "when": "This quarter"},
        now=at,
    )
    said = "She had read Ada’s story twice before she wrote. We meet on Tuesday."
    step = Advance(
        referral_id=taken.referral.id, rung_key="accepted", happened_at=now - dt.timedelta(days=5), source="crm",
        note=said,
    )  # fmt: skip
    advance_many([step], now=now - dt.timedelta(days=5))


def _doubt(member: Member, programme: Programme, now: dt.datetime) -> None:
    words = "I told Renata about you at the trade fair in October, she wrote me that she would get in touch."
    renata = Contact(email="renata@bluebell.example.org")
    if not doubts.mine(member.id):
        disputes.doubt(member, programme, renata, words, now=now - dt.timedelta(days=1))
