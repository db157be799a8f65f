"""A doubt, as people live it: held, read, appealed, released by one person and a second one, and the points arrive."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.passwords import digest
from hub.outbox.jobs import drain_all
from hub.referrals import advance_many, programmes
from hub.referrals.advance import Advance
from hub.referrals.models import Referral
from hub.referrals.programme_file import read
from hub.referrals.samples import PROGRAMME
from tests.site import Site

PASSWORD = "paper lantern tide"
PEOPLE = (
    ("ada", "Ada Marlowe", ("advocate",)),
    ("grace", "Grace Whitlock", ("manager",)),
    ("greta", "Greta Holm", ("manager",)),
)
Open = Callable[[str], Page]


@pytest.fixture
def at(site: Site, browser: Browser) -> Iterator[Open]:
    """A browser at which this person has signed in."""
    with site.app.app_context(), edges.unit():
        kept = digest(PASSWORD)
        for name, whole, roles in PEOPLE:
            members.add(f"{name}@example.com", name=whole, now=now(), roles=roles).password_hash = kept
        programmes.publish(read(PROGRAMME.read_bytes()), by_id=None, now=now())
    contexts = []

    def sign_in(who: str) -> Page:
        contexts.append(browser.new_context(base_url=site.url, viewport={"width": 390, "height": 844}))
        page = contexts[-1].new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail", exact=True).fill(f"{who}@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).first.click()
        expect(page.locator(".whoami")).to_be_attached()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def won(site: Site) -> int:
    """The CRM reports that the deal is won; gives the referral's id."""
    with site.app.app_context():
        with edges.unit():
            number = db.session.query(Referral).one().id
            advance_many(
                [Advance(referral_id=number, rung_key="won", happened_at=now(), source="crm")], now=now()
            )
        drain_all()
    return number


def release(page: Page) -> None:
    page.goto("/manage/fairness")
    page.get_by_role("link", name="Tess Marlin").click()
    page.get_by_role("button", name=re.compile("Release")).click()


def test_held_read_appealed_released_by_a_second_person_and_paid(site: Site, at: Open) -> None:
    ada = at("ada")
    ada.goto("/referrals/new")
    for label, words in (
        ("Their name", "Tess Marlin"),
        ("E-mail", "tess@mailinator.com"),
        ("How do you know them?", "The fair"),
    ):
        ada.get_by_label(label).first.fill(words)
    ada.get_by_role("button", name=re.compile("Introduce|Refer|Send")).last.click()
    expect(ada.get_by_role("heading", name="Somebody looks at this first")).to_be_visible()
    expect(ada.get_by_text("thrown away after use").first).to_be_visible()
    number = won(site)
    ada.reload()
    expect(ada.get_by_text("32,000 points wait until a person has looked").first).to_be_visible()
    ada.get_by_text("Say how you see it").first.click()
    ada.get_by_label("How do you see it?").fill("She has a card with this address. I can call her.")
    ada.get_by_role("button", name="Send it").click()
    expect(ada.get_by_text("Nobody has answered yet")).to_be_visible()

    grace = at("grace")
    release(grace)
    expect(grace.get_by_text("Released. 2,000 points were booked.")).to_be_visible()
    expect(
        grace.get_by_text("That is more", exact=False).or_(grace.get_by_text("second person").first).first
    ).to_be_visible()
    expect(grace.get_by_role("button", name=re.compile("Release"))).to_have_count(0)
    greta = at("greta")
    release(greta)
    expect(greta.get_by_text("Released. 30,000 points were booked.")).to_be_visible()

    ada.goto(f"/referrals/{number}")
    expect(ada.locator(".progress__sum")).to_contain_text("32,000")
    expect(ada.get_by_role("heading", name="Somebody looks at this first")).to_have_count(0)
    expect(ada.get_by_text("It was looked at, and all is well").first).to_be_visible()
