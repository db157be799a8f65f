"""A hub with rewards, somebody with points, managers; and a supplier that behaves as it is told to."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flask import Flask
from sqlalchemy import select

from hub import ledger, members, rewards
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.models import Entry
from hub.ledger.queries import wallet_of
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.outbox.models import Message
from hub.rewards import suppliers
from hub.rewards.actions import composing, fulfilling
from hub.rewards.models import Redemption, Reward
from hub.rewards.wishes import Refusal, Unfit, Wanted
from tests.servers import free_port

HOME = {"name": "Ada", "street": "1 Lane", "postcode": "N1", "city": "London", "country": "GB"}
OURS = (
    "wallets are what entries and holds come to", "rewards are counted right",
    "redemptions hold and spend what they cost", "no code was given twice",
    "refunds are in the books, and two people saw the large ones", "points lapse only after a warning",
    "a won referral brings its reward once", "commissions are what their terms come to, once for each year",
)  # fmt: skip


def person(app: Flask, name: str = "ada", *, points: int = 0, **wishes: Any) -> int:
    """A member with so many points; gives their number."""
    with app.app_context(), edges.unit():
        made = members.add(f"{name}@example.com", name=f"{name.title()} Example", now=now(), **wishes)
        db.session.flush()
        if points:
            at = now()
            ledger.award(
                ledger.account_for(member_id=made.id), points, reason="manual", key=f"start:{name}",
                subject=f"member:{made.id}", happened_at=at, now=at,
            )  # fmt: skip
        return made.id


def reward(app: Flask, title: str = "A mug", *, publish: bool = True, **values: Any) -> int:
    """A published reward; gives its number."""
    with app.app_context(), edges.unit():
        given: dict[str, Any] = {
            "summary": "Holds tea.",
            "story": "It does.",
            "price": 500,
            "cost_hundredths": 900,
            "kind": "product",
            **values,
        }
        given.setdefault("stocked", given.get("stock"))
        made = composing.create(title, by_id=None, now=now(), **given)
        if publish:
            composing.publish(made, by_id=None, now=now())
        return made.id


def choose(app: Flask, member_id: int, reward_id: int, token: str = "token-1", **wish: Any) -> int:  # noqa: S107
    """Somebody chooses a reward, as a request would; gives the redemption's number."""
    with app.app_context():
        return edges.persistent(_choose)(member_id, reward_id, token, wish)


def _choose(member_id: int, reward_id: int, token: str, wish: dict[str, Any]) -> int:
    at = wish.pop("at", None) or now()
    wanted = Wanted(**{"country": "GB", **wish})
    return rewards.redeem(reward_id, db.session.get_one(Member, member_id), wanted, token=token, now=at).id


def act(app: Flask, verb: Callable[..., Any], *args: Any, **wishes: Any) -> Any:
    """Does something as a request would, and keeps it."""
    with app.app_context(), edges.unit():
        made = verb(*args, now=wishes.pop("at", None) or now(), **wishes)
        return made.id if hasattr(made, "id") else made


def look(app: Flask, redemption_id: int) -> Redemption:
    """A redemption as the database has it, detached."""
    with app.app_context():
        found = db.session.get_one(Redemption, redemption_id)
        db.session.expunge_all()
        return found


def stock(app: Flask, reward_id: int) -> tuple[int | None, int]:
    """What is left of a reward, and how many are taken."""
    with app.app_context():
        found = db.session.get_one(Reward, reward_id)
        return found.stock, found.taken


def purse(app: Flask, member_id: int) -> tuple[int, int, int]:
    """A member's balance, what is set aside, lifetime."""
    with app.app_context():
        found = wallet_of(member_id)
        return found.balance, found.held, found.lifetime


def entries(app: Flask, prefix: str) -> list[tuple[str, int, str]]:
    """Lines of the books by the start of their key: (key, points, reason)."""
    with app.app_context():
        query = (
            select(Entry.key, Entry.points, Entry.reason)
            .where(Entry.key.startswith(prefix))
            .order_by(Entry.id)
        )
        return [(key, points, reason) for key, points, reason in db.session.execute(query)]


def differences(app: Flask) -> list[str]:
    """What `hurrah prove` finds."""
    with app.app_context(), edges.reading():
        return [line for name in OURS for line in registry.checks[name]()]


