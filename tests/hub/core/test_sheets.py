"""One style sheet, complete, kept for a year under its version; the preloaded font is the one the sheet asks for."""

import gzip
import re

from flask import Flask
from flask.testing import FlaskClient

from hub.core.assets import asset
from hub.core.db import db
from hub.core.sheets import stylesheet


def test_the_sheet_holds_each_component_with_the_layers_first(inside: Flask, client: FlaskClient) -> None:
    body = client.get("/static/css/hub.css").text
    assert body.startswith("@layer reset, tokens, base, components, utilities;")
    assert all(
        name in body for name in (".rail", ".btn", ".ladder", ".timeline", ".podium", ".visually-hidden")
    )


def test_it_may_be_kept_under_its_version(inside: Flask, client: FlaskClient) -> None:
    with inside.test_request_context():
        address = stylesheet()
    kept = client.get(address)
    assert "immutable" in kept.headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/hub.css").headers.get("Cache-Control", "")
    assert client.get(address, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304


def test_it_travels_compressed_and_light(inside: Flask, client: FlaskClient) -> None:
    plain = client.get("/static/css/hub.css")
    packed = client.get("/static/css/hub.css", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 25_000  # once; a first visit may weigh 150,000 in all, and 20,000 after that
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_it_is_served_while_the_database_is_away(inside: Flask, client: FlaskClient) -> None:
    with inside.app_context():
        db.drop_all()
    assert client.get("/static/css/hub.css").status_code == 200
    sorry = client.get("/")
    assert sorry.status_code == 503
    assert "Back in a moment" in sorry.text


def test_the_preloaded_font_is_the_one_the_sheet_asks_for(inside: Flask, client: FlaskClient) -> None:
    body = client.get("/static/css/hub.css").text
    asked = re.findall(r"url\(\.\./fonts/([^)]+)\)", body)
    assert len(asked) == 2
    with inside.test_request_context():
        for name in asked:
            assert asset(f"fonts/{name.partition('?')[0]}").endswith(name)
            with client.get(f"/static/fonts/{name}") as answer:
                assert answer.status_code == 200
