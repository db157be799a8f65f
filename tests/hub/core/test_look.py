"""What the eye relies on: contrast for every brand hue in both themes, icons that exist, markup the policy allows."""

import math
import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOKENS = (ROOT / "static/css/tokens.css").read_text()
GROUNDS = ("paper", "card", "sunk", "raised", "brand-wash")
TEXTS = ("ink", "ink-soft", "ink-faint", "brand-ink", "gain", "warn", "bad", "info", "gold-ink")
PAIRS = [
    *product(TEXTS[:4], GROUNDS),
    *product(TEXTS[4:], ("paper", "card")),
    *((name, f"{name}-wash") for name in ("gain", "warn", "bad", "info")),
    ("gold-ink", "gold-wash"), ("on-gold", "gold"), ("on-brand", "brand"), ("on-brand", "brand-deep"),
]  # fmt: skip
Colour = tuple[float, float, float]


def number(name: str, hue: int) -> float:
    """A custom property that is a number or a calc(), worked out for one brand hue."""
    if name == "brand-hue":
        return hue
    found = re.search(rf"--{name}: ([^;]+);", TOKENS)
    assert found, name
    return worked_out(settled(found[1], hue))


def settled(text: str, hue: int) -> str:
    return re.sub(r"var\(--([\w-]+)\)", lambda found: str(number(found[1], hue)), text)


def worked_out(text: str) -> float:
    degrees = re.sub(r"([\d.]+)deg", r"(\1 * pi / 180)", text.replace("calc", ""))
    return float(eval(degrees, {"pi": math.pi, "cos": math.cos, "max": max}))  # noqa: S307  our own style sheet


def colour(name: str, theme: int, hue: int) -> Colour:
    """A token's lightness, chroma and hue. Theme 0 is light, 1 dark."""
    found = re.search(rf"--{name}: (.+);", TOKENS)
    assert found, name
    parts = re.findall(r"oklch\(((?:[^()]|\([^()]*\))*)\)", settled(found[1], hue))
    words = re.findall(r"calc\([^()]*\)|[\d.]+", parts[min(theme, len(parts) - 1)])
    light, chroma, at = (worked_out(word) for word in words)
    return light, chroma, at


def luminance(seen: Colour) -> float:
    """Relative luminance (WCAG) of an oklch colour, clipped to sRGB as browsers do."""
    light, chroma, hue = seen
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    le = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    me = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    se = (light - 0.0894841775 * a - 1.291485548 * b) ** 3
    red = 4.0767416621 * le - 3.3077115913 * me + 0.2309699292 * se
    green = -1.2684380046 * le + 2.6097574011 * me - 0.3413193965 * se
    blue = -0.0041960863 * le - 0.7034186147 * me + 1.707614701 * se
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_whatever_the_brand(text: str, ground: str) -> None:
    for theme, hue in product((0, 1), range(0, 360, 10)):
        got = contrast(colour(text, theme, hue), colour(ground, theme, hue))
        assert got >= 4.5, f"{text} on {ground}, {('light', 'dark')[theme]}, hue {hue}: {got:.2f}"


def test_edges_of_fields_can_be_seen() -> None:
    for theme, hue in product((0, 1), range(0, 360, 10)):
        assert contrast(colour("line-strong", theme, hue), colour("card", theme, hue)) >= 3


def test_each_icon_named_in_a_template_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    for page in (ROOT / "templates").rglob("*.html"):
        wanted = set(re.findall(r'\bicon\("([\w-]+)"', page.read_text()))
        assert wanted <= drawn, f"{page.name}: {wanted - drawn}"


def test_no_template_needs_an_inline_style_or_script() -> None:
    for page in (ROOT / "templates").rglob("*.html"):
        if "email" in page.relative_to(ROOT / "templates").parts:
            continue  # letters carry their styles with them
        found = re.findall(
            r"\s(?:style|on(?:click|change|submit|load|input))=|\|\s*safe\b|<script(?![^>]*\bsrc=)",
            page.read_text(),
        )
        assert not found, f"{page.name}: {found}"
