"""What is paid beside the ladder, as a programme's text file and its editor write it.

nth_won = { 2 = 1000, 5 = 3000 }        # the 2nd to 4th won referral of a member pay 1,000 more, from the 5th on 3,000
size = { 10000 = 500, 50000 = 2500 }    # a won deal of at least 10,000 pays 500 more, of at least 50,000 2,500
size_currency = "USD"
hold_days = 14                          # points wait so many days after their stage
approve_above = 7000                    # stages with a higher total wait for a manager
monthly_cap = 40                        # referrals per member and month
"""

from __future__ import annotations

import re
from typing import Any

from hub.referrals.extras import Extras, Steps
from hub.referrals.ladder import HIGHEST_TOTAL
from hub.referrals.textfile import Fields

MOST_STEPS, MOST_WINS, MOST_DAYS, MOST_PEOPLE = 12, 1_000, 365, 10_000
LARGEST = 10**11
CURRENCY = re.compile(r"[A-Z]{3}")


def read_terms(fields: Fields) -> Extras:
    """What the policies of a text file say; what is wrong is noted there."""
    nth = _steps(fields, "nth_won", MOST_WINS, 1, "won referrals")
    sizes = _steps(fields, "size", LARGEST, 100, "the size of a deal")
    currency = fields.text("size_currency", default="").upper()
    if sizes and not CURRENCY.fullmatch(currency):
        fields.wrong("size_currency", f"is {currency!r}", 'write three letters, as in size_currency = "USD"')
    days = fields.number("hold_days", default=0, least=0, most=MOST_DAYS) or 0
    above = fields.number("approve_above", default=None, least=0, most=HIGHEST_TOTAL)
    cap = fields.number("monthly_cap", default=None, least=1, most=MOST_PEOPLE)
    return Extras(
        nth=nth, sizes=sizes, currency=currency if sizes else "", hold_days=days, approve_above=above, monthly_cap=cap
    )  # fmt: skip


def _steps(fields: Fields, name: str, most: int, unit: int, what: str) -> Steps:
    table = fields.table(name)
    found: dict[int, int] = {}
    for key, points in table.items():
        least = _whole(key)
        if (
            least is None
            or not 1 <= least <= most
            or type(points) is not int
            or not 0 <= points <= HIGHEST_TOTAL
        ):
            fields.wrong(
                name,
                f"has {key} = {points!r}",
                f"write {what} = points, whole numbers without quotes around the points",
            )
        else:
            found[least * unit] = points
    if len(found) > MOST_STEPS:
        fields.wrong(name, f"has {len(found)} steps", f"use at most {MOST_STEPS}")
    return tuple(sorted(found.items()))


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def dump_terms(extras: Extras) -> list[str]:
    """The lines that `read_terms` reads; none for what isn't used."""
    lines = []
    if extras.nth:
        lines.append(f"nth_won = {_table(extras.nth, 1)}")
    if extras.sizes:
        lines += [f"size = {_table(extras.sizes, 100)}", f'size_currency = "{extras.currency}"']
    if extras.hold_days:
        lines.append(f"hold_days = {extras.hold_days}")
    if extras.approve_above is not None:
        lines.append(f"approve_above = {extras.approve_above}")
    if extras.monthly_cap is not None:
        lines.append(f"monthly_cap = {extras.monthly_cap}")
    return lines


def _table(steps: Steps, unit: int) -> str:
    return "{ " + ", ".join(f"{least // unit} = {points}" for least, points in steps) + " }"


def typed(steps: Steps, unit: int) -> str:
    """Steps as the editor shows them, one on each line: `2 = 1,000`."""
    return "\n".join(f"{least // unit:,} = {points:,}" for least, points in steps)


def parse(text: str, *, most: int, unit: int) -> tuple[Steps, str]:
    """Steps as somebody typed them, and what is wrong with them, in a sentence."""
    found: dict[int, int] = {}
    for line in (text or "").splitlines():
        if not line.strip():
            continue
        left, sign, right = (part.strip() for part in line.translate(SPACES).partition("="))
        least, points = _whole(left), _whole(right)
        if not sign or least is None or points is None or not 1 <= least <= most or points > HIGHEST_TOTAL:
            return (), f"“{line.strip()[:40]}” isn’t a step. Write one on each line, as in 2 = 1,000."
        found[least * unit] = points
    if len(found) > MOST_STEPS:
        return (), f"{len(found)} steps are more than anybody reads: use at most {MOST_STEPS}."
    return tuple(sorted(found.items())), ""


SPACES = {ord(character): None for character in ", \u00a0\u2009\u202f'"}


def sentences(extras: Extras) -> list[str]:
    """What it promises or asks, in words for members and managers."""
    told = []
    for least, more in extras.nth:
        told.append(f"From won referral number {least:,} on: {more:,} points more for each.")
    for least, more in extras.sizes:
        told.append(f"A won deal of at least {least // 100:,} {extras.currency}: {more:,} points more.")
    if extras.hold_days:
        days = "1 day" if extras.hold_days == 1 else f"{extras.hold_days:,} days"
        told.append(f"Points arrive {days} after their stage.")
    if extras.approve_above is not None:
        told.append(f"Stages above {extras.approve_above:,} points wait for a manager’s go-ahead.")
    if extras.monthly_cap is not None:
        people = "one person" if extras.monthly_cap == 1 else f"{extras.monthly_cap:,} people"
        told.append(f"Everybody may introduce up to {people} in a month.")
    return told


def changes(old: Extras, new: Extras) -> list[str]:
    """What is different, for the preview: referrals under way keep what they began with."""
    before, after = set(sentences(old)), set(sentences(new))
    return [f"Gone: {told}" for told in sentences(old) if told not in after] + [
        f"New: {told}" for told in sentences(new) if told not in before
    ]


def shown(extras: Extras) -> dict[str, Any]:
    """The editor's fields."""
    return {
        "nth_won": typed(extras.nth, 1), "size": typed(extras.sizes, 100), "size_currency": extras.currency,
        "hold_days": extras.hold_days or None, "approve_above": extras.approve_above,
        "monthly_cap": extras.monthly_cap,
    }  # fmt: skip
