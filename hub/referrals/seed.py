"""The sample's programme, and a dozen referrals on their way up, made by the same verbs that people use."""

import datetime as dt
from dataclasses import dataclass, replace

from hub import community, members
from hub.core import registry
from hub.members.models import Member
from hub.referrals import intake, queries
from hub.referrals.advance import Advance, advance_many
from hub.referrals.fairness import seed as fairness
from hub.referrals.intake import Contact
from hub.referrals.landing import seed as _landing  # noqa: F401 - plants its own
from hub.referrals.models import Programme, Referral
from hub.referrals.programme_file import ProgrammeFile, read
from hub.referrals.programmes import publish
from hub.referrals.promotions import seed as promotions
from hub.referrals.samples import PROGRAMME

PARTS = (fairness, promotions)  # more of the sample, by being imported


@dataclass(frozen=True, slots=True)
class Told:
    """One sample referral: who introduced whom, and (stage, days ago, the rep's words, amount) since."""

    by: str
    contact: Contact
    days_ago: float
    mode: str = "form"
    steps: tuple[tuple[str, float, str, int | None], ...] = ()
    said: tuple[tuple[str, float, str], ...] = ()
    waits: bool = False


def _who(name: str, company: str, title: str, relation: str, why: str, consent: str = "") -> Contact:
    email = f"{name.split()[0].lower()}@{company.split()[0].lower()}.example.org"
    return Contact(
        name=name,
        email=email,
        company=company,
        title=title,
        relation=relation,
        why=why,
        consent_note=consent or None,
    )


ADA, MARGARET, EDSGER = "ada@example.com", "margaret@example.com", "edsger@example.com"
PRIYA, LUCIA = "priya.raman@analytical-engines.example.com", "lucia.ferrer@compiler-works.example.com"
BEATRIZ, SOFIA = (
    "beatriz.nogueira@tidewater-logistics.example.com",
    "sofia.andersson@vantage-partners.example.com",
)
CAMILLE = "camille.laurent@orbit-foods.example.com"

STORIES = (
    Told(ADA, _who("Marit Osei", "Northwind Clinics", "Head of Operations", "We ran a project together in Leeds",
                   "Twelve sites, and every report is put together by hand.", "“Happy to talk, mornings are best.”"),
         84, "warm_email",
         (("accepted", 83, "Lovely introduction, Marit answered the same day.", None),
          ("meeting", 76, "Forty minutes instead of twenty. They want to start with two clinics.", None),
          ("opportunity", 61, "Budget is there; legal looks at the contract.", 6_000_000),
          ("won", 20, "Signed this morning. They named you as the reason they called back.", 6_000_000)),
         (("katherine@example.com", 80, "What matters most to Marit: speed, or getting rid of the spreadsheets?"),
          (ADA, 79.6, "The spreadsheets. Show her the **site comparison**, she has wanted that for years."))),
    Told(ADA, _who("Jonas Hjelm", "Fjordlight Energy", "Finance Director", "He was my manager at Copperline",
                   "They close their month in nine days and want four."), 33, "phone",
         (("accepted", 31, "", None), ("meeting", 24, "Good questions, he had read up on us.", None),
          ("opportunity", 6, "They asked for an offer for 40 people.", 2_400_000))),
    Told(ADA, _who("Renata Kovacs", "Bluebell Bakeries", "Founder", "Neighbour of our office",
                   "Growing from three shops to nine, nobody to plan it."), 12, "form",
         (("accepted", 10, "A good fit. I ring her on Thursday.", None),)),
    Told(ADA, _who("Sam Whitfield", "Tallow & Thread", "Managing Partner", "Met at the spring hangout",
                   "They asked me what we use."), 0.6, "warm_email", waits=True),
    Told(MARGARET, _who("Ebele Nwachukwu", "Harbour Mutual", "Chief Data Officer", "Client of ours for six years",
                        "They outgrew their reporting tool."), 70, "verbal",
         (("accepted", 68, "", None), ("meeting", 60, "", None), ("opportunity", 44, "", 9_500_000),
          ("won", 4, "A big one. Thank you for staying in the room with us.", 9_500_000))),
    Told(MARGARET, _who("Piet Vos", "Polder Freight", "Head of IT", "Worked with him on a migration",
                        "Two systems that don’t speak to each other."), 40, "form",
         (("accepted", 39, "", None), ("meeting", 30, "", None),
          ("lost", 9, "They froze all new purchases until next year. No hard feelings, we stay in touch.", None))),
    Told(MARGARET, _who("Aiko Tanaka", "Lantern Studios", "Producer", "Partner conference",
                        "Ten people, four tools, one deadline."), 5, "warm_email",
         (("accepted", 3, "", None), ("meeting", 1, "They brought their whole team.", None))),
    Told(EDSGER, _who("Nils Aakre", "Kestrel Robotics", "Operations Lead", "We studied together",
                      "Their pilot line is about to become a real one."), 26, "form",
         (("accepted", 25, "", None), ("opportunity", 8, "Skipped the first meeting: he knew us already.", 3_100_000))),
    Told(PRIYA, _who("Daria Petrova", "Summit Dental", "Practice Manager", "My sister-in-law’s practice",
                     "Five practices, one phone line."), 18, "phone", (("accepted", 17, "", None),)),
    Told(LUCIA, _who("Hugo Marchand", "Atelier Marchand", "Owner", "Long-time customer of ours",
                     "He keeps asking for exactly this."), 50, "form",
         (("accepted", 48, "", None), ("meeting", 41, "", None),
          ("accepted", 22, "Their contact left; we start over.", None))),
    Told(BEATRIZ, _who("Karim Saidi", "Delta Cold Chain", "Fleet Manager", "We share a depot",
                       "They still fax."), 9, "warm_email", (("accepted", 7, "", None), ("meeting", 2, "", None))),
    Told(SOFIA, _who("Megan Price", "Oakline Housing", "Director", "Advised her last year",
                     "Audit in spring, and they know it."), 2, "verbal"),
    Told(CAMILLE, _who("Tomás Rey", "Huerta Fresca", "Supply Chain Lead", "Supplier of ours",
                       "Waste is their largest cost."), 60, "form",
         (("accepted", 58, "", None), ("meeting", 51, "", None), ("opportunity", 35, "", 1_800_000),
          ("won", 27, "", 1_800_000))),
)  # fmt: skip


