"""What a member shares and what their links brought. When they go, their links close; counts hold no person."""

import datetime as dt

from sqlalchemy import select, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.sharing import actions
from hub.sharing.models import (
    Click,
    ClickDay,
    ClickMember,
    CompanyLogo,
    Content,
    Embed,
    IntroEmail,
    PersonalLink,
    ToolkitBlock,
)


@registry.export("sharing")
def tell(member_id: int) -> registry.Told:
    """Links, the clicks on them (without who it was: nobody knows), their sums; what they wrote or sent for others."""
    mine = select(PersonalLink.id).where(PersonalLink.member_id == member_id)
    yield told(PersonalLink, PersonalLink.member_id == member_id)
    yield told(Click, Click.link_id.in_(mine), without=("visitor",))
    yield told(ClickDay, ClickDay.member_id == member_id)
    yield told(ClickMember, ClickMember.member_id == member_id, without=("told",))
    yield told(Content, Content.by_id == member_id)
    yield told(ToolkitBlock, ToolkitBlock.by_id == member_id)
    yield told(IntroEmail, IntroEmail.by_id == member_id)
    yield told(CompanyLogo, CompanyLogo.by_id == member_id)
    yield told(Embed, Embed.by_id == member_id)


@registry.erasure("sharing")
def forget(member_id: int, now: dt.datetime) -> None:
    """Closes their links, readable names with them. What they wrote for the hub stays the hub's, without their name."""
    actions.retire_all(member_id, now)
    for model in (Content, ToolkitBlock, IntroEmail):
        change = update(model).where(model.by_id == member_id).values(by_id=None)
        db.session.execute(change.execution_options(synchronize_session=False))
