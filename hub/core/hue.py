"""The brand hue as browsers will draw it: the formulas of tokens.css, and whether words on it can be read."""

import math
from dataclasses import dataclass

AA = 4.5
CHROMA = 0.2
Rgb = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Words on a ground, and how far apart they are (WCAG 2: 4.5 is enough to read)."""

    name: str
    words: str
    ground: str
    ratio: float

    @property
    def reads(self) -> bool:
        """Whether everybody can read it."""
        return self.ratio >= AA


def lightness(hue: float) -> float:
    """`--brand-light`: darker where the eye finds a hue bright."""
    return 0.565 - 0.075 * max(0.0, math.cos(math.radians(hue - 175)))


def pairs(hue: float) -> list[Pair]:
    """The pairs of colours that the hue decides, in light and dark."""
    white = (1.0, 0.0)
    return [
        _pair("Buttons", white, (lightness(hue), CHROMA), hue),
        _pair("Links, light", (0.47, CHROMA * 0.9), (0.983, 0.006), hue),
        _pair("Links on a wash, light", (0.47, CHROMA * 0.9), (0.957, CHROMA * 0.13), hue),
        _pair("Links, dark", (0.8, CHROMA * 0.55), (0.228, 0.014), hue),
        _pair("Links on a wash, dark", (0.8, CHROMA * 0.55), (0.295, CHROMA * 0.32), hue),
    ]


def _pair(name: str, words: tuple[float, float], ground: tuple[float, float], hue: float) -> Pair:
    above, below = rgb(*words, hue), rgb(*ground, hue)
    return Pair(name=name, words=hexed(above), ground=hexed(below), ratio=contrast(above, below))


def rgb(light: float, chroma: float, hue: float) -> Rgb:
    """oklch → linear sRGB, with less chroma where a screen can't show it: as browsers do, near enough."""
    low, high = 0.0, chroma
    if _shows(_linear(light, chroma, hue)):
        low = chroma
    else:
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (middle, high) if _shows(_linear(light, middle, hue)) else (low, middle)
    red, green, blue = (min(1.0, max(0.0, part)) for part in _linear(light, low, hue))
    return red, green, blue


def _shows(colour: Rgb) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in colour)


def _linear(light: float, chroma: float, hue: float) -> Rgb:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2 contrast of two linear colours, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: Rgb) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def hexed(colour: Rgb) -> str:
    """#rrggbb."""
    return "#" + "".join(f"{round(255 * _curve(part)):02x}" for part in colour)


def _curve(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
