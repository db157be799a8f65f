"""QR codes that lead to the right address, the flyer, and what stands on pages of others."""

import io
import re
import zlib

import pytest
import segno
from flask import Flask
from PIL import Image

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.sharing import actions, embeds, flyer, queries
from hub.sharing.models import Embed, PersonalLink
from tests.hub.members.people import browser, person
from tests.hub.sharing.clicking import follow, linked, written
from tests.hub.sharing.test_content import picture

PUBLIC = "http://127.0.0.1:8000"


def modules(png: bytes, border: int = 4, scale: int = 16) -> list[list[int]]:
    """The dark and light fields of a QR code's picture."""
    with Image.open(io.BytesIO(png)) as drawn:
        grey = drawn.convert("L")
        side = grey.width // scale - 2 * border
        spots = [(n + border) * scale + scale // 2 for n in range(side)]
        dark = grey.point([255 if value < 128 else 0 for value in range(256)])
        return [[int(dark.getpixel((x, y)) == 255) for x in spots] for y in spots]


def test_a_qr_code_is_the_one_of_its_own_address(app: Flask) -> None:
    code = linked(app, person(app), "hub:1", "qr")
    ada = browser(app)
    wanted = segno.make(f"{PUBLIC}/s/{code}", error="m", micro=False)
    png = ada.get("/share/links/1/qr.png")
    assert png.mimetype == "image/png"
    assert modules(png.data) == [list(map(int, row)) for row in wanted.matrix]
    svg = ada.get("/share/links/1/qr.svg")
    assert svg.mimetype == "image/svg+xml"
    same = io.BytesIO()
    wanted.save(same, kind="svg", scale=8, border=4, xmldecl=False, nl=False, svgclass=None, lineclass=None)
    assert svg.data == same.getvalue()
    person(app, "linus@example.com", "Linus Voss")
    assert browser(app, "linus@example.com").get("/share/links/1/qr.png").status_code == 404


def words_in(pdf: bytes) -> str:
    """What a PDF's streams hold, as text."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    plain = []
    for raw in streams:
        try:
            plain.append(zlib.decompress(raw))
        except zlib.error:
            plain.append(raw)
    return b"\n".join([pdf, *plain]).decode("latin-1")


def test_the_flyer_is_one_page_that_leads_to_the_members_own_link(app: Flask) -> None:
    person(app, name="Łucja Marlowe", company="Analytical Engines")
    ada = browser(app)
    assert ada.get("/share/toolkit/flyer.pdf").status_code == 404, "there is no link yet"
    ada.post("/share/toolkit/links")
    answer = ada.get("/share/toolkit/flyer.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.rstrip().endswith(b"%%EOF")
    with app.app_context(), edges.reading():
        link = queries.of_member(1, "hub:1")["qr"]
        address = queries.address(link)
    assert f"/URI ({address})" in words_in(answer.data)
    assert answer.data.count(b"/Type /Page\n") == 1
    assert len(answer.data) < 150_000


def test_a_partners_flyer_carries_their_logo(app: Flask) -> None:
    person(app, "margaret@example.com", "Margaret Okafor", type="partner", company="Compiler Works")
    partner = browser(app, "margaret@example.com")
    partner.post("/share/toolkit/links")
    bare = partner.get("/share/toolkit/flyer.pdf").data
    partner.post("/share/toolkit/logo", data={"logo": (picture("red", (200, 80)), "x.png")})
    branded = partner.get("/share/toolkit/flyer.pdf").data
    assert branded.count(b"/Subtype /Image") == bare.count(b"/Subtype /Image") + 1


@pytest.mark.parametrize("words", ["", "x" * 5000, "日本語 и emoji 🎉", "**bold**\n- a\n- b", "a\n" * 60])
def test_no_words_break_the_flyer(words: str) -> None:
    drawn = flyer.draw(flyer.Flyer(
        hub=words or "Hub", hue=10, headline="H", says=words, ideal=words, process=words, name=words or "N",
        company=words, url=f"{PUBLIC}/s/bcdfghjk", disclosure=words, partner=words,
    ))  # fmt: skip
    assert drawn.startswith(b"%PDF-")
    assert drawn.count(b"/Type /Page\n") == 1


def made(app: Flask) -> list[tuple[str, int, str]]:
    """The five embeds of suggesting somebody: surface, number, signature."""
    grace = person(app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])
    with app.app_context(), edges.unit():
        found = embeds.make(db.session.get_one(Member, grace), "refer:1", now())
        return [(one.surface, one.id, embeds.signature(one.id)) for one in found]


def test_there_is_a_snippet_for_each_of_the_five_surfaces(app: Flask) -> None:
    five = made(app)
    assert [surface for surface, *_ in five] == ["hub", "community", "login", "newsletter", "survey"]
    page = browser(app, "grace@example.com").get("/manage/content/embeds/1").text
    for surface, number, signature in five:
        assert f'id="surface-{surface}"' in page
        assert f"{PUBLIC}/embed/{number}/{signature}/" in page
        assert f"utm_source=hurrah-{surface}" in page
    assert "<iframe" not in page, "a snippet is shown, not run"
    assert page.count("data-copy=") >= 15


@pytest.mark.parametrize("kind", ["card", "link", "form"])
def test_an_embed_is_plain_html_that_anybody_may_frame_and_caches_keep(app: Flask, kind: str) -> None:
    _, number, signature = made(app)[2]
    answer = app.test_client().get(f"/embed/{number}/{signature}/{kind}")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "csrf" not in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "max-age" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = app.test_client().get(
        f"/embed/{number}/{signature}/{kind}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    signed_in = browser(app, "grace@example.com").get(f"/embed/{number}/{signature}/{kind}")
    assert signed_in.data == answer.data
    assert "Set-Cookie" not in signed_in.headers


def test_an_embed_with_another_number_or_signature_is_not_there(app: Flask) -> None:
    five = made(app)
    (_, number, signature), (_, other, _) = five[0], five[1]
    for path in (
        f"{other}/{signature}",
        f"{number}/{signature[:-1]}0",
        f"{number}/x",
        f"{number}/ä",
        "999/abc",
    ):
        assert app.test_client().get(f"/embed/{path}/card").status_code == 404, path


def test_a_click_from_a_surface_is_counted_there(app: Flask) -> None:
    made(app)
    with app.app_context(), edges.reading():
        code = db.session.get_one(PersonalLink, 1).code
    where = follow(app, code, query="?utm_source=hurrah-login").headers["Location"]
    assert where.startswith("/referrals/new?utm_source=hurrah-login&via=")
    follow(app, code, address="192.0.2.9", query="?utm_source=newsletter")
    assert written(app) == 2
    page = browser(app, "grace@example.com").get("/manage/content/embeds/1").text
    found = dict(re.findall(r"<dt>([^<]+)</dt><dd class=\"points\">(\d+)", page))
    assert {name for name, number in found.items() if number == "1"} == {"Login page", "Any other way"}


def test_embeds_outlive_whoever_made_them_until_a_manager_closes_them(app: Flask) -> None:
    _, number, signature = made(app)[0]
    person(app, "desk@example.com", "Dora Desk", roles=["manager"])
    grace, desk, card = browser(app, "grace@example.com"), browser(app, "desk@example.com"), app.test_client()
    with app.app_context(), edges.unit():
        actions.name(db.session.get_one(PersonalLink, 1), "graces-own")
    assert "/s/graces-own" not in desk.get("/manage/content/embeds/1").text, "a snippet leads by the code"
    assert grace.post("/share/links/1/retirement").status_code == 303
    with app.app_context(), edges.unit():
        member = members.find("grace@example.com")
        assert member is not None
        members.erase(member, now=now(), by=None)

    def closed() -> tuple[bool, bool]:
        with app.app_context(), edges.reading():
            row = db.session.get_one(PersonalLink, 1)
            assert row.alias is None
            is_closed = row.retired_at is not None
        assert card.get(f"/embed/{number}/{signature}/card").status_code == 200
        return is_closed, ">Closed<" in desk.get("/manage/content/embeds").text

    assert closed() == (False, False)
    assert desk.post("/manage/content/embeds/1/closing").status_code == 303
    assert closed() == (True, True)
    assert desk.post("/manage/content/embeds/1/opening").status_code == 303
    assert closed() == (False, False)


def test_the_words_of_an_embed_change_where_it_stands(app: Flask) -> None:
    _, number, signature = made(app)[0]
    desk = browser(app, "grace@example.com")
    assert (
        desk.post(f"/manage/content/embeds/words/{number}", data={"title": "", "action": "Go"}).status_code
        == 422
    )
    told = {"title": "Know a ward without beds?", "says": "<b>bold</b>", "action": "Tell us"}
    assert desk.post(f"/manage/content/embeds/words/{number}", data=told).status_code == 303
    page = app.test_client().get(f"/embed/{number}/{signature}/card").text
    assert "Know a ward without beds?" in page
    assert "&lt;b&gt;bold" in page


def test_an_embedded_form_shows_what_was_typed_once_more_and_keeps_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, number, signature = made(app)[4]
    monkeypatch.setattr("hub.sharing.views.embedded.takes_leads", lambda _embed: True)
    app.config["WTF_CSRF_ENABLED"] = True
    typed = {"contact_name": "Kim <i>", "contact_email": "kim@example.org", "contact_company": "Osei"}
    answer = app.test_client().post(f"/embed/{number}/{signature}/form", data=typed)
    assert answer.status_code == 200
    assert "Kim &lt;i&gt;" in answer.text
    assert "kim@example.org" in answer.text
    assert "Nothing has been sent yet" in answer.text
    with app.app_context(), edges.reading():
        assert db.session.get(Embed, number) is not None
