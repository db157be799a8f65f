"""A certificate holds numbers only; it stays, and says “A former member”."""

from challenges.certificates.models import Certificate
from hub.core import registry
from hub.core.personal import told


@registry.export("certificates")
def tell(member_id: int) -> registry.Told:
    """Their certificates."""
    yield told(Certificate, Certificate.member_id == member_id)
