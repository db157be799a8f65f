"""What happened to one person and what they did: facts hold ids and codes, so they stay when the person goes."""

from sqlalchemy import or_

from hub.activity.models import Fact
from hub.core import registry
from hub.core.personal import told


@registry.export("activity")
def tell(member_id: int) -> registry.Told:
    """Every fact about them or by them."""
    yield told(Fact, or_(Fact.by_id == member_id, Fact.subject == f"member:{member_id}"))
