"""The hub's settings: saved at once, refused with what was typed, and a colour that everybody can read on."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.core import hue
from hub.core.hue import contrast, pairs, rgb
from hub.core.place import Place, place
from tests.hub.members.people import browser, person

RIGHT = {
    "name": "Circle", "tagline": "Help each other win", "brand_hue": "250", "zone": "Europe/Berlin",
    "contact_name": "Grace", "contact_email": "grace@example.com",
}  # fmt: skip


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    """The manager's browser."""
    person(app, "grace@example.com", "Grace", roles=("manager",))
    return browser(app, "grace@example.com")


def test_what_is_saved_is_on_every_page_at_once(app: Flask, grace: FlaskClient) -> None:
    assert grace.post("/manage/settings", data=RIGHT).status_code == 303
    assert "--brand-hue: 250" in grace.get("/theme.css").text
    welcome = app.test_client().get("/").text
    assert "Circle" in welcome
    assert "Help each other win" in welcome
    assert "mailto:grace@example.com" in welcome
    with app.app_context():
        assert place(fresh=True).zone_name == "Europe/Berlin"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Every hub has a name"),
        ("name", "x" * 41, "Forty characters"),
        ("zone", "Mars/Base", "isn’t known"),
        ("zone", "../../etc/passwd", "isn’t known"),
        ("brand_hue", "400", "0 to 359"),
        ("brand_hue", "red", "Not a valid integer"),
        ("contact_email", "grace", "isn’t an e-mail"),
        ("tagline", "x" * 161, "160 characters"),
    ],
)
def test_what_is_wrong_changes_nothing_and_comes_back(
    app: Flask, grace: FlaskClient, field: str, value: str, says: str
) -> None:
    answer = grace.post("/manage/settings", data={**RIGHT, field: value})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Help each other win"' in answer.text or field == "tagline"
    with app.app_context():
        assert place(fresh=True).name == "Hurrah"


def test_an_advocate_changes_nothing(app: Flask) -> None:
    person(app)
    assert browser(app).post("/manage/settings", data=RIGHT).status_code == 403


@pytest.mark.parametrize("wanted", ["250", "9999", "-1", "red", "", "1e9"])
def test_a_preview_draws_any_hue_and_saves_none(app: Flask, grace: FlaskClient, wanted: str) -> None:
    answer = grace.get("/manage/settings/preview", query_string={"brand_hue": wanted})
    assert answer.status_code == 200
    assert 'id="swatches"' in answer.text
    assert "style=" not in answer.text
    with app.app_context():
        assert place(fresh=True) == Place()


@pytest.mark.parametrize("degrees", range(0, 360, 3))
def test_every_hue_can_be_read(degrees: int) -> None:
    assert [pair for pair in pairs(degrees) if not pair.reads] == []


def test_a_colour_that_cannot_be_read_is_refused(grace: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hue, "lightness", lambda _hue: 0.8)
    answer = grace.post("/manage/settings", data=RIGHT)
    assert answer.status_code == 422
    assert "Too little contrast: Buttons" in answer.text


def test_contrast_is_as_wcag_counts_it() -> None:
    white, black = rgb(1, 0, 0), rgb(0, 0, 0)
    assert contrast(white, black) == pytest.approx(21, abs=0.01)
    assert hue.hexed(rgb(0.62796, 0.25768, 29.234)) in ("#ff0000", "#fe0000")  # sRGB red, by CSS Color 4


def test_the_formulas_are_those_of_the_style_sheet(app: Flask) -> None:
    tokens = (Path(app.static_folder or "") / "css" / "tokens.css").read_text()
    light = re.search(
        r"--brand-light: calc\(([.\d]+) - ([.\d]+) \* max\(0, cos\(.*? - (\d+)deg\)\)\)", tokens
    )
    assert light is not None
    base, dip, at = (float(number) for number in light.groups())
    assert (hue.lightness(at), hue.lightness(at + 180)) == pytest.approx((base - dip, base))
    assert f"--brand-chroma: {hue.CHROMA:g}".replace("0.", ".") in tokens
    assert (
        "--brand-ink: light-dark(oklch(.47 calc(var(--brand-chroma) * .9) var(--h)), "
        "oklch(.8 calc(var(--brand-chroma) * .55)" in tokens
    )
