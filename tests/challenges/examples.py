"""The contract list: one line for each kind, with what a builder fills in, a right answer, and a wrong one.

`right` and `wrong` are forms; a file goes under its name as bytes. `before` says what has to have happened:
"opened" (they followed the way out: without that any answer is wrong), "profile", "attended".
"""

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image


@dataclass(frozen=True, kw_only=True)
class Example:
    """What a kind is tested with. `ends` is what a right answer comes to."""

    data: dict[str, Any]
    right: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] | None = None
    ends: str = "done"
    before: str = ""
    body: str = ""


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG", colour: str = "teal") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


GOOD, BAD = {"text": "Teams", "right": True, "why": "Yes."}, {"text": "Nobody", "right": False, "why": ""}
QUIZ = [{"text": "Who gains?", "choices": [GOOD, BAD]}]
SITE, POINTS = "https://reviews.example.org/hurrah", "I get points."
ASK = {"question": "What next?", "least": 5}
POLL = {"question": "Recommend?", "low": "No", "high": "Yes", "ask": "Why?", "more": "", "low_below": 7}
ARTICLE = {"url": "https://example.org/a", "seconds": 30, "question": "What?", "choices": "*Yes\nNo"}
TRY = {"question": "The new board", "seats": 1, "promise": "I will try it"}
SAID = {"answer": "A calendar, please"}
EXAMPLES: dict[str, Example] = {
    "beta": Example(data=TRY, right={"agreed": "1"}, wrong={}),
    "code": Example(data={"question": "On stage", "codes": "ROPE-LADDER"}, right={"answer": "rope ladder"},
                    wrong={"answer": ""}),
    "feedback": Example(data=ASK, right=SAID, wrong={"answer": "no"}, ends="review"),
    "hangout": Example(data={"hangout": "roadmap"}, before="attended", wrong={}),
    "link": Example(data={"url": "https://example.org/join", "label": "Join"}, before="opened", wrong={}),
    "profile": Example(data={"fields": ["title"]}, before="profile", wrong={}),
    "question": Example(data=ASK, right=SAID, wrong={"answer": ""}, ends="review"),
    "quiz": Example(data={"mark": 100, "tries": 0, "shuffle": True, "questions": QUIZ}, right={"q0": "0"}, wrong={}),
    "read": Example(data=ARTICLE, right={"answer": "0"}, wrong={"answer": "1"}, before="opened"),
    "referral": Example(data={"programme": "aluv"}, ends="elsewhere"),
    "review": Example(data={"site": "Reviews", "url": SITE, "disclosure": POINTS}, ends="review",
                      right={"link": f"{SITE}/7", "disclosed": "1"}, wrong={"link": f"{SITE}/7"}),
    "share": Example(data={"content": "", "url": "https://example.org/a", "words": "Read", "disclosure": POINTS},
                     wrong={"post": "javascript:alert(1)"}),
    "survey": Example(data=POLL, right={"score": "9", "reason": "Quick"}, wrong={"score": "11"}),
    "upload": Example(data={"question": "Your desk"}, right={"file": picture()}, ends="review",
                      wrong={"file": b"<svg onload=alert(1)>"}),
}  # fmt: skip
