"""Every mail there is against its snapshot, text and HTML. UPDATE_SNAPSHOTS=1 writes them anew; read what changed."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.hue import contrast, rgb
from hub.core.settings import ROOT
from hub.notices import composing, letters, rendering
from hub.notices.letters import Letter
from hub.notices.palette import palette
from hub.notices.rendering import Rendered
from tests.hub.members.people import person

HERE = Path(__file__).parent / "snapshots"
FOLDERS = sorted(path.name for path in (ROOT / "templates" / "email").iterdir() if path.is_dir())
CELEBRATES = {"referral_won"}
VOID = {"meta", "link", "br", "img", "hr", "input"}


def draw(app: Flask, folder: str, *, name: str = "Ada Marlowe", letter: Letter | None = None) -> Rendered:
    ada = person(app, name=name)
    with app.app_context(), edges.reading():
        found, letter = members.get(ada), letter or letters.sample(folder)
        assert found is not None
        assert letter is not None, f"{folder} has no made-up words"
        kind = letters.SAMPLES[folder][0]
        return rendering.render(letter, composing.reader_of(found), composing.footing_of(kind, ada))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_mail_reads_as_it_did(mailing: Flask, folder: str) -> None:
    mail = draw(mailing, folder)
    for name, now in ((f"{folder}.txt", f"{mail.subject}\n\n{mail.text}"), (f"{folder}.html", mail.html)):
        if os.environ.get("UPDATE_SNAPSHOTS"):
            (HERE / name).write_text(now)
        assert (HERE / name).exists(), f"no snapshot of {name}: run with UPDATE_SNAPSHOTS=1, then read it"
        assert now == (HERE / name).read_text(), name


def test_no_snapshot_outlives_its_mail() -> None:
    assert {path.stem for path in HERE.iterdir()} == set(FOLDERS)


def test_every_letter_has_its_templates_and_every_folder_its_letter(app: Flask) -> None:
    assert set(letters.SAMPLES) == set(FOLDERS)
    for folder in FOLDERS:
        held = {path.name for path in (ROOT / "templates" / "email" / folder).iterdir()}
        assert held == {"subject.txt", "body.txt", "body.html"}, folder


class Words(HTMLParser):
    """What a reader sees of HTML; complains about tags that nobody closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.seen.append(data)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_mail_is_written_as_the_house_speaks(mailing: Flask, folder: str) -> None:
    mail = draw(mailing, folder)
    words = Words(mail.html)
    said = f"{mail.subject} {mail.text} {' '.join(words.seen)}"
    assert words.open == []
    assert "Ada" in mail.text
    assert ("!" in said) == (folder in CELEBRATES)
    assert "\n\n\n" not in mail.text
    assert "None" not in said
    assert "{{" not in said
    assert len(mail.subject) < 100
    assert "\n" not in mail.subject
    assert all(link.startswith("https://hub.example.com/") for link in words.links), words.links
    assert set(words.links) <= set(re.findall(r"https://\S+", mail.text)), "every link is in the text as well"
    assert not re.search(r"<(script|img|iframe|form|object)|javascript:|\bon\w+=", mail.html)
    assert "prefers-color-scheme: dark" in mail.html
    assert len(mail.html) < 40_000  # Gmail cuts a mail off at 102 kB


@pytest.mark.parametrize("folder", FOLDERS)
def test_words_of_members_are_words(mailing: Flask, folder: str) -> None:
    with mailing.app_context():
        kept = letters.sample(folder)
    assert kept is not None
    evil = "<b>Eve</b> {{ 7*7 }}\r\nBcc: all@example.com"
    hostile = {
        key: evil if isinstance(value, str) and key != "path" else value for key, value in kept.words.items()
    }
    mail = draw(mailing, folder, name="<i>Ada</i>", letter=Letter(folder=folder, words=hostile))
    assert "<b>Eve" not in mail.html
    assert "<i>Ada" not in mail.html
    assert "49" not in mail.subject
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_a_mail_can_be_read_in_every_hue_and_in_the_dark(hue: int) -> None:
    white = rgb(1, 0, 0)
    for dark in (False, True):
        colours = palette(hue, dark=dark)
        pairs = [("ink", "card"), ("ink", "paper"), ("soft", "card"), ("soft", "paper"), ("ink", "sunk"),
                 ("soft", "sunk"), ("brand_ink", "card"), ("brand_ink", "wash"), ("gain", "card"),
                 ("gold_ink", "card")]  # fmt: skip
        for words, ground in pairs:
            ratio = contrast(_linear(getattr(colours, words)), _linear(getattr(colours, ground)))
            assert ratio >= 4.5, (hue, dark, words, ground, ratio)
        assert contrast(white, _linear(colours.brand)) >= 4.5, (hue, dark)


def _linear(colour: str) -> tuple[float, float, float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue
