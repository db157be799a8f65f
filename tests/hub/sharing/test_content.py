"""Content at the desk and with members: drafts, audiences, words, where its links lead, statistics."""

import datetime as dt
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from hub import members, sharing
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.segments.actions import create
from hub.sharing import contents, kit, terms
from hub.sharing.contents import Draft
from hub.sharing.models import Content
from tests.hub.members.people import browser, person
from tests.hub.sharing.clicking import follow, linked, written

URL = "https://example.org/story?lang=en"
FORM = {
    "kind": "article",
    "title": "A story",
    "url": URL,
    "words_all": "Read this:",
    "moment": "",
    "segment": "",
}


def published(app: Flask, **wishes: object) -> int:
    """A piece that can be shared; its number."""
    given = {"kind": "article", "title": "A story", "url": URL, "words": {"": "Read this:"}, **wishes}
    grace = desk_of(app)
    with app.app_context(), edges.unit():
        content = contents.create(Draft(**given), by_id=grace, now=now())  # type: ignore[arg-type]
        contents.move(content, "published", by_id=grace, now=now())
        return content.id


def desk_of(app: Flask) -> int:
    """The manager, who is there once."""
    with app.app_context(), edges.reading():
        found = members.find("grace@example.com")
        number = found.id if found else None
    return number or person(app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])


