"""One hub with something of everything in it, and everybody who might look: what the laws about pages are tried on.

It is planted once by the verbs that people use. A test that changed it puts it back (`restored`), and a look at the
database file itself says whether a request had any effect (`changes`), whatever the answer claimed.
"""

import datetime as dt
import re
import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from badges.models import Level
from challenges.asks.models import AskRule, Recovery
from challenges.certificates.models import Certificate
from challenges.journeys.models import Journey
from challenges.models import Challenge, ChallengeStep, Decision, Submission
from hub import community, members, sharing
from hub.community import moderation
from hub.core import crypto, edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections
from hub.crm.adapters.generic import sign
from hub.crm.models import DeliveryState
from hub.crm.sample.models import SampleDeal
from hub.hangouts.models import Hangout, Question, Request
from hub.home.alerts.models import Alert
from hub.home.readiness import expected, migrations_dir
from hub.ledger.models import Account, Entry
from hub.members.actions import tickets
from hub.members.joining import actions as joining
from hub.members.joining.models import JoinRequest
from hub.members.models import Company, Member
from hub.members.seed import PASSWORD
from hub.notices.envelope import unsubscribe_url
from hub.notices.models import Mail, Notice
from hub.outbox import actions as messages
from hub.outbox.jobs import drain_all
from hub.outbox.models import Message
from hub.referrals import queries
from hub.referrals.disputes.models import Dispute
from hub.referrals.fairness.models import Review
from hub.referrals.introductions import actions as introductions
from hub.referrals.models import Referral
from hub.referrals.promotions.models import Promotion
from hub.referrals.rights.models import Consent
from hub.rewards import suppliers
from hub.rewards.models import Payout, Redemption, Reward, Supplier
from hub.sharing import embeds
from hub.sharing.models import Embed, PersonalLink
from leaderboard.models import Season

# Whose things are looked at: Ada's. Katherine is the rep who looks after them, Mary is another rep.
VISITORS = ("nobody", "linus", "ada", "katherine", "mary", "dorothy", "grace", "root")
READING = {"GET", "HEAD", "OPTIONS"}
NOWHERE = "nothing-like-this"


