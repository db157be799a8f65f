"""Redemptions keep what was chosen, as it was then, and when a supplier was last asked after."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NEW = ("title", "kind", "data", "asked_at")


def upgrade() -> None:
    op.add_column("redemptions", sa.Column("title", sa.String(), nullable=False, server_default=""))
    op.add_column("redemptions", sa.Column("kind", sa.String(), nullable=False, server_default="product"))
    op.add_column("redemptions", sa.Column("data", JSON, nullable=False, server_default="{}"))
    op.add_column("redemptions", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    # What was chosen before is taken for what it is called today: nobody wrote down more.
    of = "(SELECT {0} FROM rewards WHERE rewards.id = redemptions.reward_id)"
    op.execute(
        "UPDATE redemptions SET " + ", ".join(f"{name} = {of.format(name)}" for name in ("title", "kind", "data"))
    )
    # Only what is fulfilled outside has a supplier.
    inside = "provider NOT IN ('webhook', 'tremendous')"
    op.execute(f"UPDATE rewards SET supplier_id = NULL WHERE {inside}")
    op.execute(f"UPDATE redemptions SET supplier_id = NULL WHERE {inside} AND attempts = 0")


def downgrade() -> None:
    for name in NEW:
        op.drop_column("redemptions", name)
