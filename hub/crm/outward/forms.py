"""The form for sending referrals to a CRM: what each kind can be told."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import Length, Optional

from hub.crm.forms import tidy
from hub.crm.outward.models import PushTarget

OPTIONS = ("client_id", "pipeline", "stage", "code_field", "source_field", "source")


def _line(label: str, most: int = 200) -> StringField:
    return StringField(label, [Optional(), Length(max=most)], filters=[tidy])


class PushForm(FlaskForm):
    """Fields of all kinds; a page shows those of its own."""

    address = _line("Address", 2000)
    token = PasswordField("Token or secret", [Optional(), Length(max=2000)], filters=[tidy])
    client_id = _line("Consumer key")
    pipeline = _line("Pipeline")
    stage = _line("First stage")
    code_field = _line("Field for our code")
    source_field = _line("Field for the source")
    source = _line("Lead source")

    @classmethod
    def of(cls, target: PushTarget | None) -> "PushForm":
        """The form as it was last saved; a token is never shown again."""
        saved = {"address": target.address, **target.options} if target else {}
        return cls(formdata=None, data=saved)

    def wishes(self, known: set[str]) -> dict[str, str]:
        """The options that this kind knows, as typed."""
        return {name: self[name].data or "" for name in OPTIONS if name in known}

    def refuse(self, field: str, says: str) -> None:
        """Puts a refusal beside the field it is about."""
        name = field if field in self._fields else "address"
        self[name].errors = [f"{says[:1].upper()}{says[1:]}."]