@dataclass
class House:
    """The hub, the sessions of its visitors, and what fills the holes in its addresses."""

    app: Flask
    file: Path
    things: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    signed_in_at: float = 0.0

    def __post_init__(self) -> None:
        self.eye = sqlite3.connect(self.file)
        self.kept = sqlite3.connect(":memory:")

    def remember(self) -> None:
        """What is here now is what `restored` brings back."""
        self.eye.backup(self.kept)

    def close(self) -> None:
        """Lets go of the file."""
        self.eye.close()
        self.kept.close()

    def visit(self, who: str, path: str, method: str = "GET", **wishes: Any) -> TestResponse:
        """One request by one visitor, in a browser that knows nothing but that visitor's session."""
        client = self.app.test_client()
        if who in self.cookies:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookies[who])
        return client.open(path, method=method, buffered=True, **wishes)

    @contextmanager
    def changes(self) -> Iterator[list[str]]:
        """Afterwards holds a word when anybody committed a change to the database meanwhile."""
        found: list[str] = []
        before = self._version()
        yield found
        if self._version() != before:
            found.append("changed")

    def _version(self) -> int:
        return int(self.eye.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Whatever happens inside is undone afterwards."""
        try:
            yield
        finally:
            with self.app.app_context():
                db.session.remove()
            self.kept.backup(self.eye)

    def address(self, rule: Rule, **other: Any) -> str:
        """A path of this rule: filled with things that are there, or with `other`."""
        room = rule.endpoint.split(".")[0]
        values = {
            name: other.get(
                name, self.things.get(f"{rule.endpoint}.{name}", self.things.get(f"{room}.{name}"))
            )
            or self.things[name]
            for name in rule.arguments
            if name not in (rule.defaults or {})
        }
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda hole: str(values[hole[1]]), rule.rule)


def plain(rule: Rule) -> str:
    """A rule as people write it: without converters."""
    return re.sub(r"<(?:[^<>]*:)(\w+)>", r"<\1>", rule.rule)


def routes(app: Flask) -> dict[str, Rule]:
    """Every route there is, by "METHOD /path"; HEAD and OPTIONS go with GET."""
    return {
        f"{method} {plain(rule)}": rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def furnish(app: Flask, file: Path) -> House:
    """Plants the sample and what it lacks, lets the workers do their part, and signs everybody in."""
    house = House(app, file)
    with app.app_context():
        for _order, _name, plant in registry.seeds:
            with edges.unit():
                plant(now=now())
        drain_all()
        with edges.unit():
            house.things.update(_plant())
            db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            for head in expected(migrations_dir()):
                db.session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
        drain_all()
    # One that is all right, a stage that somebody has yet to map, and a deal that nobody knows.
    deliver(house, (("D-10002", "Demo"), ("D-10003", "Handshake"), ("D-4711", "Demo")))
    with app.app_context():
        drain_all()
        with edges.reading():
            house.things.update(_find(house.things["number"]))
    sign_in(house)
    house.remember()
    return house


def _plant() -> dict[str, Any]:
    at, ada, grace = now(), _member("ada"), _member("grace")
    referral = db.session.scalars(select(Referral).where(Referral.contact_name == "Jonas Hjelm")).one()
    # Words may be mended for a quarter of an hour; to look at every page can take longer.
    community.say(referral.subject, ada.id, "He prefers the phone.", at + dt.timedelta(hours=1))
    moderation.add_word("casino", grace, at)
    secret = connections.connect("rules", "generic", now=at)[1]
    connections.map_stage(connections.find("rules") or _missing(), "Demo", "meeting", now=at, by_id=grace.id)
    broken = Message(name="rules.forgotten", queue="post", args={}, created_at=at, due_at=at)
    db.session.add(broken)
    db.session.flush()
    while broken.parked_at is None:
        messages.failed(broken.id, "RuntimeError: the other side hung up", now=at)
    refused = Mail(key="rules:refused", kind="community.said", member_id=ada.id, state="parked", data={},
                   note="550 mailbox full", due_at=at, created_at=at)  # fmt: skip
    db.session.add(refused)
    alone = members.add("una@example.org", name="Una Alone", now=at, confirmed=False)
    wish = suppliers.Wish(
        name="warehouse", kind="webhook", address="https://warehouse.example.com/orders", options={}
    )
    suppliers.keep(None, wish, by_id=grace.id, now=at)
    sharing.link(ada.id, "content:4", "qr", at)
    sharing.link(ada.id, "programme:1", "qr", at)
    stub = members.stub("Kim Stub", company_id=None, key="rules:1", now=at)
    tomorrow = at + dt.timedelta(days=1)  # a link for a quarter of an hour, however long the tests take
    return {
        "secret": secret, "number": referral.id, "message_id": broken.id, "member_id": ada.id, "handle": ada.handle,
        "members.invitation.token": members.invite("newcomer@example.org", name="Nell", now=at, by=grace),
        "members.accept_invitation.token": members.claim_link(stub, now=at),
        "members.token": members.reset_link(_member("edsger"), now=at, by=grace),
        "members.confirmation.token": tickets.issue(alone, tickets.CONFIRMATION, now=at, by_id=alone.id),
        "members.confirm_now.token": tickets.issue(alone, tickets.CONFIRMATION, now=at, by_id=alone.id),
        "members.sign_in_by.token": tickets.issue(alone, tickets.SIGN_IN, now=tomorrow, by_id=alone.id),
        "members.sign_in_by_now.token": tickets.issue(alone, tickets.SIGN_IN, now=tomorrow, by_id=alone.id),
        **_joining(at),
        "stub_id": stub.id, "way_out.token": unsubscribe_url(ada.id, "referral.advanced").rpartition("/")[2],
        "folder": "referral_stage", "review_id": db.session.scalar(select(func.max(Review.id))),
        "promotion_id": db.session.scalar(select(func.max(Promotion.id))), **_introduced(ada, at),
    }  # fmt: skip


def _joining(at: dt.datetime) -> dict[str, Any]:
    """A code, and two who asked to join by it."""
    code, tokens = (
        joining.make("Conference", by_id=None, now=at, alias="conference"),
        ("rules-join-1", "rules-join-2"),
    )
    for token in tokens:
        db.session.add(
            JoinRequest(token_digest=crypto.digest(token), code_id=code.id, name="Nell", email=f"{token}@example.org",
                        created_at=at, expires_at=at + joining.LASTS)
        )  # fmt: skip
    return {
        "members.join.code": code.word, "members.join_now.code": code.word, "code_id": code.id,
        "members.joining.token": tokens[0], "members.joining_now.token": tokens[1],
    }  # fmt: skip


def _introduced(ada: Member, at: dt.datetime) -> dict[str, Any]:
    """A lunch that Ada plans, somebody of hers who has yet to say yes, a credit of hers in doubt, her page."""
    programme = queries.programme_with_version("aluv")
    assert programme is not None
    lunch = introductions.announce(ada, programme, "lunch", now=at, once="rules")
    asked = select(Consent).join(Referral, Referral.id == Consent.referral_id)
    waiting = db.session.scalars(asked.where(Consent.state == "asked", Referral.advocate_id == ada.id)).one()
    page = select(PersonalLink.code).where(
        PersonalLink.member_id == ada.id, PersonalLink.channel == "landing"
    )
    return {
        "introductions.number": lunch.id, "introductions_sales.number": lunch.id, "introductions.kind": "lunch",
        "rights.token": crypto.unseal(waiting.sealed_token or ""), "landing.code": db.session.scalar(page),
        "disputes.number": db.session.scalar(select(func.max(Dispute.id))),
        "disputes_desk.number": db.session.scalar(select(func.max(Dispute.id))),
    }  # fmt: skip


def _find(number: int) -> dict[str, Any]:
    ada = _member("ada")
    awards = select(func.max(Entry.id)).join(Account).where(Account.member_id == ada.id)
    posts = community.posts(f"referral:{number}")
    handshake = select(DeliveryState.delivery_id).where(DeliveryState.crm_stage == "Handshake")
    return {
        "entry_id": db.session.scalar(awards),
        "mail_id": db.session.scalar(select(func.max(Mail.id)).where(Mail.state == "parked")),
        "notice_id": db.session.scalar(select(func.max(Notice.id)).where(Notice.member_id == ada.id)),
        "company_id": db.session.scalar(select(Company.id).where(Company.owner_id.is_not(None)).limit(1)),
        "delivery_id": db.session.scalar(handshake),
        "deal_id": db.session.scalar(select(SampleDeal.id).where(SampleDeal.referral_id == number)),
        "post_id": posts[-1].id, "prefix": "referral", "filename": "img/logo.svg", "tail": "elsewhere",
        "badges.slug": "thousand", "badges_desk.slug": "thousand", "segments.slug": "new-here", "pause_id": 1,
        "level_id": db.session.scalar(select(func.max(Level.id))),
        "challenges.slug": "share-the-ward-story", "leaderboard.slug": "points", "slug": "aluv", "name": "rules",
        "leaderboard.name": db.session.scalar(select(Season.slug)), "boards_desk.slug": "companies",
        "topic_id": 1, "shout_id": 1, "honour_id": 1, "word_id": 1, "community_desk.verb": "pin",
        "community_desk.name": f"{now():%Y-%m}",
        "alert_id": db.session.scalar(select(func.max(Alert.id))),
        "journey_id": db.session.scalar(select(func.max(Journey.id))),
        "certificates.code": db.session.scalar(
            select(func.max(Certificate.code)).where(Certificate.member_id == ada.id)
        ),
        **_rewards(ada), **_hangouts(), **_sharing(ada), **_challenges(ada), "challenges_desk.name": "review",
        "uploads.name": NOWHERE,
        "members.name": next((n.partition(".")[2] for n in registry.panels if n.startswith("profile.")), NOWHERE),
    }  # fmt: skip


def _rewards(ada: Member) -> dict[str, Any]:
    mine = select(Redemption.id).where(Redemption.member_id == ada.id, Redemption.state == "approved")
    codes = select(Reward.id).where(Reward.slug == "gift-card")
    return {
        "rewards.slug": "mug", "redemption_id": db.session.scalar(mine), "refund_id": 1, "limit_id": 1,
        "reward_id": db.session.scalar(select(Reward.id).where(Reward.slug == "mug")),
        "reward_pools.reward_id": db.session.scalar(codes), "payout_id": db.session.scalar(select(func.max(Payout.id))),
        "supplier_id": db.session.scalar(select(func.max(Supplier.id))), "reward_news.name": "warehouse",
        "referral_id": db.session.scalar(select(func.max(Referral.id))),
    }  # fmt: skip


def _hangouts() -> dict[str, Any]:
    coming = db.session.scalars(select(Hangout).where(Hangout.slug == "roadmap")).one()
    asked = select(Question.id).where(Question.hangout_id == coming.id).limit(1)
    said = db.session.scalars(select(Request).where(Request.status == "building")).one()
    question, past = db.session.scalar(asked), "autumn-table"
    return {
        "hangouts.slug": coming.slug, "hangout_id": coming.id, "hangouts.question_id": question,
        "hangouts_guests.question_id": question, "hangouts.request_id": said.id, "hangouts.join.slug": past,
        "hangouts_guests.request_id": said.id, "hangouts_guests.move.hangout_id": said.hangout_id,
    }  # fmt: skip


def _sharing(ada: Member) -> dict[str, Any]:
    link = db.session.scalars(select(PersonalLink).where(PersonalLink.member_id == ada.id).limit(1)).one()
    page = select(PersonalLink).where(PersonalLink.member_id == ada.id, PersonalLink.target == "content:4")
    embed = db.session.scalars(select(Embed).limit(1)).one()
    return {
        "sharing.code": link.code, "stage.code": db.session.scalars(page).one().code, "what": "picture",
        "link_id": link.id, "embeds_desk.link_id": embed.link_id, "embed_id": embed.id,
        "signature": embeds.signature(embed.id), "embedded.kind": "card", "my_links.kind": "svg",
        "share.prefix": "content", "share.number": 1, "channel": "linkedin", "content_id": 1,
        "content_desk.verb": "draft", "embeds_desk.verb": "opening", "email_id": 1,
    }  # fmt: skip


def _challenges(ada: Member) -> dict[str, Any]:
    shared = db.session.scalars(select(Challenge).where(Challenge.slug == "share-the-ward-story")).one()
    step = select(ChallengeStep.id).where(ChallengeStep.challenge_id == shared.id)
    mine = select(Submission.id).where(Submission.member_id == ada.id, Submission.state == "pending")
    decided = select(Decision.id).where(Decision.by_id.is_not(None)).limit(1)
    return {
        "challenge_id": shared.id, "step_id": db.session.scalar(step), "submission_id": db.session.scalar(mine),
        "decision_id": db.session.scalar(decided), "rule_id": db.session.scalar(select(func.max(AskRule.id))),
        "recovery_id": db.session.scalar(select(func.max(Recovery.id))),
    }  # fmt: skip


def deliver(house: House, events: Sequence[tuple[str, str]]) -> None:
    """What a CRM sends: (deal, stage) after (deal, stage), each a signed message."""
    for deal, stage in events:
        body = (
            f'{{"type": "referral.stage_changed", "timestamp": "{now().isoformat()}",'
            f' "data": {{"deal_id": "{deal}", "stage": "{stage}", "occurred_at": "{now().isoformat()}"}}}}'
        ).encode()
        headers = sign(house.things["secret"], f"msg_{uuid.uuid4().hex}", body, now())
        answer = house.visit("nobody", "/webhooks/crm/rules", "POST", data=body, headers=headers)
        assert answer.status_code == 202, answer.text


def sign_in(house: House) -> None:
    """Everybody signs in. Sessions of managers end after half an hour, and a busy machine takes longer."""
    house.signed_in_at = time.monotonic()
    for who in VISITORS[1:]:
        client = house.app.test_client()
        answer = client.post("/sign-in", data={"email": f"{who}@example.com", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        client.get("/points")  # from here on the session has its token
        cookie = client.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        house.cookies[who] = cookie.value


def _member(local: str) -> Member:
    return members.find(f"{local}@example.com") or _missing()


def _missing() -> Any:
    raise AssertionError("the sample should have planted this")