def together(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """Runs all at once, each as a request of its own; a refusal is a result, too."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (Refusal, Unfit) as refusal:
            return refusal

    with ThreadPoolExecutor(min(len(works), 25)) as pool:
        return list(pool.map(run, works))


SAYS: dict[str, tuple[int, dict[str, str]]] = {
    "taken": (202, {}), "no": (200, {"state": "refused", "reason": "It is out of print."}), "gone": (404, {}),
    "slow": (429, {}), "denied": (401, {}),
}  # fmt: skip


class Warehouse(BaseHTTPRequestHandler):
    """A supplier. `shop.plan` says what it does with the next calls; it makes one order for a reference."""

    shop: "Shop"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.shop.asked(self, json.loads(body))  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        self.server.shop.looked(self)  # type: ignore[attr-defined]

    def answer(self, status: int, said: Any) -> None:
        """Sends an answer."""
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


class Shop:
    """What a supplier has done: orders by our reference, and every call."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.plan: list[str] = []
        self.orders: dict[str, str] = {}
        self.calls: list[str] = []
        self.delivery = "SUCCEEDED"
        self.lock = threading.Lock()
        self.let_go = threading.Event()
        self.url = ""

    def asked(self, request: Warehouse, said: dict[str, Any]) -> None:
        """One order, as planned: ok, refuse, busy (500, nothing made), lost (made, no answer), late (made, 500); and of
        a webhook: taken (no news yet), no (refused, in so many words), gone (404), slow (429), denied (401)."""
        reference = said["external_id"] if self.kind == "tremendous" else said["data"]["reference"]
        with self.lock:
            step = self.plan.pop(0) if self.plan else "ok"
            self.calls.append(f"{step}:{reference}")
            if step in ("ok", "lost", "late"):
                self.orders.setdefault(reference, f"O-{len(self.orders) + 1}")
        if step == "lost":
            self.let_go.wait(3)
            return
        if step in ("busy", "late"):
            request.answer(500, {"message": "oh no"})
        elif step in SAYS:
            request.answer(*SAYS[step])
        elif step == "refuse":
            wrong = (
                {"errors": {"message": "no such product"}}
                if self.kind == "tremendous"
                else {"reason": "no such item"}
            )
            request.answer(422, wrong)
        else:
            request.answer(201, self.told(reference))

    def looked(self, request: Warehouse) -> None:
        """Tremendous is asked by our reference."""
        reference = request.path.rpartition("=")[2]
        self.calls.append(f"look:{reference}")
        found = [self.told(reference)["order"]] if reference in self.orders else []
        request.answer(200, {"orders": found})

    def told(self, reference: str) -> dict[str, Any]:
        """An order, in the supplier's words."""
        number = self.orders[reference]
        if self.kind == "webhook":
            return {"order_id": number, "state": "sent", "tracking": "T-1"}
        rewards_ = [{"id": "R", "delivery": {"method": "EMAIL", "status": self.delivery}}]
        return {
            "order": {
                "id": number,
                "external_id": reference,
                "status": "EXECUTED",
                "rewards": rewards_,
                "new": True,
            }
        }


@contextmanager
def shop(kind: str) -> Iterator[Shop]:
    """A supplier on a port of this machine."""
    found = Shop(kind)
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Warehouse)
    server.daemon_threads = True
    server.shop = found  # type: ignore[attr-defined]
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.let_go.set()
        server.shutdown()
        server.server_close()


def supplied(app: Flask, found: Shop, **values: Any) -> int:
    """A reward that this supplier fulfils; gives its number."""
    app.config["OUTGOING_ALLOW_PRIVATE"] = True
    with app.app_context(), edges.unit():
        wish = suppliers.Wish(
            name=found.kind, kind=found.kind, address="sandbox" if found.kind == "tremendous" else found.url,
            token="t0ken" if found.kind == "tremendous" else "", options={},
        )  # fmt: skip
        suppliers.keep(None, wish, by_id=None, now=now(), allow_private=True)
        made = suppliers.by_name(found.kind)
        assert made is not None
        made.address = found.url
        number = made.id
    return reward(app, "A card", provider=found.kind, supplier_id=number, data={"item": "P1"}, **values)


def work(app: Flask) -> int:
    """Everything that is due, as the workers would."""
    with app.app_context():
        return drain_all()


def later(app: Flask) -> None:
    """An hour later: what failed is due again, what was in hand is free, and what suppliers have is asked after."""
    with app.app_context():
        with edges.unit():
            hour = dt.timedelta(hours=1)
            for message in db.session.scalars(select(Message).where(Message.done_at.is_(None))):
                message.due_at = now()
            for one in db.session.scalars(select(Redemption)):
                one.taken_until = one.taken_until and one.taken_until - hour
                one.approved_at = one.approved_at and one.approved_at - hour
            db.session.flush()
            fulfilling.ask_again(now=now())
        drain_all()
