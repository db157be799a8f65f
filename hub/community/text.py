"""What people type, as HTML: CommonMark without HTML of their own, then cleaned to a short list of tags."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"}
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "heading", "lheading"]
)


def html(body: str) -> Markup:
    """Markdown → safe HTML. No pictures (they would tell strangers who reads), no headings, links that promise
    nothing to search engines and say nothing of where they were followed."""
    drawn = _markdown.render(body)
    clean = nh3.clean(
        drawn, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )  # fmt: skip
    return Markup(clean)  # noqa: S704 - cleaned on the line above
