"""The hub's colours as mail programs know them: the meanings of tokens.css, computed from the brand hue."""

from dataclasses import dataclass

from hub.core.hue import CHROMA, hexed, lightness, rgb


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """One set of colours, #rrggbb each."""

    paper: str
    card: str
    sunk: str
    ink: str
    soft: str
    line: str
    brand: str
    brand_ink: str
    wash: str
    gold: str
    gold_ink: str
    gold_wash: str
    gain: str


def palette(hue: int, *, dark: bool = False) -> Palette:
    """The colours of a hub with this hue, for light or dark rooms."""
    brand = (lightness(hue), CHROMA, hue)
    tones = _dark(hue) if dark else _light(hue)
    return Palette(**{name: hexed(rgb(*tone)) for name, tone in {**tones, "brand": brand}.items()})


def _light(hue: int) -> dict[str, tuple[float, float, float]]:
    return {
        "paper": (0.968, 0.008, hue), "card": (1, 0, hue), "sunk": (0.958, 0.009, hue), "ink": (0.25, 0.03, hue),
        "soft": (0.45, 0.025, hue), "line": (0.885, 0.012, hue), "brand_ink": (0.47, CHROMA * 0.9, hue),
        "wash": (0.957, CHROMA * 0.13, hue), "gold": (0.82, 0.155, 82), "gold_ink": (0.48, 0.105, 72),
        "gold_wash": (0.965, 0.045, 88), "gain": (0.47, 0.12, 155),
    }  # fmt: skip


def _dark(hue: int) -> dict[str, tuple[float, float, float]]:
    return {
        "paper": (0.185, 0.012, hue), "card": (0.228, 0.014, hue), "sunk": (0.27, 0.016, hue),
        "ink": (0.955, 0.008, hue), "soft": (0.79, 0.014, hue), "line": (0.37, 0.018, hue),
        "brand_ink": (0.8, CHROMA * 0.55, hue), "wash": (0.295, CHROMA * 0.32, hue), "gold": (0.82, 0.155, 82),
        "gold_ink": (0.86, 0.13, 85), "gold_wash": (0.31, 0.05, 80), "gain": (0.83, 0.15, 155),
    }  # fmt: skip
