"""What managers fill in here."""

import datetime as dt
import re
import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from hub.ledger.models import LIMIT
from hub.members.forms import options
from hub.rewards.cards import KIND_NAMES
from hub.rewards.models import Reward
from hub.rewards.providers import PROVIDERS

MOST_MONEY = Decimal(10_000_000)
KIND_NOTES = {
    "product": "Something to send or hand over.", "gift": "A gift card or a voucher.",
    "donation": "Money for a good cause in their name. Never counts as a gift.",
    "experience": "A talk, a dinner, a ticket, an introduction.",
    "coupon": "A code that a member hands on; each is traced back.",
    "funds": "Money or work for marketing together, paid to whom it concerns.",
}  # fmt: skip
PERIOD_NAMES = {"ever": "in all", "year": "each year", "quarter": "each quarter", "month": "each month"}
SIGNS = {
    "laptop": "Laptop", "headphones": "Headphones", "coffee": "Mug", "shirt": "Hoodie", "star": "Stickers",
    "tree-pine": "Trees", "book-open": "Book", "ticket": "Ticket", "utensils": "Dinner", "mic": "Microphone",
    "hand-heart": "A good cause", "gift": "Parcel", "handshake": "An introduction", "megaphone": "Megaphone",
    "share-2": "Coupon",
}  # fmt: skip
TOKEN = [InputRequired(), Regexp(r"^[\w-]{8,64}$", message="Reload the page, then try again.")]


def clean(value: str | None) -> str | None:
    """Typed text without NULs and without the spaces around it."""
    return value.replace("\0", "").strip() if value else value


def hundredths(value: Decimal | None) -> int | None:
    """12.34 → 1234."""
    return None if value is None else int((value * 100).to_integral_value())


def a_sum(label: str, **more: Any) -> DecimalField:
    """A sum of money, or none."""
    most = NumberRange(0, MOST_MONEY, "From 0 to 10,000,000.")
    return DecimalField(label, [Optional(), most], places=2, **more)


def a_whole(label: str, least: int, most: int, **more: Any) -> IntegerField:
    """A whole number in its bounds, or none."""
    return IntegerField(label, [Optional(), NumberRange(least, most, f"From {least:,} to {most:,}.")], **more)


