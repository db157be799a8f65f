"""What is paid beside a ladder: promotions, the size of a deal, the n-th won referral. Each under a key of its own.

A key's total is brought to what it should be, by an entry and,
when the facts change (a deal's size, a date heard late),
by corrections: so any order of events ends in the same totals.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from hub import ledger
from hub.core.db import db
from hub.ledger import Award
from hub.ledger.models import Entry
from hub.referrals.promotions import queries
from hub.referrals.promotions.budgets import claim
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.room import lock, rooms
from hub.referrals.standing import reached_at

if TYPE_CHECKING:
    from hub.referrals.climbs import Climb

REASON = "promotion"
SIZE_NOTE = "For the size of the deal"
CHUNK = 500
Original = aliased(Entry)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a key should come to, and why."""

    key: str
    account_id: int
    points: int
    happened_at: dt.datetime
    note: str
    promotion: Promotion | None = None


@dataclass(slots=True)
class Standing:
    """What a key comes to by its rule: its entry, its corrections, and whether a claw-back holds it. What somebody
    corrected by hand stays beside it, and is nothing that a rule could take again."""

    entry_id: int = 0
    account_id: int = 0
    total: int = 0
    by_hand: int = 0
    changes: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    returned: set[int] = field(default_factory=set)

    @property
    def left(self) -> int:
        """What can be taken of it."""
        return max(0, self.total + self.by_hand)

    @property
    def is_taken(self) -> bool:
        """Whether it is clawed back now."""
        return len(self.taken) > len(self.returned)


def base_key(key: str) -> str:
    """`promotion:3:referral:7:stage:won` of `promotion:3:referral:7:stage:won:clawback:1`."""
    for verb in (":change:", ":clawback:", ":restore:"):
        key = key.partition(verb)[0]
    return key


def standings(subjects: Collection[str]) -> dict[str, dict[str, Standing]]:
    """Subject → key → what it comes to, of everything that is paid beside the ladder; one statement per 500."""
    found: dict[str, dict[str, Standing]] = defaultdict(lambda: defaultdict(Standing))
    names = list(subjects)
    for start in range(0, len(names), CHUNK):
        columns = (Entry.id, Entry.account_id, Entry.subject, Entry.key, Entry.points, Original.key)
        of = func.coalesce(Original.key, Entry.key)
        query = select(*columns).outerjoin(Original, Original.id == Entry.corrects_id).order_by(Entry.id)
        query = query.where(
            Entry.subject.in_(names[start : start + CHUNK]), of.like("promotion:%") | of.like("size:%")
        )
        rows: Iterable[Any] = db.session.execute(query)
        for entry_id, account_id, subject, key, points, corrected in rows:
            line = found[subject][base_key(corrected or key)]
            if corrected is not None and not key.startswith(corrected):
                line.by_hand += points
            else:
                count_in(line, entry_id, account_id, key, points)
    return found


def count_in(line: Standing, entry_id: int, account_id: int, key: str, points: int) -> None:
    """Adds one entry to what its key comes to."""
    verb, _, number = key.removeprefix(base_key(key)).lstrip(":").partition(":")
    if not verb:
        line.entry_id, line.account_id = entry_id, account_id
    line.total += points
    if verb == "change":
        line.changes += 1
    elif verb == "clawback":
        line.taken[int(number)] = -points
    elif verb == "restore":
        line.returned.add(int(number))


def wished(climbs: Iterable["Climb"]) -> dict[int, list[Wish]]:
    """What may be paid beside the ladder for each of these referrals, of the stages that are paid; referrals of which
    nothing could ever be are left out."""
    paid = [climb for climb in climbs if climb.accounts and any(climb.paid.values())]
    running = queries.of_programmes({climb.programme_id for climb in paid})
    found: dict[int, list[Wish]] = {}
    for climb in paid:
        here = [p for p in running if p.subject == f"programme:{climb.programme_id}"]
        if here or climb.version.extras.sizes:
            mine = here if climb.source != "import" else []
            found[climb.id] = [*_promoted(climb, mine), *_sized(climb)]
    return found


def _let_in(
    wishes: Mapping[int, list[Wish]],
    known: Mapping[str, Mapping[str, Standing]],
    climbs: Mapping[int, "Climb"],
) -> dict[int, list[Wish]]:
    """Those of the wishes that stand already, and of the others those whom their promotion is for, while there is
    room."""
    fresh = {
        (number, wish.key): wish.promotion
        for number, mine in wishes.items() for wish in mine
        if wish.promotion is not None and wish.points and wish.key not in known.get(f"referral:{number}", {})
    }  # fmt: skip
    asked = {promotion.id: promotion for promotion in fresh.values()}
    lock(asked.values())
    left = rooms(list(asked.values()), [who for n, _ in fresh if (who := climbs[n].advocate_id) is not None])
    found: dict[int, list[Wish]] = {}
    for number, mine in wishes.items():
        found[number] = []
        for wish in mine:
            promotion, who = fresh.get((number, wish.key)), climbs[number].advocate_id
            if promotion is not None:
                if who is None or not left[promotion.id].fits(number, who, wish.happened_at):
                    continue
                left[promotion.id].count(number, who)
            found[number].append(wish)
    return found


