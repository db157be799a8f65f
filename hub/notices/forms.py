"""What members say about mail."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from hub.members.forms import options
from hub.notices.kinds import Kind
from hub.notices.preferences import Wish

CHANNEL_NAMES = {
    "email": "By e-mail, at once", "digest": "In my digest", "app": "Only in the app", "off": "Not at all",
}  # fmt: skip
DIGEST_NAMES = {"daily": "Every day", "weekly": "Once a week", "off": "Never"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class MailForm(FlaskForm):
    """When mail may come. The channel of each kind is added for whoever fills it in."""

    is_quiet = BooleanField("Keep my quiet hours")
    quiet_from = SelectField("From", choices=options(HOURS), default="21")
    quiet_to = SelectField("To", choices=options(HOURS), default="7")
    digest = SelectField("Digest", choices=options(DIGEST_NAMES.items()), default="daily")
    digest_hour = SelectField("At", choices=options(HOURS), default="8")
    digest_weekday = SelectField(
        "On", choices=options((str(day), name) for day, name in enumerate(WEEKDAYS)), default="0"
    )

    @property
    def wish(self) -> Wish:
        """When this member wants mail."""
        quiet = (int(self.quiet_from.data), int(self.quiet_to.data)) if self.is_quiet.data else (None, None)
        return Wish(
            quiet_from=quiet[0], quiet_to=quiet[1], digest=self.digest.data, digest_hour=int(self.digest_hour.data),
            digest_weekday=int(self.digest_weekday.data),
        )  # fmt: skip

    def channels(self, kinds: Sequence[Kind]) -> dict[str, str]:
        """The channel chosen for each kind."""
        return {kind.name: self[_name(kind)].data for kind in kinds}

    def field_of(self, kind: Kind) -> Any:
        """The field of one kind, for the template."""
        return self[_name(kind)]


def mail_form(kinds: Sequence[Kind], *, chosen: Mapping[str, str], wish: Wish) -> MailForm:
    """The form of one member, as things are for them now."""
    fields = {
        _name(kind): SelectField(
            kind.topic, choices=options(CHANNEL_NAMES.items()), default=chosen[kind.name]
        )
        for kind in kinds
    }
    made: type[MailForm] = type("OwnMailForm", (MailForm,), fields)
    return made(
        is_quiet=wish.quiet_from is not None,
        quiet_from=str(21 if wish.quiet_from is None else wish.quiet_from),
        quiet_to=str(7 if wish.quiet_to is None else wish.quiet_to), digest=wish.digest,
        digest_hour=str(wish.digest_hour), digest_weekday=str(wish.digest_weekday),
    )  # fmt: skip


def _name(kind: Kind) -> str:
    return "on_" + kind.name.replace(".", "__")