@registry.seed(30, "programme")
def plant_programme(now: dt.datetime) -> None:
    """The sample programme, unless a manager has changed it since."""
    file = sample()
    if queries.programme_with_version(file.slug, active=False) is None:
        publish(file, by_id=None, now=now - dt.timedelta(days=120))


def sample() -> ProgrammeFile:
    """samples/aluv.toml, with a rep of the sample as its default owner where there is one."""
    file = read(PROGRAMME.read_bytes())
    owner = members.find("annie@example.com")
    return replace(file, policies=replace(file.policies, default_owner=owner.email)) if owner else file


@registry.seed(40, "referrals")
def plant(now: dt.datetime) -> None:
    """The stories above, once, in the order in which they happened. Members who aren't there introduce nobody."""
    programme = queries.programme_with_version(sample().slug)
    if programme is None or queries.any_referral():
        return
    made: dict[int, Referral] = {}
    for days_ago, number, place, kind in _in_order():
        story, at = STORIES[number], now - dt.timedelta(days=days_ago)
        advocate = members.find(story.by)
        if advocate is None:
            continue
        if kind == "referred":
            made[number] = _refer(story, advocate, programme, number, at)
        elif kind == "reached":
            _reach(made[number], story.steps[place], at)
        else:
            _say(made[number], story.said[place], at)


def _in_order() -> list[tuple[float, int, int, str]]:
    acts = [(story.days_ago, number, 0, "referred") for number, story in enumerate(STORIES)]
    for number, story in enumerate(STORIES):
        acts += [(step[1], number, place, "reached") for place, step in enumerate(story.steps)]
        acts += [(post[1], number, place, "said") for place, post in enumerate(story.said)]
    return sorted(acts, reverse=True)


def _refer(story: Told, advocate: Member, programme: Programme, number: int, at: dt.datetime) -> Referral:
    referral = intake.refer(
        advocate, story.contact, programme=programme, mode=story.mode, now=at, once=f"sample-{number}",
        by_id=members.rep_for(advocate).id if story.mode == "verbal" else None,  # type: ignore[union-attr]
        agreed=None if story.waits else "spoken",
    )  # fmt: skip
    intake.link_deal(referral.id, f"D-{10001 + number}", by_id=referral.owner_id, now=at)
    return referral


def _reach(referral: Referral, step: tuple[str, float, str, int | None], at: dt.datetime) -> None:
    rung, _, note, amount = step
    advance_many(
        [
            Advance(
                referral_id=referral.id, rung_key=rung, happened_at=at, source="crm", note=note or None,
                amount_hundredths=amount, currency="USD" if amount else None,
            )
        ],
        now=at,
    )  # fmt: skip


def _say(referral: Referral, post: tuple[str, float, str], at: dt.datetime) -> None:
    by = members.find(post[0])
    if by is not None:
        community.say(referral.subject, by.id, post[2], at)
