"""What people type, as HTML: CommonMark without HTML of their own, then cleaned to a short list of tags."""

import re
from collections.abc import Mapping
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"}
MENTION = re.compile(r"(?<![\w@/.-])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?)(?![\w@-])")
MOST_MENTIONS = 10
EXCERPT = 140

Named = Mapping[str, tuple[str, str | None]]
"""Handle in lower case → the name to show and the address to lead to."""


def handles(body: str) -> list[str]:
    """The handles that a text mentions, in lower case, each once, ten at most. Those in code count too: being told
    once too often harms less than not being told."""
    return list(dict.fromkeys(found.lower() for found in MENTION.findall(body)))[:MOST_MENTIONS]


def _mentions(state: StateCore) -> None:
    """Turns @handle into the member's name where the handle is known; never inside a link or code."""
    named: Named = state.env.get("named", {})
    for block in state.tokens if named else ():
        if block.type == "inline" and block.children:
            block.children = list(_named(block.children, named))


def _named(tokens: list[Token], named: Named) -> Any:
    links = 0
    for token in tokens:
        links += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "text" or links:
            yield token
            continue
        at = 0
        for found in MENTION.finditer(token.content):
            known = named.get(found[1].lower())
            if known is None:
                continue
            yield _text(token.content[at : found.start()])
            yield from _link(*known)
            at = found.end()
        yield _text(token.content[at:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(name: str, url: str | None) -> Any:
    if url is None:
        yield from (Token("strong_open", "strong", 1), _text(f"@{name}"), Token("strong_close", "strong", -1))
    else:
        yield from (
            Token("link_open", "a", 1, attrs={"href": url}),
            _text(f"@{name}"),
            Token("link_close", "a", -1),
        )


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "heading", "lheading"]
)
_markdown.core.ruler.push("mentions", _mentions)


def html(body: str, named: Named | None = None) -> Markup:
    """Markdown → safe HTML. No pictures (they would tell strangers who reads), no headings, links that promise
    nothing to search engines and say nothing of where they were followed. `named` are the members it mentions."""
    drawn = _markdown.render(body, {"named": named or {}})
    clean = nh3.clean(
        drawn, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )  # fmt: skip
    return Markup(clean)  # noqa: S704 - cleaned on the line above


def excerpt(body: str, named: Named | None = None, *, length: int = EXCERPT) -> str:
    """The first words of a text, plain: for quotes and lists."""
    plain = " ".join(html(body, named).striptags().split())
    return plain if len(plain) <= length else f"{plain[:length].rsplit(' ', 1)[0]}…"
