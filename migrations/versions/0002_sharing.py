"""Sharing: personal links."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANNELS = "'linkedin', 'x', 'facebook', 'whatsapp', 'email', 'copy', 'qr', 'embed', 'landing'"


def upgrade() -> None:
    op.create_table(
        "personal_links",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=True),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_personal_links_channel")),
        sa.CheckConstraint("code <> alias", name=op.f("ck_personal_links_two_names")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_personal_links_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_links")),
        sa.UniqueConstraint("code", name=op.f("uq_personal_links_code")),
        sa.UniqueConstraint("alias", name=op.f("uq_personal_links_alias")),
        sa.UniqueConstraint(
            "member_id", "target", "channel", name=op.f("uq_personal_links_member_id_target_channel")
        ),
    )
    with op.batch_alter_table("personal_links", schema=None) as batch_op:
        batch_op.create_index("ix_personal_links_target", ["target", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("personal_links")
