"""A certificate on paper: one page, A4 across, with the address at which anybody can check it. Letters that our type
doesn't have are left out."""

import datetime as dt
from io import BytesIO

import segno
from fpdf import FPDF

from hub.core.settings import ROOT

FONTS = ROOT / "static" / "fonts"
INK, SOFT = (43, 29, 32), (109, 90, 94)


def drawn(
    *, hub: str, name: str, title: str, code: str, url: str, issued_on: dt.date, expires_on: dt.date | None,
    rgb: tuple[int, int, int],
) -> bytes:  # fmt: skip
    """The PDF's bytes."""
    page = FPDF(orientation="landscape", unit="mm", format="A4")
    page.set_title(f"{title}: {name}")
    page.set_author(hub)
    page.set_lang("en")
    page.set_auto_page_break(False)
    for style, file in (("", "figtree-regular.ttf"), ("B", "figtree-bold.ttf")):
        page.add_font("figtree", style, FONTS / file)
    page.add_page()
    page.set_draw_color(*rgb)
    page.set_line_width(1.2)
    page.rect(10, 10, 277, 190)
    page.set_line_width(0.3)
    page.rect(13, 13, 271, 184)
    lines = [
        (34, 13, "", SOFT, f"{hub} certifies that"),
        (52, 34, "B", INK, name),
        (84, 13, "", SOFT, "has completed"),
        (98, 24, "B", rgb, title),
        (134, 12, "", SOFT, _dates(issued_on, expires_on)),
    ]
    for top, size, style, colour, words in lines:
        page.set_xy(25, top)
        page.set_font("figtree", style, size)
        page.set_text_color(*colour)
        page.multi_cell(247, size * 0.45, words, align="C", max_line_height=size * 0.45)
    _proof(page, code, url)
    return bytes(page.output())


def _dates(issued_on: dt.date, expires_on: dt.date | None) -> str:
    end = f"good until {expires_on:%d %B %Y}" if expires_on else "without an end"
    return f"{issued_on:%d %B %Y}, {end}"


def _proof(page: FPDF, code: str, url: str) -> None:
    picture = BytesIO()
    segno.make(url, error="m").save(picture, kind="png", scale=6, border=1)
    page.image(picture, x=133.5, y=148, w=30, alt_text=f"The address of this certificate: {url}")
    page.set_xy(25, 181)
    page.set_font("figtree", "", 9)
    page.set_text_color(*SOFT)
    page.cell(247, 5, f"Certificate {code} · check it at {url}", align="C")
