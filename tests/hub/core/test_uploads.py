"""Pictures that people send: clean copies only, for those who may see them."""

import datetime as dt
import io
import struct
import zlib
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from hub.core import edges, uploads
from hub.core.clock import now
from hub.core.db import db
from tests.challenges.examples import picture
from tests.hub.members.people import browser, person

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def keep(app: Flask, raw: bytes, member_id: int = 1, purpose: uploads.Purpose = "evidence") -> str:
    with app.app_context(), edges.unit():
        return uploads.keep(io.BytesIO(raw), member_id=member_id, purpose=purpose, now=now()).url


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 900))
        + chunk(b"IEND", b"")
    )


def located() -> bytes:
    """A JPEG that says where it was taken, which way up it was held, and by which camera."""
    image = Image.new("RGB", (60, 40), "red")
    exif = image.getexif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Ada"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_kept_as_our_own_encoding(app: Flask, kind: str) -> None:
    ada = person(app)
    url = keep(app, picture(kind=kind), ada)
    answer = browser(app).get(url)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    with Image.open(io.BytesIO(answer.data)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (40, 30))


def test_it_is_served_so_that_nothing_in_it_can_run(app: Flask) -> None:
    ada = person(app)
    answer = browser(app).get(keep(app, picture(), ada))
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")


def test_where_it_was_taken_is_gone_and_it_stands_upright(app: Flask) -> None:
    ada = person(app)
    raw = located()
    assert b"Camera of Ada" in raw
    kept = browser(app).get(keep(app, raw, ada)).data
    assert b"Camera" not in kept
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 60)
        assert not dict(image.getexif())


def test_what_hides_behind_a_picture_does_not_survive(app: Flask) -> None:
    ada = person(app)
    tail = b"<?php system($_GET['c']); ?><script>alert(1)</script>PK\x03\x04"
    for raw in (picture(kind="JPEG") + tail, picture(kind="GIF") + tail):
        kept = browser(app).get(keep(app, raw, ada)).data
        assert b"script" not in kept
        assert b"php" not in kept


@pytest.mark.parametrize(
    "raw",
    [b"", SVG, b"%PDF-1.7", b"MZ\x90", b"<html>", b"GIF89a", picture()[:40], b"\xff\xd8\xff" + b"\0" * 200,
     b"BM" + b"\0" * 60],
    ids=["nothing", "svg", "pdf", "program", "page", "cut gif", "cut png", "hollow jpeg", "bmp"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(app: Flask, raw: bytes) -> None:
    with pytest.raises(uploads.Unusable) as refusal:
        keep(app, raw)
    assert str(refusal.value).endswith(".")
    with app.app_context():
        assert db.session.scalar(select(uploads.Upload)) is None
    assert not list((Path(app.instance_path) / "uploads").glob("**/*.webp"))


@pytest.mark.parametrize("size", [(10_000, 10_000), (8_000, 6_000), (60_000, 60_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_unread(app: Flask, size: tuple[int, int]) -> None:
    with pytest.raises(uploads.Unusable, match="40 million"):
        keep(app, bomb(*size))


def test_more_than_eight_megabytes_are_refused(app: Flask) -> None:
    with pytest.raises(uploads.Unusable, match="8 MB"):
        keep(app, b"\x89PNG" + b"\0" * uploads.MAX_BYTES)


def test_a_large_picture_is_scaled_down_and_a_clear_one_stays_clear(app: Flask) -> None:
    clean, size = uploads.redraw(picture((4000, 1000)))
    assert size == (2000, 500)
    assert len(clean) < 50_000
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(uploads.redraw(out.getvalue())[0])) as clear:
        assert clear.convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 0)


def test_evidence_is_for_its_owner_and_managers_and_pictures_are_for_members(app: Flask) -> None:
    ada = person(app)
    person(app, "kim@example.com", "Kim")
    person(app, "grace@example.com", "Grace", roles=("manager",))
    mine, poster = keep(app, picture(), ada), keep(app, picture(colour="red"), ada, "picture")
    for email, url, status in [
        ("ada@example.com", mine, 200), ("grace@example.com", mine, 200), ("kim@example.com", mine, 404),
        ("kim@example.com", poster, 200), (None, mine, 303), (None, poster, 303),
    ]:  # fmt: skip
        assert browser(app, email).get(url).status_code == status, (email, url)


@pytest.mark.parametrize("name", ["../../secret_key", "x.webp", "%2e%2e%2fsecret_key", "a\0b", "ü.webp"])
def test_a_made_up_name_is_not_found(app: Flask, name: str) -> None:
    person(app)
    assert browser(app).get(f"/uploads/{name}").status_code == 404


def test_files_that_nothing_names_are_found_after_a_day(app: Flask) -> None:
    ada = person(app)
    keep(app, picture(), ada)
    with app.app_context():
        uploads.keep(io.BytesIO(picture(colour="red")), member_id=ada, purpose="evidence", now=now())
        edges.rollback()
    with app.app_context():
        assert uploads.orphans(older_than=now() - dt.timedelta(days=1)) == []
        later = uploads.orphans(older_than=now() + dt.timedelta(days=1))
        kept = db.session.scalars(select(uploads.Upload)).one()
    assert len(later) == 1
    assert later[0].name != kept.name