class NewRewardForm(FlaskForm):
    """A new reward: what it is called and what it is."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=100)], filters=[clean])
    kind = RadioField(
        "What is it?", [InputRequired("Choose what it is.")], choices=options(KIND_NAMES.items())
    )


class RewardForm(FlaskForm):
    """A reward. Only what could never be right is refused while it is a draft."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=100)], filters=[clean])
    kind = SelectField("What it is", choices=options(KIND_NAMES.items()))
    summary = StringField(
        "In a sentence", [Length(max=160)], filters=[clean], description="Stands on its card."
    )
    story = TextAreaField("Its story", [Length(max=6000)], filters=[clean],
                          description="What is in it, and why somebody would want it. Markdown works.")  # fmt: skip
    cause = StringField(
        "Goes to", [Length(max=120)], filters=[clean], description="Of a donation: whom it helps."
    )
    sign = SelectField(
        "Drawing", choices=options(SIGNS.items()), description="Shown while there is no picture."
    )
    hue = SelectField("Colour", coerce=int, choices=options([(n, f"{n + 1} of 12") for n in range(12)]))
    price = a_whole("Price", 0, LIMIT)
    cost = a_sum("What it costs you")
    limit_count = a_whole(
        "How often a member may choose it", 1, 1000, description="Empty: as often as they like."
    )
    limit_period = SelectField("Counted", choices=options(PERIOD_NAMES.items()))
    low_at = a_whole("Tell managers when only so many are left", 0, 10_000, default=3)
    segment_id = SelectField("Who may choose it", coerce=int)
    zone = StringField("Time zone", [InputRequired("Choose a zone.")], filters=[clean])
    opens_at = DateTimeLocalField(
        "Offered from", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    closes_at = DateTimeLocalField("Until", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    asks = TextAreaField(
        "Options",
        [Length(max=1000)],
        filters=[clean],
        description="One a line, as “Size: S, M, L”. Members choose when they need to.",
    )
    needs_address = BooleanField("It is sent to an address")
    needs_approval = BooleanField("A manager approves each")
    provider = RadioField(
        "How it is fulfilled", choices=options((one.name, one.title) for one in PROVIDERS.values())
    )
    supplier_id = SelectField("Supplier", coerce=int)
    item = StringField("What the supplier calls it", [Length(max=500)], filters=[clean])
    owner_id = SelectField("Who sees to it", coerce=int)
    due_days = a_whole("Within so many days", 1, 365, default=7)

    def offer(self, *, segments: Iterable[tuple[str, str]], suppliers: Iterable[tuple[int, str]],
              staff: Iterable[tuple[int, str]]) -> None:  # fmt: skip
        """What there is to choose from."""
        self.segment_id.choices = options(
            [(0, "Everybody"), *((int(number), name) for number, name in segments)]
        )
        self.supplier_id.choices = options([(0, "None"), *suppliers])
        self.owner_id.choices = options([(0, "Nobody yet"), *staff])

    def validate_zone(self, field: StringField) -> None:
        """Only zones this machine knows."""
        if field.data not in available_timezones():
            raise ValidationError("This zone isn’t known. They are called like Europe/Berlin.")

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """It ends after it begins."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError("It has to end after it begins.")

    def validate_asks(self, field: TextAreaField) -> None:
        """Name, colon, values."""
        try:
            read_options(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def values(self) -> dict[str, Any]:
        """As the reward keeps it."""
        zone = ZoneInfo(self.zone.data or "UTC")
        plain = ("title", "kind", "summary", "story", "cause", "sign", "limit_period", "zone", "provider")
        return {
            **{name: self[name].data or "" for name in plain}, "hue": self.hue.data or 0,
            "price": self.price.data or 0, "cost_hundredths": hundredths(self.cost.data) or 0,
            "limit_count": self.limit_count.data, "low_at": self.low_at.data or 0,
            "segment_id": self.segment_id.data or None, "opens_at": instant(self.opens_at.data, zone),
            "closes_at": instant(self.closes_at.data, zone), "options": read_options(self.asks.data or ""),
            "needs_address": bool(self.needs_address.data), "needs_approval": bool(self.needs_approval.data),
            "supplier_id": self.supplier_id.data or None, "data": {"item": self.item.data} if self.item.data else {},
            "owner_id": self.owner_id.data or None, "due_days": self.due_days.data or 7,
        }  # fmt: skip


def instant(local: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    """A wall clock in a zone as an instant."""
    return local.replace(tzinfo=zone).astimezone(dt.UTC) if local else None


def read_options(text: str) -> list[dict[str, Any]]:
    """“Size: S, M, L” → {"name": "Size", "values": ["S", "M", "L"]}. Raises ValueError with what is wrong."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, rest = line.partition(":")
        values = list(dict.fromkeys(value.strip() for value in rest.split(",") if value.strip()))
        if not colon or not name.strip() or not values:
            raise ValueError(f"“{line.strip()[:40]}” isn’t like “Size: S, M, L”.")
        found.append({"name": name.strip()[:40], "values": [value[:40] for value in values[:30]]})
    if len(found) > 5 or len({one["name"] for one in found}) < len(found):
        raise ValueError("Up to five options, each with a name of its own.")
    return found


def filled(reward: Reward) -> dict[str, Any]:
    """A reward as its form shows it."""
    zone = ZoneInfo(reward.zone)
    names = (
        "title",
        "kind",
        "summary",
        "story",
        "cause",
        "sign",
        "hue",
        "price",
        "limit_count",
        "limit_period",
        "low_at",
        "zone",
        "needs_address",
        "needs_approval",
        "provider",
        "due_days",
    )
    return {
        **{name: getattr(reward, name) for name in names}, "cost": Decimal(reward.cost_hundredths) / 100,
        "segment_id": reward.segment_id or 0, "supplier_id": reward.supplier_id or 0, "owner_id": reward.owner_id or 0,
        "item": reward.data.get("item", ""),
        "asks": "\n".join(f"{one['name']}: {', '.join(one['values'])}" for one in reward.options),
        "opens_at": reward.opens_at.astimezone(zone) if reward.opens_at else None,
        "closes_at": reward.closes_at.astimezone(zone) if reward.closes_at else None,
    }  # fmt: skip


class DispatchForm(FlaskForm):
    """It is on its way."""

    tracking = StringField("Tracking number, or what was arranged", [Length(max=200)], filters=[clean])
    tracking_url = StringField("Where to follow it", [Length(max=500)], filters=[clean])

    def validate_tracking_url(self, field: StringField) -> None:
        """A page on the web, or none."""
        if field.data and not re.fullmatch(r"https://[^\s\\]+", field.data):
            raise ValidationError("Begin with https://.")


class TaskForm(FlaskForm):
    """Who does it, and by when."""

    owner_id = SelectField("Who sees to it", coerce=int)
    due_on = DateField("By", [Optional()])


class RefundForm(FlaskForm):
    """Points to give back. The token is made with the form: sent twice, it is one refund."""

    token = HiddenField(validators=TOKEN, default=lambda: secrets.token_urlsafe(12))
    points = IntegerField("Points to give back", [InputRequired("How many?")])
    words = TextAreaField(
        "Why", [InputRequired("Say why: it stays in the books."), Length(max=500)], filters=[clean]
    )
