"""A review keeps the limit of one person it was opened under; what rests in another referral waits for nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("referral_reviews", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("alone", sa.BigInteger(), server_default="5000", nullable=False))
    op.execute(
        "UPDATE referral_reviews SET alone = (SELECT COALESCE(second_above, 1000000) FROM fairness_limits) "
        "WHERE EXISTS (SELECT 1 FROM fairness_limits)"
    )
    op.execute(
        "UPDATE referrals SET waiting = 0, hold = NULL, due_at = NULL "
        "WHERE merged_into_id IS NOT NULL AND (waiting <> 0 OR hold IS NOT NULL)"
    )


def downgrade() -> None:
    with op.batch_alter_table("referral_reviews", recreate="never") as batch_op:
        batch_op.drop_column("alone")
