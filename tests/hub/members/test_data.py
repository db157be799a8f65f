"""One's own data: taken along and erased by oneself, erased by an admin; never by mistake or by somebody else."""

import io
import json
import zipfile

from flask import Flask

from hub import community, ledger, members
from hub.community.models import Mention, Post, Thread
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.models import Entry, EntryNote, Wallet
from hub.members.models import Identity, Member, Ticket
from tests.hub.community.board import topic
from tests.hub.members.people import PASSWORD, browser, change, facts, look, person


def test_what_is_taken_along_is_ones_own_and_wants_the_password(app: Flask) -> None:
    ada, kim = person(app, title="=1+1"), person(app, "kim@example.com", "Kim Novak")
    with app.app_context(), edges.unit():
        for number, (member_id, points) in enumerate(((ada, 40), (kim, 70))):
            account = ledger.account_for(member_id=member_id)
            ledger.award(account, points, reason="manual", key=f"test:{number}", subject="test:1",
                         happened_at=(at := now()), now=at)  # fmt: skip
    client = browser(app)
    assert client.post("/settings/data/export", data={"password": "not it at all"}).status_code == 422
    answer = client.post("/settings/data/export", data={"password": PASSWORD})
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        told = json.loads(bundle.read("everything.json"))["tables"]
        sheet = bundle.read("sheets/members.csv").decode()
    assert [entry["points"] for entry in told["entries"]] == [40]
    assert "ada@example.com" in sheet
    assert ",'=1+1," in sheet, "no formula for a spreadsheet"
    assert "kim" not in json.dumps(told).lower()
    assert "argon2" not in json.dumps(told)


def test_whoever_erases_themself_types_both_and_leaves_the_books(each_database: Flask) -> None:
    app = each_database
    ada, kim = (
        person(app, title="Head of Operations", handle="ada-m"),
        person(app, "kim@example.com", "Kim Novak"),
    )
    subject = f"topic:{topic(app, ada, 'Ada asks')}"
    with app.app_context(), edges.unit():
        account = ledger.account_for(member_id=ada)
        ledger.award(account, 40, reason="manual", key="test:1", subject="test:1", happened_at=(at := now()), now=at,
                             note="For Ada")  # fmt: skip
        community.say(subject, kim, "Well said, @ada-m.", now())
        community.say(subject, ada, "I am Ada", now())
        db.session.add(
            Identity(issuer="https://id.example.com", subject="s-1", member_id=ada, created_at=now())
        )
        members.reset_link(db.session.get_one(Member, ada), now=now())
    client, elsewhere = browser(app), browser(app)
    for wrong in ({"handle": "ada-m", "secret": "not it"}, {"handle": "ada", "secret": PASSWORD}, {}):
        assert client.post("/settings/data/erasure", data=wrong).status_code == 422
    answer = client.post("/settings/data/erasure", data={"handle": "@Ada-M", "secret": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/settings").status_code == elsewhere.get("/settings").status_code == 303
    gone = look(app, ada)
    assert (gone.name, gone.email, gone.title, gone.password_hash) == ("Former member", None, None, None)
    assert gone.handle.startswith("former-")
    with app.app_context():
        assert db.session.query(Entry.points).all() == [(40,)]
        assert db.session.query(Wallet.balance).all() == [(40,)]
        assert [db.session.query(model).count() for model in (EntryNote, Identity, Ticket, Mention)] == [
            0
        ] * 4
        bodies = [body for (body,) in db.session.query(Post.body).order_by(Post.id)]
        assert bodies == ["", "Well said, @former-member.", ""]
        assert db.session.query(Thread.post_count).all() == [(1,)]
    assert facts(app, ada)[-1] == "member.erased"
    again = person(app)
    assert again != ada, "the address is free again, and its owner is somebody new"
    change(app, ada, members.erase, by=None)
    assert look(app, ada).erased_at == gone.erased_at, "a second time is the first"


def test_an_admin_erases_others_and_the_last_one_nobody(app: Flask) -> None:
    root = person(app, "root@example.com", "Root", roles=("admin",))
    person(app, "grace@example.com", "Grace", roles=("manager",))
    ada = person(app, handle="ada-m")
    path = f"/manage/members/{ada}/erasure"
    assert browser(app, "grace@example.com").post(path, data={"handle": "ada-m"}).status_code == 403
    admin = browser(app, "root@example.com")
    assert admin.post(path, data={"handle": "grace"}).status_code == 422
    assert look(app, ada).erased_at is None
    assert admin.post(path, data={"handle": "ada-m"}).status_code == 303
    assert look(app, ada).erased_at is not None
    assert admin.get(f"/manage/members/{ada}").status_code == 404
    mine = {"handle": look(app, root).handle, "secret": PASSWORD}
    refused = admin.post("/settings/data/erasure", data=mine)
    assert refused.status_code == 422
    assert "the only admin" in refused.text