def _promoted(climb: "Climb", promotions: list[Promotion]) -> Iterable[Wish]:
    for promotion in promotions:
        for rung_key, shares in _shares(climb).items():
            at = reached_at(climb.version.ladder, climb.steps, rung_key)
            if promotion.rung_key not in (None, rung_key) or not promotion.covers(at):
                continue
            shared = shares if promotion.kind == "multiplier" else dict(list(shares.items())[:1])
            for who, points in shared.items():
                end = "" if "company" not in climb.accounts else f":{who}"
                yield Wish(
                    key=f"promotion:{promotion.id}:referral:{climb.id}:stage:{rung_key}{end}", happened_at=at,
                    account_id=climb.accounts[who], points=promotion.adds(points), note=promotion.note(points),
                    promotion=promotion,
                )  # fmt: skip


def _shares(climb: "Climb") -> dict[str, dict[str, int]]:
    """Stage → payee → what was paid, the member before the company."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for who in ("member", "company"):
        for rung_key, points in climb.paid.get(who, {}).items():
            found[rung_key][who] = points
    return found


def _sized(climb: "Climb") -> Iterable[Wish]:
    won = climb.version.ladder.won.key
    who = next((who for who in ("member", "company") if won in climb.paid.get(who, {})), None)
    points = climb.version.extras.for_size(*climb.worth)
    if who is not None and points:
        yield Wish(
            key=f"size:referral:{climb.id}", account_id=climb.accounts[who], points=points, note=SIZE_NOTE,
            happened_at=reached_at(climb.version.ladder, climb.steps, won),
        )  # fmt: skip


def book(climbs: Mapping[int, "Climb"], *, now: dt.datetime) -> list[Award]:
    """Brings what is paid beside the ladder in line: corrects what changed, and gives the new entries, for the caller
    to book together with the ladder's own."""
    wishes = wished(climbs.values())
    if not wishes:
        return []
    stand = standings([f"referral:{number}" for number in wishes])
    wishes = _let_in(wishes, stand, climbs)
    awards: list[Award] = []
    for number in wishes:
        known = stand.get(f"referral:{number}", {})
        awards += settle(f"referral:{number}", wishes[number], known, now=now)
    return awards


def settle(
    subject: str, wishes: Iterable[Wish], known: Mapping[str, Standing], *, now: dt.datetime
) -> list[Award]:
    """The awards that are missing; what is booked and should be otherwise is corrected. What is clawed back rests."""
    wanted = {wish.key: wish for wish in wishes if wish.points}
    awards = []
    for key, wish in wanted.items():
        line = known.get(key)
        if line is None:
            if _affords(wish, wish.points):
                awards.append(_award(subject, wish))
        elif _differs(line, wish) and (line.total > wish.points or _affords(wish, wish.points - line.total)):
            _change(key, line, wish.points, now)
    for key, line in known.items():
        if key not in wanted and line.total and not line.is_taken:
            _change(key, line, 0, now)
    return awards


def _differs(line: Standing, wish: Wish) -> bool:
    return not line.is_taken and line.account_id == wish.account_id and line.total != wish.points


def _affords(wish: Wish, points: int) -> bool:
    return wish.promotion is None or claim(wish.promotion, points)


def _award(subject: str, wish: Wish) -> Award:
    return Award(
        account_id=wish.account_id, points=wish.points, reason=REASON, key=wish.key, subject=subject,
        happened_at=wish.happened_at, note=wish.note,
    )  # fmt: skip


def _change(key: str, line: Standing, points: int, now: dt.datetime) -> None:
    end = f"{key}:change:{line.changes + 1}"
    change = max(points - line.total, -line.left)
    if change:
        ledger.correct(line.entry_id, change, key=end, now=now, reason=REASON)


def of_won(climb: "Climb") -> dict[str, Standing]:
    """What was paid beside the ladder for the won stage of a referral: key → what it comes to."""
    won = f":stage:{climb.version.ladder.won.key}"
    lines = standings([climb_subject := f"referral:{climb.id}"]).get(climb_subject, {})
    return {
        key: line for key, line in lines.items() if key.startswith("size:") or f"{key}:".find(f"{won}:") > 0
    }


def take_back(lines: Mapping[str, Standing], points: int, *, number: int, now: dt.datetime) -> None:
    """Takes so many points out of these lines, in the order of their keys."""
    for key, line in sorted(lines.items()):
        part = min(points, line.left)
        if part > 0:
            end = f"{key}:clawback:{number}"
            ledger.correct(line.entry_id, -part, key=end, now=now, reason="referral_clawback")
            points -= part


def give_back(
    lines: Mapping[str, Standing], given: Mapping[str, int], *, number: int, now: dt.datetime
) -> None:
    """Gives each line what it had been taken."""
    for key, points in sorted(given.items()):
        if points:
            end = f"{key}:restore:{number}"
            ledger.correct(lines[key].entry_id, points, key=end, now=now, reason="referral_restored")
