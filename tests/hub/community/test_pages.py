"""Every page of the room on both databases, and nobody's words as our page's code wherever words are shown."""

import pytest
from flask import Flask

from hub.community import honours, moderation, shout_outs, signs
from hub.community.actions import say
from hub.core import edges
from hub.core.clock import now
from hub.core.place import place
from tests.hub.community.board import cast, first_post, member, post, topic
from tests.hub.community.test_threads import PAYLOADS
from tests.hub.members.people import browser

MEMBERS = (
    "/community", "/community?q=words", "/community?after=1795000000000000-9", "/community/new", "/community/happened",
    "/community/happened?before=900", "/community/topics/1", "/community/topics/1?before=900", "/community/thanks",
    "/community/thanks?before=900", "/community/thanks/1", "/community/thanks/new", "/community/months", "/home/rest",
    "/home/moving", "/home/around", "/", "/inbox", "/community/people?q=li&about=topic:1", "/threads/posts/1/report",
)  # fmt: skip
MANAGERS = (
    "",
    "/hidden",
    "/hidden?before=900",
    "/log",
    "/log?before=900",
    "/words",
    "/month",
    "/announcements/new",
)


def furnish(app: Flask, words: str) -> None:
    """One of everything, made of these words."""
    people = cast(app)
    number = topic(app, people["kim"], words[:120], f"{words} @linus-bergqvist")
    answer = post(app, number, people["linus"], words, reply_to_id=first_post(app, number))
    with app.app_context(), edges.unit():
        grace, kim, linus = (member(people[who]) for who in ("grace", "kim", "linus"))
        signs.react(answer, kim, "thanks", now(), on=True)
        thanks = shout_outs.thank(kim, linus, words, now())
        shout_outs.answer(thanks.id, linus, now(), yes=True)
        chosen = honours.pick(
            honours.month_of(now(), place().zone),
            linus,
            by=grace,
            citation=words,
            now=now(),
            zone=place().zone,
        )
        honours.answer(chosen.id, linus, now(), yes=True)
        moderation.report(answer, kim, "spam", words, now())
        hidden = say(f"topic:{number}", linus.id, words, now())
        moderation.hide(hidden.id, grace, "other", now())


def test_every_page_opens(each_database: Flask) -> None:
    furnish(each_database, "Some words")
    ada, grace = browser(each_database), browser(each_database, "grace@example.com")
    assert [path for path in MEMBERS if ada.get(path).status_code != 200] == []
    assert [path for path in MANAGERS if grace.get(f"/manage/community{path}").status_code != 200] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_never_become_code_anywhere(app: Flask, payload: str) -> None:
    furnish(app, payload)
    ada, grace = browser(app), browser(app, "grace@example.com")
    pages = [ada.get(path).text for path in MEMBERS] + [
        grace.get(f"/manage/community{path}").text for path in MANAGERS
    ]
    for page in pages:
        low = page.lower()
        for bad in ("<script>alert", "<img src=x", "onerror=alert(1)>", "<svg/onload", "<iframe", "<style>*", "<base ",
                    'href="javascript', 'href="data:', "<b onmouseover", "<a href='x'"):  # fmt: skip
            assert bad not in low.replace("&lt;", "‹")
