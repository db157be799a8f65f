"""A letter as a mail: its subject, its text, its HTML with every style written where it is used."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import css_inline
from flask import current_app, has_request_context
from flask.globals import app_ctx

from hub.core.place import Place, place
from hub.notices.letters import Letter, Reader
from hub.notices.palette import palette

BLANK = re.compile(r"[ \t]*\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Footing:
    """What the foot of a mail says: why it came, and how to stop it. Security mails can't be stopped."""

    why: str
    stop_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A mail, ready for its envelope."""

    subject: str
    text: str
    html: str


def render(letter: Letter, reader: Reader, footing: Footing) -> Rendered:
    """Writes a letter out. Names and words are escaped in HTML; the subject is one line."""
    context = _context(letter, reader, footing)
    subject = " ".join(_written(letter, "subject.txt", context).split())
    text = BLANK.sub("\n\n", _written(letter, "body.txt", context)).strip() + "\n"
    html = _written(letter, "body.html", {**context, "subject": subject})
    return Rendered(subject=subject, text=text, html=_inliner().inline(html))


def page(letter: Letter, reader: Reader, footing: Footing, *, stylesheet: str) -> str:
    """The HTML as a page of the hub, whose policy takes styles from a file only."""
    context = {**_context(letter, reader, footing), "stylesheet": stylesheet}
    subject = " ".join(_written(letter, "subject.txt", context).split())
    return _written(letter, "body.html", {**context, "subject": subject})


def styles() -> str:
    """The styles of all mails, in the hub's colours."""
    return current_app.jinja_env.get_template("email/_style.css").render(**_colours(place()))


def base_url() -> str:
    """Where the hub is; mails have no other way to know."""
    return str(current_app.extensions["settings"].public_url)


def give_addresses() -> None:
    """Lets rooms name their pages with url_for where no request says which hub this is: in a job."""
    if not has_request_context() and app_ctx.url_adapter is None:
        parts = urlsplit(base_url())
        app_ctx.url_adapter = current_app.url_map.bind(parts.netloc, url_scheme=parts.scheme)


def _written(letter: Letter, part: str, context: Mapping[str, Any]) -> str:
    # Straight from the environment: what pages show around their content (me, nav, the bell) is no part of a mail.
    return current_app.jinja_env.get_template(f"email/{letter.folder}/{part}").render(**context)


def _context(letter: Letter, reader: Reader, footing: Footing) -> dict[str, Any]:
    base = base_url()
    here = place()
    return {
        **letter.words, **_colours(here), "reader": reader, "hub": here, "footing": footing, "base": base,
        "link": lambda path: path if "://" in path else f"{base}{path}", "stylesheet": None,
    }  # fmt: skip


def _colours(here: Place) -> dict[str, Any]:
    return {"light": palette(here.brand_hue), "dark": palette(here.brand_hue, dark=True)}


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