def picture(colour: str = "navy", size: tuple[int, int] = (64, 40)) -> io.BytesIO:
    """A PNG."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    out.seek(0)
    return out


def test_a_manager_drafts_publishes_and_members_see_it(app: Flask) -> None:
    person(app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])
    person(app)
    desk, ada = browser(app, "grace@example.com"), browser(app)
    sent = {
        **FORM,
        "words_x": "Short:",
        "tags": "Night shift, health,  health",
        "picture": (picture(), "a.png"),
    }
    answer = desk.post("/manage/content/new", data=sent)
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert "A story" not in ada.get("/share").text
    sent = {**FORM, "summary": "Typed and not saved", "words_x": "Short:", "tags": "Night shift, health"}
    assert desk.post(f"{where}/publication", data={**sent, "title": ""}).status_code == 422
    assert "A story" not in ada.get("/share").text
    assert desk.post(f"{where}/publication", data=sent).status_code == 303
    assert "Typed and not saved" in ada.get("/share").text, "what is published is what stands in the form"
    page = ada.get("/share/content/1").text
    assert "night shift" in page
    assert terms.DISCLOSURE in page
    assert desk.post(f"{where}/archive").status_code == 303
    assert ada.get("/share/content/1").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [({"title": ""}, "Give it a title."), ({"url": "javascript:alert(1)"}, "isn’t a web address"),
     ({"url": "https://a b"}, "isn’t a web address"), ({"words_x": "x" * 300}, "X takes"),
     ({"tags": ",".join("abcdefghij")}, "Eight tags"),
     ({"picture": (io.BytesIO(b"<svg/>"), "a.svg")}, "picture we can read")],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_can_not_be_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, change: dict[str, object], says: str
) -> None:
    person(app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])
    answer = browser(app, "grace@example.com").post(
        "/manage/content/new", data={**FORM, "summary": "Kept", **change}
    )
    assert answer.status_code == 422
    assert says in answer.text
    assert "Kept" in answer.text
    with app.app_context(), edges.reading():
        assert db.session.scalar(select(Content.id)) is None


def test_a_draft_that_lacks_something_is_not_published(app: Flask) -> None:
    person(app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])
    desk = browser(app, "grace@example.com")
    where = desk.post("/manage/content/new", data={**FORM, "url": "", "words_all": ""}).headers["Location"]
    assert "Give it an address" in desk.get(where).text
    desk.post(f"{where}/publication", data={**FORM, "url": "", "words_all": "", "title": "Kept"})
    with app.app_context(), edges.reading():
        kept = db.session.execute(select(Content.state, Content.title)).one()
    assert kept == ("draft", "Kept")


def test_only_its_audience_may_share_it(app: Flask) -> None:
    ada = person(app)
    person(app, "margaret@example.com", "Margaret Okafor", type="partner")
    with app.app_context(), edges.unit():
        rules = {"match": "all", "rules": [{"kind": "type", "types": ["partner"]}]}
        segment = create("Partners", rules, now=now())
        number = segment.id
    content = published(app, segment_id=number)
    hers, theirs = browser(app), browser(app, "margaret@example.com")
    assert "A story" not in hers.get("/share").text
    assert "A story" in theirs.get("/share").text
    for path in ("links", "to/linkedin", "copied"):
        assert hers.post(f"/share/content/{content}/{path}").status_code == 404
    with app.app_context():
        assert sharing.targets.known(f"content:{content}")
        assert contents.shareable(content, ada, now()) is None


@pytest.mark.parametrize("channel", ["linkedin", "x", "facebook", "whatsapp", "email"])
def test_each_network_gets_a_link_of_its_own_with_words_and_disclosure(app: Flask, channel: str) -> None:
    ada = person(app)
    content = published(app)
    answer = browser(app).post(f"/share/content/{content}/to/{channel}")
    assert answer.status_code == 200, "no redirect: a form of ours may not lead out of the hub"
    takes_words = channel not in ("linkedin", "facebook")
    assert ("Refresh" in answer.headers) == takes_words, "words that have to be pasted are shown first"
    where = unescape(re.search(r'btn--primary" href="([^"]+)"', answer.text)[1])  # type: ignore[index]
    hosts = {
        "linkedin": "www.linkedin.com",
        "x": "x.com",
        "facebook": "www.facebook.com",
        "whatsapp": "wa.me",
        "email": "",
    }
    assert urlsplit(where).netloc == hosts[channel]
    said = str(parse_qs(urlsplit(where).query))
    with app.app_context(), edges.unit():
        own = sharing.link(ada, f"content:{content}", channel, now())
        assert own.path in said
    words = said if takes_words else answer.text
    assert "Read this:" in words
    assert terms.DISCLOSURE in words


def test_looking_makes_no_link_and_asking_makes_them_once(app: Flask) -> None:
    person(app)
    content, ada = published(app), browser(app)
    assert "Get my own link" in ada.get(f"/share/content/{content}").text
    for _ in range(2):
        assert ada.post(f"/share/content/{content}/links").status_code == 303
    page = ada.get(f"/share/content/{content}").text
    assert "QR code that leads to" in page
    assert len(set(re.findall(r"/s/[0-9a-z]{8}", page))) == 2


def test_a_link_leads_to_its_address_with_campaign_words_unless_the_terms_say_no(app: Flask) -> None:
    ada, content = person(app), published(app)
    code = linked(app, ada, f"content:{content}", "linkedin")
    where = follow(app, code).headers["Location"]
    assert where == f"{URL}&utm_source=linkedin&utm_medium=advocate&utm_campaign=a-story"
    with app.app_context(), edges.unit():
        terms.settle(disclosure="I get points.", adds_utm=False, months_kept=2)
    other = linked(app, ada, f"content:{content}", "x")
    assert follow(app, other).headers["Location"] == URL


def test_what_is_over_says_so(app: Flask) -> None:
    ada = person(app)
    content = published(app, expires_at=now() + dt.timedelta(days=1))
    code = linked(app, ada, f"content:{content}")
    with app.app_context(), edges.unit():
        db.session.get_one(Content, content).expires_at = now() - dt.timedelta(seconds=1)
    answer = follow(app, code)
    assert answer.status_code == 410
    assert "isn’t open any more" in answer.text
    assert browser(app).get(f"/share/content/{content}").status_code == 404


def test_a_co_branded_page_carries_both_names_and_the_partner_s_logo(app: Flask) -> None:
    margaret = person(
        app, "margaret@example.com", "Margaret Okafor", type="partner", company="Compiler Works"
    )
    content = published(app, is_co_branded=True)
    code = linked(app, margaret, f"content:{content}")
    place = follow(app, code).headers["Location"]
    assert place.startswith(f"/c/{code}?via=")
    stranger = app.test_client()
    page = stranger.get(place).text
    assert "Compiler Works" in page
    assert "Hurrah" in page
    assert stranger.get(f"/c/{code}/logo.jpg").status_code == 404
    partner = browser(app, "margaret@example.com")
    assert (
        partner.post("/share/toolkit/logo", data={"logo": (io.BytesIO(b"GIF89a"), "x.gif")}).status_code
        == 422
    )
    assert partner.post("/share/toolkit/logo", data={"logo": (picture(), "x.png")}).status_code == 303
    assert f"/c/{code}/logo.jpg" in stranger.get(place).text
    drawn = stranger.get(f"/c/{code}/logo.jpg")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/jpeg")
    person(app)
    assert browser(app).post("/share/toolkit/logo", data={"logo": (picture(), "x.png")}).status_code == 403


def test_what_it_brought_is_shown_to_the_desk_and_to_the_member(app: Flask) -> None:
    ada, content = person(app), published(app)
    code = linked(app, ada, f"content:{content}", "linkedin")
    for number in range(3):
        follow(app, code, address=f"192.0.2.{number}")
    follow(app, code, agent="LinkedInBot/1.0")
    follow(app, code, address="192.0.2.0")
    written(app)
    desk = browser(app, "grace@example.com").get(f"/manage/content/{content}").text
    for words in (
        "3 in 30 days",
        "<dt>Clicks that arrived</dt><dd>5</dd>",
        "<dt>Machines</dt><dd>1</dd>",
        "Ada Marlowe",
    ):
        assert words in desk
    mine = browser(app).get("/share/links").text
    assert (
        "5 clicks arrived. Left out: 1 by somebody who had been here that day, 0 by you, 1 by machines."
        in mine
    )


def test_a_readable_name_is_given_once_and_only_one_that_fits(app: Flask) -> None:
    ada, content = person(app), published(app)
    linus = person(app, "linus@example.com", "Linus Voss")
    code, other = linked(app, ada, f"content:{content}"), linked(app, linus, f"content:{content}")
    hers, his = browser(app), browser(app, "linus@example.com")
    assert hers.post("/share/links/1/name", data={"alias": "Ada-Recommends"}).status_code == 303
    assert follow(app, "ADA-recommends").headers["Location"] == follow(app, code).headers["Location"]
    for typed in (
        "ada-recommends",
        "a b",
        "ä-ö",
        "-x-",
        "ab",
        "x" * 41,
        other,
        "bcdfghjk",
        "admin",
        "../etc",
        "a\0b",
    ):
        answer = his.post("/share/links/2/name", data={"alias": typed})
        assert answer.status_code == 422, typed
    assert his.post("/share/links/1/name", data={"alias": "mine-now"}).status_code == 404
    for typed in ("adas-second", ""):
        assert hers.post("/share/links/1/name", data={"alias": typed}).status_code == 303
        assert follow(app, "ada-recommends").status_code == 302, "it may stand on paper"
    assert his.post("/share/links/2/name", data={"alias": "ada-recommends"}).status_code == 422, "for ever"
    assert hers.post("/share/links/1/name", data={"alias": "ada-recommends"}).status_code == 303
    drawn = hers.get("/share/links/1/qr.svg").data
    assert hers.post("/share/links/1/name", data={"alias": ""}).status_code == 303
    assert hers.get("/share/links/1/qr.svg").data == drawn, "what is drawn leads by the code"
    assert hers.post("/share/links/1/retirement").status_code == 303
    assert follow(app, code).status_code == 404


def test_the_toolkit_is_edited_at_the_desk_and_read_by_members(app: Flask) -> None:
    person_with_desk = person(app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])
    person(app, company="Analytical Engines")
    desk, ada = browser(app, "grace@example.com"), browser(app)
    assert person_with_desk
    blocks = {
        "block_ideal": "Teams of **20**",
        "block_triggers": "“Fridays!”",
        "block_process": "1. You introduce them",
    }
    assert desk.post("/manage/content/toolkit", data=blocks).status_code == 303
    mail = {"title": "A peer", "subject": "Our Fridays", "body": "At {company} we use this: {link}\n{name}"}
    assert desk.post("/manage/content/toolkit/emails", data=mail).status_code == 303
    assert desk.post("/manage/content/toolkit/emails", data={**mail, "body": ""}).status_code == 422
    assert ada.post("/share/toolkit/links").status_code == 303
    page = ada.get("/share/toolkit").text
    for words in (
        "Teams of <strong>20</strong>",
        "“Fridays!”",
        "At Analytical Engines we use this: http",
        "Ada",
    ):
        assert words in page
    assert desk.post("/manage/content/toolkit/emails/1/removal").status_code == 303
    with app.app_context(), edges.reading():
        assert kit.emails() == []
