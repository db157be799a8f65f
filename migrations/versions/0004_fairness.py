"""Addresses confirmed before points are spent; introductions weighed, points that wait for people; promotions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PURPOSES = "purpose IN ('invitation', 'claim', 'reset')"
MORE_PURPOSES = "purpose IN ('invitation', 'claim', 'reset', 'confirmation')"

WAITS = "due_at IS NOT NULL"
ASKED = "state = 'open' OR (appealed_at IS NOT NULL AND answered_at IS NULL)"
REVIEW_RULES = (
    ("cause", "cause IN ('score', 'approval')"),
    ("state", "state IN ('open', 'released', 'refused')"),
    ("ceiling", "ceiling IS NULL OR ceiling BETWEEN 0 AND 1000000"),
    ("two", "second_by_id IS NULL OR (first_by_id IS NOT NULL AND second_by_id <> first_by_id)"),
    ("lifted", "ceiling IS NOT NULL OR (state = 'released' AND second_by_id IS NOT NULL)"),
    ("released", "state <> 'released' OR first_by_id IS NOT NULL"),
    ("refused", "state <> 'refused' OR refused_by_id IS NOT NULL"),
    ("appeal", "answered_by_id IS NULL OR refused_by_id IS NULL OR answered_by_id <> refused_by_id"),
    ("words", "(appeal IS NULL OR appealed_at IS NOT NULL) AND (answer IS NULL OR answered_at IS NOT NULL)"),
)

PROMOTION_RULES = (
    ("kind", "kind IN ('multiplier', 'bonus')"),
    ("state", "state IN ('draft', 'started', 'ended')"),
    ("period", "ends_at > starts_at OR state = 'ended'"),
    ("percent", "kind <> 'multiplier' OR percent BETWEEN 101 AND 1000"),
    ("bonus", "kind <> 'bonus' OR bonus BETWEEN 1 AND 1000000"),
    ("first_each", "first_each IS NULL OR first_each > 0"),
    ("first_all", "first_all IS NULL OR first_all > 0"),
    ("budget", "spent >= 0 AND (budget IS NULL OR spent <= budget)"),
    ("not_backwards", "state = 'draft' OR (started_at IS NOT NULL AND starts_at >= started_at)"),
    ("ended", "state <> 'ended' OR ended_at IS NOT NULL"),
)


def upgrade() -> None:
    op.add_column("members", sa.Column("email_confirmed_at", INSTANT, nullable=True))
    # Until now everybody came by an invitation, by their organisation's sign-in, or was added by the operator.
    op.execute("UPDATE members SET email_confirmed_at = joined_at WHERE email IS NOT NULL AND NOT is_stub")
    _purposes(MORE_PURPOSES)
    op.add_column("programme_versions", sa.Column("extra_terms", JSON, nullable=True))
    _referrals()
    _fairness()
    _promotions()


def _referrals() -> None:
    op.add_column("referrals", sa.Column("score", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("referrals", sa.Column("reasons", JSON, nullable=True))
    op.add_column("referrals", sa.Column("waiting", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("referrals", sa.Column("hold", sa.String(), nullable=True))
    op.add_column("referrals", sa.Column("due_at", INSTANT, nullable=True))
    op.create_index("ix_referrals_due_at", "referrals", ["due_at"], sqlite_where=sa.text(WAITS), postgresql_where=sa.text(WAITS))


def _fairness() -> None:
    op.create_table(
        "fairness_limits",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("second_above", sa.BigInteger(), nullable=True),
        sa.Column("alarm_days", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("weights", JSON, nullable=False),
        sa.Column("bounds", JSON, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_fairness_limits_single")),
        sa.CheckConstraint("threshold BETWEEN 1 AND 200", name=op.f("ck_fairness_limits_threshold")),
        sa.CheckConstraint(
            "second_above IS NULL OR second_above BETWEEN 0 AND 1000000", name=op.f("ck_fairness_limits_second_above")
        ),
        sa.CheckConstraint("alarm_days BETWEEN 1 AND 90", name=op.f("ck_fairness_limits_alarm_days")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_fairness_limits_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_limits")),
    )
    op.create_table(
        "referral_prints",
        sa.Column("referral_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'phone', 'person')", name=op.f("ck_referral_prints_kind")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_prints_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("referral_id", "kind", name=op.f("pk_referral_prints")),
    )
    op.create_index("ix_referral_prints_digest", "referral_prints", ["digest", "referral_id"])
    op.create_table(
        "referral_reviews",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("signals", JSON, nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("first_by_id", BIG_ID, nullable=True),
        sa.Column("first_at", INSTANT, nullable=True),
        sa.Column("second_by_id", BIG_ID, nullable=True),
        sa.Column("second_at", INSTANT, nullable=True),
        sa.Column("refused_by_id", BIG_ID, nullable=True),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("appeal", sa.String(), nullable=True),
        sa.Column("appealed_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by_id", BIG_ID, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_referral_reviews_{name}")) for name, rule in REVIEW_RULES),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_reviews_referral_id_referrals")
        ),
        *(
            sa.ForeignKeyConstraint([who], ["members.id"], name=op.f(f"fk_referral_reviews_{who}_members"))
            for who in ("first_by_id", "second_by_id", "refused_by_id", "answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_reviews")),
        sa.UniqueConstraint("referral_id", "cause", name=op.f("uq_referral_reviews_referral_id_cause")),
    )
    op.create_index(
        "ix_referral_reviews_asked", "referral_reviews", ["opened_at", "id"], sqlite_where=sa.text(ASKED),
        postgresql_where=sa.text(ASKED),
    )
    op.create_index("ix_referral_reviews_first_by_id", "referral_reviews", ["first_by_id"])


def _promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=False),
        sa.Column("rung_key", sa.String(), nullable=True),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("first_each", sa.BigInteger(), nullable=True),
        sa.Column("first_all", sa.BigInteger(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_by_id", BIG_ID, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", BIG_ID, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_promotions_{name}")) for name, rule in PROMOTION_RULES),
        *(
            sa.ForeignKeyConstraint([who], ["members.id"], name=op.f(f"fk_promotions_{who}_members"))
            for who in ("by_id", "started_by_id", "ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
    )
    op.create_index("ix_promotions_subject", "promotions", ["subject", "state"])


def downgrade() -> None:
    for table in ("promotions", "referral_reviews", "referral_prints", "fairness_limits"):
        op.drop_table(table)
    op.drop_index("ix_referrals_due_at", "referrals")
    for name in ("score", "reasons", "waiting", "hold", "due_at"):
        op.drop_column("referrals", name)
    op.drop_column("programme_versions", "extra_terms")
    op.execute("DELETE FROM tickets WHERE purpose = 'confirmation'")
    _purposes(PURPOSES)
    op.drop_column("members", "email_confirmed_at")


def _purposes(condition: str) -> None:
    # Members are named by an index on an expression, which SQLite can’t reflect: nobody asks it to.
    with op.batch_alter_table("tickets", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("ck_tickets_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_tickets_purpose"), condition)
