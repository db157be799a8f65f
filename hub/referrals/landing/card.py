"""The picture of a landing page for social networks: the ladder, who sends you, and what for. Drawn here, in our
type."""

import colorsys
import functools
import io
from pathlib import Path

from flask import current_app
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
LATIN, BEYOND = "figtree-latin-wght-normal.woff2", "figtree-latin-ext-wght-normal.woff2"
INK, SOFT, PAPER = "#2b1d20", "#6d5a5e", "#fbf7f7"
LEFT, WIDEST = 96, 690


def draw(who: str, company: str, headline: str, *, hub: str, hue: int) -> bytes:
    """A PNG of 1200 by 630 for these words, the same bytes for the same words."""
    return _draw(who, company, headline, hub, hue, str(current_app.static_folder))


@functools.lru_cache(maxsize=64)
def _draw(who: str, company: str, headline: str, hub: str, hue: int, static: str) -> bytes:
    brand, wash = _colour(hue, 0.47, 0.62), _colour(hue, 0.93, 0.6)
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((820, 0, 1200, 630), fill=wash)
    _ladder(pen, brand)
    type_ = _Type(pen, Path(static) / "fonts")
    type_.write((LEFT, 80), hub, 34, 700, brand)
    top = 190
    for line in type_.lines(headline, 66, 800)[:4]:
        type_.write((LEFT, top), line, 66, 800, INK)
        top += 78
    said = who if not company else f"{who}, {company}"
    type_.write((LEFT, 530), type_.lines(said, 36, 600)[0], 36, 600, SOFT)
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _colour(hue: int, light: float, strength: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(((hue - 25) % 360) / 360, light, strength)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _ladder(pen: ImageDraw.ImageDraw, brand: str) -> None:
    gold = "#e9a821"
    for foot, head in ((900, 955), (1130, 1075)):
        pen.line((foot, 640, head, 190), fill=brand, width=22)
    for share in (0.0, 0.26, 0.52, 0.78):
        y = 580 - share * 430
        pen.line((910 + 52 * share, y, 1120 - 52 * share, y), fill=brand, width=20)
    pen.line((925, 190, 1105, 190), fill=gold, width=34)
    for x, y, tox, toy in ((1015, 140, 1015, 80), (935, 150, 895, 100), (1095, 150, 1135, 100)):
        pen.line((x, y, tox, toy), fill=gold, width=16)


class _Type:
    """Writing in the hub's own family; letters that it doesn't have are left out."""

    def __init__(self, pen: ImageDraw.ImageDraw, fonts: Path) -> None:
        self.pen = pen
        self.fonts = fonts

    def write(self, at: tuple[int, int], text: str, size: int, weight: int, fill: str) -> None:
        x: float = at[0]
        for run, font in self._runs(text, size, weight):
            self.pen.text((x, at[1]), run, font=font, fill=fill)
            x += font.getlength(run)

    def lines(self, text: str, size: int, weight: int) -> list[str]:
        """The text in lines that fit."""
        found = [""]
        for word in text.split():
            longer = f"{found[-1]} {word}".strip()
            if self._length(longer, size, weight) <= WIDEST:
                found[-1] = longer
            elif found[-1]:
                found.append(word)
            else:
                found[-1] = word[:28]
        return found

    def _length(self, text: str, size: int, weight: int) -> float:
        return sum(font.getlength(run) for run, font in self._runs(text, size, weight))

    def _runs(self, text: str, size: int, weight: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        runs: list[tuple[str, bool]] = []
        for letter in text:
            beyond = "\u0100" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff"
            if not beyond and not (" " <= letter <= "\u00ff" or letter in "–—‘’“”…€"):
                continue
            if runs and runs[-1][1] == beyond:
                runs[-1] = (runs[-1][0] + letter, beyond)
            else:
                runs.append((letter, beyond))
        return [
            (run, _font(str(self.fonts / (BEYOND if beyond else LATIN)), size, weight))
            for run, beyond in runs
        ]


@functools.lru_cache(maxsize=32)
def _font(path: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([weight])
    return font
