"""Rewards: a catalogue, redemptions, codes, suppliers, plans, payouts, refunds, limits on gifts; a reason for points that lapse."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LAPSE = "lapse"


def upgrade() -> None:
    reasons(lambda known: [*known, LAPSE])
    op.create_table(
        "gift_limits",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("member_type", sa.String(), nullable=False),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("amount_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("action IN ('hold', 'donate')", name=op.f("ck_gift_limits_action")),
        sa.CheckConstraint("country = '*' OR length(country) = 2", name=op.f("ck_gift_limits_country")),
        sa.CheckConstraint("span IN ('each', 'year')", name=op.f("ck_gift_limits_span")),
        sa.CheckConstraint("amount_hundredths >= 0", name=op.f("ck_gift_limits_amount")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_gift_limits_dates")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_gift_limits_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_limits")),
    )
    with op.batch_alter_table("gift_limits", schema=None) as batch_op:
        batch_op.create_index("ix_gift_limits_country", ["country", "from_on"], unique=False)

    op.create_table(
        "reward_profiles",
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("takes_no_gifts", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name=op.f("ck_reward_profiles_country")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reward_profiles_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_reward_profiles")),
    )
    op.create_table(
        "reward_rules",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("approve_above", sa.BigInteger(), nullable=False),
        sa.Column("two_above", sa.BigInteger(), nullable=False),
        sa.Column("per_thousand_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("age_days", sa.BigInteger(), nullable=False),
        sa.Column("lapse_months", sa.BigInteger(), nullable=True),
        sa.Column("warn_days", sa.BigInteger(), nullable=False),
        sa.Column("lapse_from_on", sa.Date(), nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.CheckConstraint("age_days > 0", name=op.f("ck_reward_rules_age")),
        sa.CheckConstraint("approve_above >= 0 AND two_above >= 0", name=op.f("ck_reward_rules_above")),
        sa.CheckConstraint("id = 1", name=op.f("ck_reward_rules_single")),
        sa.CheckConstraint(
            "lapse_months IS NULL OR lapse_from_on IS NOT NULL", name=op.f("ck_reward_rules_begun")
        ),
        sa.CheckConstraint(
            "lapse_months IS NULL OR lapse_months BETWEEN 3 AND 120", name=op.f("ck_reward_rules_lapse")
        ),
        sa.CheckConstraint("per_thousand_hundredths >= 0", name=op.f("ck_reward_rules_worth")),
        sa.CheckConstraint("warn_days BETWEEN 14 AND 365", name=op.f("ck_reward_rules_warn")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_reward_rules_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_rules")),
    )
    op.create_table(
        "suppliers",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('webhook', 'tremendous')", name=op.f("ck_suppliers_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_suppliers_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
        sa.UniqueConstraint("name", name=op.f("uq_suppliers_name")),
    )
    op.create_table(
        "rewards",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("cost_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("stocked", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("low_at", sa.BigInteger(), nullable=False),
        sa.Column("limit_count", sa.BigInteger(), nullable=True),
        sa.Column("limit_period", sa.String(), nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("options", JSON, nullable=False),
        sa.Column("needs_address", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("image_id", BIG_ID, nullable=True),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("hue", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("supplier_id", BIG_ID, nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("due_days", sa.BigInteger(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('product', 'gift', 'donation', 'experience', 'coupon', 'funds')",
            name=op.f("ck_rewards_kind"),
        ),
        sa.CheckConstraint(
            "limit_period IN ('ever', 'year', 'quarter', 'month')", name=op.f("ck_rewards_limit_period")
        ),
        sa.CheckConstraint(
            "provider IN ('manual', 'codes', 'webhook', 'tremendous', 'commission')",
            name=op.f("ck_rewards_provider"),
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'archived')", name=op.f("ck_rewards_state")),
        sa.CheckConstraint("(stock IS NULL) = (stocked IS NULL)", name=op.f("ck_rewards_stocked")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_rewards_window")),
        sa.CheckConstraint("cost_hundredths >= 0", name=op.f("ck_rewards_cost")),
        sa.CheckConstraint(
            "limit_count IS NULL OR limit_count BETWEEN 1 AND 1000", name=op.f("ck_rewards_limit_count")
        ),
        sa.CheckConstraint("price BETWEEN 0 AND 1000000", name=op.f("ck_rewards_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_rewards_stock")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_rewards_taken")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_rewards_by_id_members")),
        sa.ForeignKeyConstraint(["image_id"], ["uploads.id"], name=op.f("fk_rewards_image_id_uploads")),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_rewards_owner_id_members")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_rewards_segment_id_segments")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_rewards_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint("slug", name=op.f("uq_rewards_slug")),
    )
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.create_index("ix_rewards_state", ["state", "price", "id"], unique=False)

    op.create_table(
        "lapses",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("warned_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("entry_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(state = 'booked') = (entry_id IS NOT NULL)", name=op.f("ck_lapses_entry")),
        sa.CheckConstraint("(state = 'warned') = (ended_at IS NULL)", name=op.f("ck_lapses_ended")),
        sa.CheckConstraint("state IN ('warned', 'spared', 'booked')", name=op.f("ck_lapses_state")),
        sa.CheckConstraint("points > 0", name=op.f("ck_lapses_points")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_lapses_account_id_accounts")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_lapses_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapses")),
        sa.UniqueConstraint("account_id", "due_on", name=op.f("uq_lapses_account_id_due_on")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_lapses_entry_id")),
    )
    with op.batch_alter_table("lapses", schema=None) as batch_op:
        batch_op.create_index("ix_lapses_state", ["state", "due_on"], unique=False)

    op.create_table(
        "redemptions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("reward_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("cost_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("counted_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("options", JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("supplier_id", BIG_ID, nullable=True),
        sa.Column("limit_period", sa.String(), nullable=True),
        sa.Column("limit_place", sa.BigInteger(), nullable=True),
        sa.Column("hold_id", BIG_ID, nullable=True),
        sa.Column("referral_id", BIG_ID, nullable=True),
        sa.Column("approved_by_id", BIG_ID, nullable=True),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("taken_until", INSTANT, nullable=True),
        sa.Column("outside_id", sa.String(), nullable=True),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("tracking_url", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("unknown_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)", name=op.f("ck_redemptions_delivered")
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'cancelled')) = (ended_at IS NOT NULL)", name=op.f("ck_redemptions_ended")
        ),
        sa.CheckConstraint(
            "provider IN ('manual', 'codes', 'webhook', 'tremendous', 'commission')",
            name=op.f("ck_redemptions_provider"),
        ),
        sa.CheckConstraint(
            "state <> 'unknown' OR unknown_at IS NOT NULL", name=op.f("ck_redemptions_unknown")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'approved', 'sending', 'unknown', 'sent', 'delivered', 'refused', 'cancelled')",
            name=op.f("ck_redemptions_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name=op.f("ck_redemptions_sent")
        ),
        sa.CheckConstraint("cost_hundredths >= 0", name=op.f("ck_redemptions_cost")),
        sa.CheckConstraint("limit_place > 0", name=op.f("ck_redemptions_place")),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_redemptions_points")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_redemptions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["members.id"], name=op.f("fk_redemptions_approved_by_id_members")
        ),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_redemptions_hold_id_holds")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_redemptions_member_id_members")),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_redemptions_owner_id_members")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_redemptions_referral_id_referrals")
        ),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name=op.f("fk_redemptions_reward_id_rewards")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_redemptions_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_redemptions_hold_id")),
        sa.UniqueConstraint("key", name=op.f("uq_redemptions_key")),
        sa.UniqueConstraint(
            "reward_id",
            "member_id",
            "limit_period",
            "limit_place",
            name=op.f("uq_redemptions_reward_id_member_id_limit_period_limit_place"),
        ),
    )
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.create_index("ix_redemptions_member", ["member_id", "id"], unique=False)
        batch_op.create_index(
            "ix_redemptions_open",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'held', 'approved', 'sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('waiting', 'held', 'approved', 'sending', 'unknown')"),
        )
        batch_op.create_index("ix_redemptions_referral_id", ["referral_id"], unique=False)
        batch_op.create_index("ix_redemptions_reward", ["reward_id", "state"], unique=False)
        batch_op.create_index("ix_redemptions_sent_at", ["sent_at"], unique=False)
        batch_op.create_index("ix_redemptions_state", ["state", "id"], unique=False)

    op.create_table(
        "reward_plans",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("for_key", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reward_id", BIG_ID, nullable=True),
        sa.Column("percent_bp", sa.BigInteger(), nullable=True),
        sa.Column("seat_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("years", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("member_percent", sa.BigInteger(), nullable=False),
        sa.Column("due_days", sa.BigInteger(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("payee IN ('member', 'company', 'split')", name=op.f("ck_reward_plans_payee")),
        sa.CheckConstraint("due_days BETWEEN 1 AND 365", name=op.f("ck_reward_plans_due")),
        sa.CheckConstraint("member_percent BETWEEN 0 AND 100", name=op.f("ck_reward_plans_share")),
        sa.CheckConstraint(
            "percent_bp IS NULL OR percent_bp BETWEEN 1 AND 10000", name=op.f("ck_reward_plans_percent")
        ),
        sa.CheckConstraint(
            "percent_bp IS NULL OR seat_hundredths IS NULL", name=op.f("ck_reward_plans_one_way")
        ),
        sa.CheckConstraint(
            "seat_hundredths IS NULL OR seat_hundredths > 0", name=op.f("ck_reward_plans_seat")
        ),
        sa.CheckConstraint("years BETWEEN 1 AND 20", name=op.f("ck_reward_plans_years")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_reward_plans_by_id_members")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reward_plans_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_reward_plans_programme_id_programmes")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_reward_plans_reward_id_rewards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_plans")),
        sa.UniqueConstraint("programme_id", "for_key", name=op.f("uq_reward_plans_programme_id_for_key")),
    )
    op.create_table(
        "reward_wishes",
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("reward_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reward_wishes_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_reward_wishes_reward_id_rewards")
        ),
        sa.PrimaryKeyConstraint("member_id", "reward_id", name=op.f("pk_reward_wishes")),
    )
    with op.batch_alter_table("reward_wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_wishes_reward_id"), ["reward_id"], unique=False)

    op.create_table(
        "gifts_given",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("redemption_id", BIG_ID, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('lead', 'intro', 'stage', 'access', 'content', 'reward')",
            name=op.f("ck_gifts_given_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_gifts_given_by_id_members")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_gifts_given_member_id_members")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_gifts_given_redemption_id_redemptions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gifts_given")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_gifts_given_redemption_id")),
    )
    with op.batch_alter_table("gifts_given", schema=None) as batch_op:
        batch_op.create_index("ix_gifts_given_member", ["member_id", "given_at"], unique=False)

    op.create_table(
        "payouts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=True),
        sa.Column("redemption_id", BIG_ID, nullable=True),
        sa.Column("plan_id", BIG_ID, nullable=True),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("company_id", BIG_ID, nullable=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("base_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("percent_bp", sa.BigInteger(), nullable=True),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        sa.Column("seat_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("share_percent", sa.BigInteger(), nullable=False),
        sa.Column("amount_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("rewarded_at", INSTANT, nullable=True),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_payouts_paid")),
        sa.CheckConstraint("kind IN ('percent', 'seats', 'flat')", name=op.f("ck_payouts_kind")),
        sa.CheckConstraint("state IN ('closed', 'rewarded', 'paid', 'void')", name=op.f("ck_payouts_state")),
        sa.CheckConstraint(
            "state NOT IN ('rewarded', 'paid') OR (rewarded_at IS NOT NULL AND amount_hundredths IS NOT NULL)",
            name=op.f("ck_payouts_rewarded"),
        ),
        sa.CheckConstraint("(member_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_payouts_one_holder")),
        sa.CheckConstraint(
            "(referral_id IS NULL) <> (redemption_id IS NULL)", name=op.f("ck_payouts_one_cause")
        ),
        sa.CheckConstraint(
            "amount_hundredths IS NULL OR amount_hundredths >= 0", name=op.f("ck_payouts_amount")
        ),
        sa.CheckConstraint("year > 0 AND share_percent BETWEEN 0 AND 100", name=op.f("ck_payouts_share")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_payouts_by_id_members")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_payouts_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_payouts_member_id_members")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["reward_plans.id"], name=op.f("fk_payouts_plan_id_reward_plans")
        ),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_payouts_redemption_id_redemptions")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_payouts_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_payouts_redemption_id")),
        sa.UniqueConstraint("referral_id", "year", "holder", name=op.f("uq_payouts_referral_id_year_holder")),
    )
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.create_index("ix_payouts_member_id", ["member_id"], unique=False)
        batch_op.create_index("ix_payouts_referral", ["referral_id", "id"], unique=False)
        batch_op.create_index("ix_payouts_state", ["state", "due_on", "id"], unique=False)

    op.create_table(
        "redemption_addresses",
        sa.Column("redemption_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"],
            ["redemptions.id"],
            name=op.f("fk_redemption_addresses_redemption_id_redemptions"),
        ),
        sa.PrimaryKeyConstraint("redemption_id", name=op.f("pk_redemption_addresses")),
    )
    op.create_table(
        "redemption_notes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("redemption_id", BIG_ID, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_redemption_notes_by_id_members")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_redemption_notes_redemption_id_redemptions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption_notes")),
    )
    with op.batch_alter_table("redemption_notes", schema=None) as batch_op:
        batch_op.create_index("ix_redemption_notes_redemption", ["redemption_id", "id"], unique=False)

    op.create_table(
        "refunds",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("redemption_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("second_by_id", BIG_ID, nullable=True),
        sa.Column("entry_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'booked') = (entry_id IS NOT NULL)", name=op.f("ck_refunds_entry")),
        sa.CheckConstraint(
            "state <> 'booked' OR NOT needs_second OR second_by_id IS NOT NULL",
            name=op.f("ck_refunds_second"),
        ),
        sa.CheckConstraint("state IN ('asked', 'booked', 'refused')", name=op.f("ck_refunds_state")),
        sa.CheckConstraint("length(words) > 0 OR erased_at IS NOT NULL", name=op.f("ck_refunds_words")),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000", name=op.f("ck_refunds_points")),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> by_id", name=op.f("ck_refunds_another")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_refunds_by_id_members")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_refunds_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_refunds_redemption_id_redemptions")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["members.id"], name=op.f("fk_refunds_second_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_refunds_entry_id")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index("ix_refunds_redemption", ["redemption_id", "id"], unique=False)
        batch_op.create_index("ix_refunds_state", ["state", "id"], unique=False)

    op.create_table(
        "reward_codes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("reward_id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("redemption_id", BIG_ID, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_reward_codes_by_id_members")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_reward_codes_redemption_id_redemptions")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_reward_codes_reward_id_rewards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_codes")),
        sa.UniqueConstraint("mark", name=op.f("uq_reward_codes_mark")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_reward_codes_redemption_id")),
    )
    with op.batch_alter_table("reward_codes", schema=None) as batch_op:
        batch_op.create_index("ix_reward_codes_free", ["reward_id", "redemption_id", "id"], unique=False)

    op.create_table(
        "reward_decisions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("redemption_id", BIG_ID, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("reached_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("outcome IN ('given', 'owed', 'none')", name=op.f("ck_reward_decisions_outcome")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_reward_decisions_by_id_members")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["reward_plans.id"], name=op.f("fk_reward_decisions_plan_id_reward_plans")
        ),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_reward_decisions_redemption_id_redemptions")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_reward_decisions_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_decisions")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_reward_decisions_redemption_id")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_reward_decisions_referral_id")),
    )
    with op.batch_alter_table("reward_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_reward_decisions_outcome", ["outcome", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("reward_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_reward_decisions_outcome")

    op.drop_table("reward_decisions")
    with op.batch_alter_table("reward_codes", schema=None) as batch_op:
        batch_op.drop_index("ix_reward_codes_free")

    op.drop_table("reward_codes")
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_index("ix_refunds_state")
        batch_op.drop_index("ix_refunds_redemption")

    op.drop_table("refunds")
    with op.batch_alter_table("redemption_notes", schema=None) as batch_op:
        batch_op.drop_index("ix_redemption_notes_redemption")

    op.drop_table("redemption_notes")
    op.drop_table("redemption_addresses")
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.drop_index("ix_payouts_state")
        batch_op.drop_index("ix_payouts_referral")
        batch_op.drop_index("ix_payouts_member_id")

    op.drop_table("payouts")
    with op.batch_alter_table("gifts_given", schema=None) as batch_op:
        batch_op.drop_index("ix_gifts_given_member")

    op.drop_table("gifts_given")
    with op.batch_alter_table("reward_wishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_wishes_reward_id"))

    op.drop_table("reward_wishes")
    op.drop_table("reward_plans")
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.drop_index("ix_redemptions_state")
        batch_op.drop_index("ix_redemptions_sent_at")
        batch_op.drop_index("ix_redemptions_reward")
        batch_op.drop_index("ix_redemptions_referral_id")
        batch_op.drop_index(
            "ix_redemptions_open",
            sqlite_where=sa.text("state IN ('waiting', 'held', 'approved', 'sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('waiting', 'held', 'approved', 'sending', 'unknown')"),
        )
        batch_op.drop_index("ix_redemptions_member")

    op.drop_table("redemptions")
    with op.batch_alter_table("lapses", schema=None) as batch_op:
        batch_op.drop_index("ix_lapses_state")

    op.drop_table("lapses")
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.drop_index("ix_rewards_state")

    op.drop_table("rewards")
    op.drop_table("suppliers")
    op.drop_table("reward_rules")
    op.drop_table("reward_profiles")
    with op.batch_alter_table("gift_limits", schema=None) as batch_op:
        batch_op.drop_index("ix_gift_limits_country")

    op.drop_table("gift_limits")
    reasons(lambda known: [name for name in known if name != LAPSE])


def reasons(change):
    """Widens or narrows what an entry may be for, from whatever it is now: entries are append-only, so the table itself is
    not made anew. SQLite keeps a CHECK as text, and says how it may be changed where no row is touched by it."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        said = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'entries'"))
        old = re.search(r"reason IN \(([^)]*)\)", said)
        new = f"reason IN ({', '.join(repr(name) for name in change(re.findall(r'[a-z_]+', old[1])))})"
        bind.exec_driver_sql("PRAGMA writable_schema = ON")
        bind.execute(
            sa.text("UPDATE sqlite_master SET sql = :said WHERE type = 'table' AND name = 'entries'"),
            {"said": said.replace(old[0], new)},
        )
        bind.exec_driver_sql("PRAGMA writable_schema = RESET")
        return
    known = bind.scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_entries_reason'")
    )
    names = change(re.findall(r"'([a-z_]+)'", known))
    op.drop_constraint(op.f("ck_entries_reason"), "entries", type_="check")
    op.create_check_constraint(
        op.f("ck_entries_reason"), "entries", f"reason IN ({', '.join(repr(name) for name in names)})"
    )
