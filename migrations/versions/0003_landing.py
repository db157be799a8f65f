"""Landing: pages of advocates, what led somebody here, consents, doubts about credits, introductions."""

import sqlalchemy as sa
from alembic import op

from hub.core.append_only import guard

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "landing_names",
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("shown IN ('full', 'first', 'company')", name=op.f("ck_landing_names_shown")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_landing_names_member_id_members")),
        sa.PrimaryKeyConstraint('member_id', name=op.f("pk_landing_names")),
    )
    op.create_table(
        "touches",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("advocate_id", BIG_ID, nullable=False),
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.Column("click_id", sa.String(), nullable=True),
        sa.Column("clicked_at", INSTANT, nullable=True),
        sa.Column("visited_at", INSTANT, nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("is_credited", sa.Boolean(), nullable=False),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.CheckConstraint('place > 0', name=op.f("ck_touches_place")),
        sa.ForeignKeyConstraint(["advocate_id"], ["members.id"], name=op.f("fk_touches_advocate_id_members")),
        sa.ForeignKeyConstraint(["link_id"], ["personal_links.id"], name=op.f("fk_touches_link_id_personal_links")),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_touches_referral_id_referrals")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_touches")),
        sa.UniqueConstraint('referral_id', 'place', name=op.f("uq_touches_referral_id_place")),
    )
    op.create_index("ix_touches_advocate", "touches", ['advocate_id', 'id'])
    op.create_table(
        "consents",
        sa.Column("referral_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("sealed_token", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("details", sa.String(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("joined_as_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(state IN ('asked', 'told', 'expired')) = (how IS NULL)", name=op.f("ck_consents_answered")),
        sa.CheckConstraint("how IS NULL OR how IN ('link', 'self', 'introduced', 'spoken', 'dealing')", name=op.f("ck_consents_how")),
        sa.CheckConstraint("state IN ('asked', 'told', 'accepted', 'declined', 'erased', 'expired')", name=op.f("ck_consents_state")),
        sa.ForeignKeyConstraint(["joined_as_id"], ["members.id"], name=op.f("fk_consents_joined_as_id_members")),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_consents_referral_id_referrals")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_consents_by_id_members")),
        sa.PrimaryKeyConstraint('referral_id', name=op.f("pk_consents")),
        sa.UniqueConstraint('token_digest', name=op.f("uq_consents_token_digest")),
    )
    op.create_index("ix_consents_due", "consents", ['state', 'expires_at'])
    op.create_index("ix_consents_joined_as_id", "consents", ['joined_as_id'])
    op.create_table(
        "vetting_answers",
        sa.Column("referral_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_vetting_answers_referral_id_referrals")),
        sa.PrimaryKeyConstraint('referral_id', 'key', name=op.f("pk_vetting_answers")),
    )
    op.create_table(
        "left_alone",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('digest', name=op.f("pk_left_alone")),
    )
    op.create_table(
        "disputes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by_id", BIG_ID, nullable=True),
        sa.Column("into_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(state IN ('kept', 'moved')) = (decided_by_id IS NOT NULL)", name=op.f("ck_disputes_decided")),
        sa.CheckConstraint("(state = 'moved') = (into_id IS NOT NULL)", name=op.f("ck_disputes_moved")),
        sa.CheckConstraint("state IN ('open', 'kept', 'moved', 'withdrawn')", name=op.f("ck_disputes_state")),
        sa.ForeignKeyConstraint(["into_id"], ["referrals.id"], name=op.f("fk_disputes_into_id_referrals")),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_disputes_referral_id_referrals")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["members.id"], name=op.f("fk_disputes_decided_by_id_members")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_disputes_by_id_members")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_disputes")),
        sa.UniqueConstraint('referral_id', 'by_id', name=op.f("uq_disputes_referral_id_by_id")),
    )
    op.create_index("ix_disputes_by", "disputes", ['by_id', 'id'])
    op.create_index("ix_disputes_state", "disputes", ['state', 'due_at', 'id'])
    op.create_table(
        "introductions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("once", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('warm_email', 'lunch', 'lead')", name=op.f("ck_introductions_kind")),
        sa.CheckConstraint("state IN ('open', 'arrived', 'closed')", name=op.f("ck_introductions_state")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_introductions_programme_id_programmes")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_introductions_member_id_members")),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_introductions_owner_id_members")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_introductions")),
        sa.UniqueConstraint('once', name=op.f("uq_introductions_once")),
        sa.UniqueConstraint('code', name=op.f("uq_introductions_code")),
    )
    op.create_index("ix_introductions_member", "introductions", ['member_id', 'id'])
    op.create_index("ix_introductions_owner", "introductions", ['owner_id', 'state', 'id'])
    op.create_table(
        "introduction_referrals",
        sa.Column("referral_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("introduction_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_introduction_referrals_referral_id_referrals")),
        sa.ForeignKeyConstraint(["introduction_id"], ["introductions.id"], name=op.f("fk_introduction_referrals_introduction_id_introductions")),
        sa.PrimaryKeyConstraint('referral_id', name=op.f("pk_introduction_referrals")),
    )
    op.create_index("ix_introduction_referrals_introduction_id", "introduction_referrals", ['introduction_id'])
    dialect = op.get_bind().dialect.name
    for statement in guard("touches", dialect):
        op.execute(statement.replace("%%", "%"))


def downgrade() -> None:
    op.drop_table("introduction_referrals")
    op.drop_table("introductions")
    op.drop_table("disputes")
    op.drop_table("left_alone")
    op.drop_table("vetting_answers")
    op.drop_table("consents")
    op.drop_table("touches")
    op.drop_table("landing_names")
