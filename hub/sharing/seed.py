"""The sample's content, toolkit, links and what they brought: by the same verbs that people use."""

import datetime as dt
import hashlib

from sqlalchemy import select

from hub import members
from hub.core import registry
from hub.core.db import db
from hub.sharing import actions, codes, contents, embeds, kit
from hub.sharing.clicks import visitors
from hub.sharing.clicks.stream import Taken
from hub.sharing.clicks.writing import write
from hub.sharing.contents import Draft
from hub.sharing.models import Content
from hub.sharing.samples import BLOCKS, BROUGHT, CONTENTS, MAILS


@registry.seed(50, "content to share")
def plant(now: dt.datetime) -> None:
    """Content, the toolkit and the embeds of the login page, once."""
    grace = members.find("grace@example.com")
    if grace is None or db.session.scalar(select(Content.id).limit(1)) is not None:
        return
    for days, publish, draft in CONTENTS:
        at = now - dt.timedelta(days=days)
        made = contents.create(Draft(**draft), by_id=grace.id, now=at)
        if publish:
            contents.move(made, "published", by_id=grace.id, now=at)
    kit.write(BLOCKS, by_id=grace.id, now=now)
    for title, subject, body in MAILS:
        kit.keep_email(None, title=title, subject=subject, body=body, by_id=grace.id, now=now)
    embeds.make(grace, "refer:1", now)


@registry.seed(52, "clicks")
def bring(now: dt.datetime) -> None:
    """Links of the sample's members, and a month of visitors."""
    visitors.prepare_salts(now.date())
    titles = {title: number for title, number in db.session.execute(select(Content.title, Content.id))}
    for email, title, channel, count in BROUGHT:
        member, content_id = members.find(email), titles.get(title)
        if member is None or content_id is None:
            continue
        link = actions.link(member.id, f"content:{content_id}", channel, now - dt.timedelta(days=29))
        write([_click(link.id, link.code, number, count, now) for number in range(count)])


def _click(link_id: int, code: str, number: int, count: int, now: dt.datetime) -> Taken:
    """The n-th of a link's sample clicks: the same one, whenever it is planted on the same day."""
    mixed = hashlib.sha256(f"{code}:{number}".encode()).digest()
    days = (number * 28 / count + mixed[0] / 96) % 28
    at = now - dt.timedelta(days=days, minutes=mixed[1])
    click = codes.click_id(int(at.timestamp() * 1000))
    kind = "bot" if mixed[2] < 30 else "own" if mixed[2] < 40 else "visit"
    return Taken(click, link_id, kind, mixed[3:15].hex() if kind == "visit" else "", "")
