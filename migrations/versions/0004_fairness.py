"""Addresses confirmed before points are spent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
PURPOSES = "purpose IN ('invitation', 'claim', 'reset')"
MORE_PURPOSES = "purpose IN ('invitation', 'claim', 'reset', 'confirmation')"


def upgrade() -> None:
    op.add_column("members", sa.Column("email_confirmed_at", INSTANT, nullable=True))
    # Until now everybody came by an invitation, by their organisation's sign-in, or was added by the operator.
    op.execute("UPDATE members SET email_confirmed_at = joined_at WHERE email IS NOT NULL AND NOT is_stub")
    _purposes(MORE_PURPOSES)


def downgrade() -> None:
    op.execute("DELETE FROM tickets WHERE purpose = 'confirmation'")
    _purposes(PURPOSES)
    op.drop_column("members", "email_confirmed_at")


def _purposes(condition: str) -> None:
    with op.batch_alter_table("tickets") as table:
        table.drop_constraint(op.f("ck_tickets_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_tickets_purpose"), condition)
