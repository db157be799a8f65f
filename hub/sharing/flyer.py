"""The flyer: one page to print, with the member's own QR code and, for partners, both logos."""

import colorsys
import io
from dataclasses import dataclass
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from hub.core.settings import ROOT

FONTS = ROOT / "static" / "fonts"
INK, SOFT, PAPER = (43, 29, 32), (109, 90, 94), (251, 247, 247)
LEFT, WIDE = 20, 170
LINES = 7  # of one block


@dataclass(frozen=True, kw_only=True, slots=True)
class Flyer:
    """What stands on it. `logo` is the file of the partner's logo; `partner` their name without one."""

    hub: str
    hue: int
    headline: str
    says: str
    ideal: str
    process: str
    name: str
    company: str
    url: str
    disclosure: str
    partner: str = ""
    logo: Path | None = None


def draw(flyer: Flyer) -> bytes:
    """The flyer as a PDF of one A4 page. Letters that our type doesn't have are left out."""
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_auto_page_break(False)
    for style, file in (("", "figtree-regular.ttf"), ("B", "figtree-bold.ttf")):
        pdf.add_font("figtree", style, FONTS / file)
    pdf.set_title(f"{flyer.hub}: {flyer.headline}")
    pdf.set_author(flyer.hub)
    pdf.set_lang("en")
    pdf.add_page()
    _ground(pdf, flyer)
    _head(pdf, flyer)
    _words(pdf, flyer)
    _way_in(pdf, flyer)
    return bytes(pdf.output())


def _ground(pdf: FPDF, flyer: Flyer) -> None:
    brand = _colour(flyer.hue, 0.47, 0.62)
    pdf.set_fill_color(*PAPER)
    pdf.rect(0, 0, 210, 297, style="F")
    pdf.set_fill_color(*_colour(flyer.hue, 0.93, 0.6))
    pdf.rect(0, 200, 210, 97, style="F")
    pdf.set_draw_color(*brand)
    pdf.set_line_width(2.6)
    for foot, head in ((176, 182), (202, 196)):
        pdf.line(foot, 84, head, 26)
    for step in range(4):
        y = 74 - step * 14
        pdf.line(177 + step * 1.45, y, 201 - step * 1.45, y)
    pdf.set_draw_color(233, 168, 33)
    pdf.set_line_width(4)
    pdf.line(180.5, 24, 197.5, 24)
    pdf.set_line_width(2)
    for x, y, tox, toy in ((189, 17, 189, 9), (180, 18, 175, 12), (198, 18, 203, 12)):
        pdf.line(x, y, tox, toy)


def _head(pdf: FPDF, flyer: Flyer) -> None:
    pdf.set_xy(LEFT, 18)
    _say(pdf, flyer.hub, 16, _colour(flyer.hue, 0.4, 0.62), bold=True, wide=90)
    if flyer.logo is not None or flyer.partner:
        pdf.set_xy(LEFT, 27)
        _say(pdf, "together with", 9, SOFT, wide=40)
        if flyer.logo is not None:
            pdf.image(str(flyer.logo), x=LEFT, y=34, w=46, h=16, keep_aspect_ratio=True)
        else:
            pdf.set_xy(LEFT, 33)
            _say(pdf, flyer.partner, 14, INK, bold=True, wide=140)
    pdf.set_xy(LEFT, 58)
    _say(pdf, flyer.headline, 30, INK, bold=True, wide=148, most=90)
    pdf.set_xy(LEFT, pdf.get_y() + 3)
    _say(pdf, flyer.says, 13, SOFT, wide=148, most=260)


def _words(pdf: FPDF, flyer: Flyer) -> None:
    top = max(pdf.get_y() + 8, 112)
    for title, words, most in (("Is that you?", flyer.ideal, 420), ("What happens then", flyer.process, 420)):
        if words.strip() and top < 180:
            pdf.set_xy(LEFT, top)
            _say(pdf, title, 14, INK, bold=True)
            pdf.set_xy(LEFT, pdf.get_y() + 1)
            _say(pdf, words, 10.5, INK, most=most)
            top = pdf.get_y() + 6


def _way_in(pdf: FPDF, flyer: Flyer) -> None:
    code = io.BytesIO()
    segno.make(flyer.url, error="m", micro=False).save(code, kind="png", scale=12, border=4)
    pdf.image(code, x=LEFT, y=211, w=62, h=62, link=flyer.url, alt_text=f"QR code that leads to {flyer.url}")
    pdf.set_xy(92, 214)
    _say(pdf, "Point your camera here", 18, INK, bold=True, wide=98)
    pdf.set_xy(92, pdf.get_y() + 1)
    _say(pdf, "or type", 10.5, SOFT, wide=98)
    pdf.set_xy(92, pdf.get_y())
    _say(pdf, flyer.url.partition("://")[2], 13, INK, bold=True, wide=98, link=flyer.url)
    pdf.set_xy(92, pdf.get_y() + 5)
    who = flyer.name + (f", {flyer.company}" if flyer.company else "")
    _say(pdf, f"From {who}", 12, INK, wide=98, most=110)
    pdf.set_xy(LEFT, 282)
    _say(pdf, flyer.disclosure, 8, SOFT, most=220)


def _say(
    pdf: FPDF, words: str, size: float, colour: tuple[int, int, int], *, bold: bool = False, wide: float = WIDE,
    most: int = 200, link: str = "",
) -> None:  # fmt: skip
    text = _writable(pdf, plain(words))
    text = "\n".join(text.splitlines()[:LINES])
    text = text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
    pdf.set_font("figtree", "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(wide, size * 0.45, text, align="L", link=link, new_x=XPos.LEFT, new_y=YPos.NEXT)


def plain(words: str) -> str:
    """Markdown as print wants it: no stars and signs, lists with points."""
    lines = []
    for line in words.replace("**", "").replace("__", "").splitlines():
        bare = line.strip().lstrip("#> ").strip()
        lines.append("• " + bare[2:] if bare.startswith(("- ", "* ")) else bare)
    return "\n".join(lines).strip()


def _writable(pdf: FPDF, words: str) -> str:
    font = pdf.fonts["figtree"]
    known = font.cmap if isinstance(font, TTFFont) else {}
    return "".join(letter for letter in words if letter == "\n" or ord(letter) in known)


def _colour(hue: int, light: float, strength: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(((hue - 25) % 360) / 360, light, strength)
    return round(red * 255), round(green * 255), round(blue * 255)
