"""The house as it opened: every table, and the triggers that keep what happened from being edited."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.core.append_only import guard

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = (
    "awards",
    "clawbacks",
    "decisions",
    "deliveries",
    "entries",
    "facts",
    "levels_reached",
    "programme_versions",
    "stage_events",
    "standings",
)
# Two tables that name each other: on PostgreSQL the second key is added afterwards.
CIRCULAR = (
    ("fk_companies_owner_id_members", "companies", "members", "owner_id"),
    ("fk_programmes_version_id_programme_versions", "programmes", "programme_versions", "version_id"),
    ("fk_submissions_decision_id_decisions", "submissions", "decisions", "decision_id"),
)


def upgrade() -> None:
    op.create_table(
        "ask_cadence",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("per_days", sa.BigInteger(), nullable=False),
        sa.Column("remind_days", sa.BigInteger(), nullable=False),
        sa.Column("reminders", sa.BigInteger(), nullable=False),
        sa.Column("least_done", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ask_cadence_single")),
        sa.CheckConstraint(
            "most > 0 AND per_days > 0 AND remind_days > 0", name=op.f("ck_ask_cadence_positive")
        ),
        sa.CheckConstraint("reminders >= 0 AND least_done >= 0", name=op.f("ck_ask_cadence_least")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_cadence")),
    )
    op.create_table(
        "badge_rounds",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("after_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_badge_rounds")),
    )
    op.create_table(
        "companies",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_companies_owner_id_members"), use_alter=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("key", name=op.f("uq_companies_key")),
    )
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_companies_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_companies_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "connections",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('generic', 'hubspot', 'salesforce', 'pipedrive')", name=op.f("ck_connections_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connections")),
        sa.UniqueConstraint("name", name=op.f("uq_connections_name")),
    )
    op.create_table(
        "delivery_bodies",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("redacted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_bodies")),
    )
    with op.batch_alter_table("delivery_bodies", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_bodies_received_at", ["received_at"], unique=False)

    op.create_table(
        "ended_sessions",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ended_sessions")),
    )
    with op.batch_alter_table("ended_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ended_sessions_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "facts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_facts_kind", ["kind", "id"], unique=False)
        batch_op.create_index("ix_facts_subject", ["subject", "id"], unique=False)

    op.create_table(
        "hubs",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tagline", sa.String(), nullable=False),
        sa.Column("brand_hue", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("has_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("brand_hue >= 0 AND brand_hue < 360", name=op.f("ck_hubs_hue")),
        sa.CheckConstraint("id = 1", name=op.f("ck_hubs_one_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hubs")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "levels",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("metal", sa.BigInteger(), nullable=False),
        sa.Column("perks", sa.String(), nullable=False),
        sa.CheckConstraint("floor >= 0", name=op.f("ck_levels_floor")),
        sa.CheckConstraint("metal BETWEEN 1 AND 6", name=op.f("ck_levels_metal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_levels")),
        sa.UniqueConstraint("floor", name=op.f("uq_levels_floor")),
    )
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column(
            "args",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("parked_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("queue IN ('books', 'post')", name=op.f("ck_messages_queue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_messages_key")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_done_at", ["done_at"], unique=False)
        batch_op.create_index(
            "ix_messages_open",
            ["queue", "due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.create_index(
            "ix_messages_parked",
            ["queue"],
            unique=False,
            sqlite_where=sa.text("parked_at IS NOT NULL"),
            postgresql_where=sa.text("parked_at IS NOT NULL"),
        )

    op.create_table(
        "programmes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'active', 'ended')", name=op.f("ck_programmes_state")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["programme_versions.id"],
            name=op.f("fk_programmes_version_id_programme_versions"),
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("slug", name=op.f("uq_programmes_slug")),
    )
    op.create_table(
        "runs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_runs")),
    )
    op.create_table(
        "saved_reasons",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint("verdict IN ('sent_back', 'refused')", name=op.f("ck_saved_reasons_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reasons")),
        sa.UniqueConstraint("code", name=op.f("uq_saved_reasons_code")),
    )
    op.create_table(
        "threads",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("post_count", sa.BigInteger(), nullable=False),
        sa.Column("latest_at", INSTANT, nullable=True),
        sa.Column("locked_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("post_count >= 0", name=op.f("ck_threads_post_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("subject", name=op.f("uq_threads_subject")),
    )
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.create_index(
            "ix_threads_topics",
            ["latest_at", "id"],
            unique=False,
            sqlite_where=sa.text("substr(subject, 1, 6) = 'topic:'"),
            postgresql_where=sa.text("substr(subject, 1, 6) = 'topic:'"),
        )

    op.create_table(
        "uploads",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("purpose IN ('evidence', 'picture')", name=op.f("ck_uploads_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("name", name=op.f("uq_uploads_name")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_digest"), ["digest"], unique=False)
        batch_op.create_index("ix_uploads_member", ["member_id", "id"], unique=False)

    op.create_table(
        "connection_secrets",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("connection_id", BIG_ID, nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_connection_secrets_connection_id_connections"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_secrets")),
    )
    with op.batch_alter_table("connection_secrets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_connection_secrets_connection_id"), ["connection_id"], unique=False
        )

    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("connection_id", BIG_ID, nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body_id", BIG_ID, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["delivery_bodies.id"], name=op.f("fk_deliveries_body_id_delivery_bodies")
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_deliveries_connection_id_connections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("connection_id", "event_key", name=op.f("uq_deliveries_connection_id_event_key")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_message", ["connection_id", "message_id"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("company_id", BIG_ID, nullable=True),
        sa.Column(
            "roles_held",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("is_stub", sa.Boolean(), nullable=False),
        sa.Column("stub_key", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("session_epoch", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("pseudonym", sa.String(), nullable=True),
        sa.Column("is_opted_out", sa.Boolean(), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("type IN ('customer', 'partner', 'employee')", name=op.f("ck_members_type")),
        sa.CheckConstraint(
            "is_stub OR email IS NOT NULL OR erased_at IS NOT NULL", name=op.f("ck_members_reachable")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_members_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("stub_key", name=op.f("uq_members_stub_key")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index("ix_members_company_id", ["company_id"], unique=False)
        batch_op.create_index("ix_members_name", [sa.literal_column("lower(name)"), "id"], unique=False)
        batch_op.create_index("ux_members_email", [sa.literal_column("lower(email)")], unique=True)
        batch_op.create_index("ux_members_handle", [sa.literal_column("lower(handle)")], unique=True)

    op.create_table(
        "accounts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("company_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(member_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_accounts_one_holder")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_accounts_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_accounts_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("company_id", name=op.f("uq_accounts_company_id")),
        sa.UniqueConstraint("member_id", name=op.f("uq_accounts_member_id")),
    )
    op.create_table(
        "badges",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("hue", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("season", sa.String(), nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "shape IN ('shield', 'hex', 'star', 'flower', 'ribbon', 'gem')", name=op.f("ck_badges_shape")
        ),
        sa.CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name=op.f("ck_badges_published")),
        sa.CheckConstraint("state IN ('draft', 'live', 'retired')", name=op.f("ck_badges_state")),
        sa.CheckConstraint("hue BETWEEN 0 AND 11", name=op.f("ck_badges_hue")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_badges_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
        sa.UniqueConstraint("slug", name=op.f("uq_badges_slug")),
    )
    with op.batch_alter_table("badges", schema=None) as batch_op:
        batch_op.create_index("ix_badges_state", ["state", "id"], unique=False)

    op.create_table(
        "connection_pushes",
        sa.Column("connection_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column(
            "options",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_connection_pushes_by_id_members")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_connection_pushes_connection_id_connections")
        ),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_connection_pushes")),
    )
    op.create_table(
        "honours",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'announced', 'declined', 'withdrawn')", name=op.f("ck_honours_state")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_honours_by_id_members")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_honours_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honours")),
        sa.UniqueConstraint("month", name=op.f("uq_honours_month")),
    )
    with op.batch_alter_table("honours", schema=None) as batch_op:
        batch_op.create_index("ix_honours_member", ["member_id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_identities_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ux_identities_issuer", ["issuer", "subject"], unique=True)

    op.create_table(
        "levels_reached",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("level_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["level_id"], ["levels.id"], name=op.f("fk_levels_reached_level_id_levels")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_levels_reached_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_levels_reached")),
        sa.UniqueConstraint("member_id", "level_id", name=op.f("uq_levels_reached_member_id_level_id")),
    )
    with op.batch_alter_table("levels_reached", schema=None) as batch_op:
        batch_op.create_index("ix_levels_reached_level_id", ["level_id"], unique=False)

    op.create_table(
        "member_tags",
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_tags_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", "tag", name=op.f("pk_member_tags")),
    )
    with op.batch_alter_table("member_tags", schema=None) as batch_op:
        batch_op.create_index("ix_member_tags_tag", ["tag", "member_id"], unique=False)

    op.create_table(
        "notice_preferences",
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'digest', 'app', 'off')", name=op.f("ck_notice_preferences_channel")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notice_preferences_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "notice_rhythms",
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("quiet_from", sa.BigInteger(), nullable=True),
        sa.Column("quiet_to", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("digest_hour", sa.BigInteger(), nullable=False),
        sa.Column("digest_weekday", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("digest IN ('daily', 'weekly', 'off')", name=op.f("ck_notice_rhythms_digest")),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name=op.f("ck_notice_rhythms_quiet")),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_notice_rhythms_digest_hour")),
        sa.CheckConstraint("digest_weekday BETWEEN 0 AND 6", name=op.f("ck_notice_rhythms_digest_weekday")),
        sa.CheckConstraint(
            "quiet_from IS NULL OR quiet_from BETWEEN 0 AND 23", name=op.f("ck_notice_rhythms_quiet_from")
        ),
        sa.CheckConstraint(
            "quiet_to IS NULL OR quiet_to BETWEEN 0 AND 23", name=op.f("ck_notice_rhythms_quiet_to")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notice_rhythms_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_notice_rhythms")),
    )
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_notices_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_member", ["member_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notices_unread",
            ["member_id", "id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "posts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("thread_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("reply_to_id", BIG_ID, nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("hidden_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_posts_by_id_members")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["posts.id"], name=op.f("fk_posts_reply_to_id_posts")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_posts_thread_id_threads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_by", ["by_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_posts_hidden",
            ["hidden_at"],
            unique=False,
            sqlite_where=sa.text("hidden_at IS NOT NULL"),
            postgresql_where=sa.text("hidden_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_posts_reply_to_id"), ["reply_to_id"], unique=False)
        batch_op.create_index("ix_posts_thread", ["thread_id", "id"], unique=False)

    op.create_table(
        "programme_versions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "audience",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "rungs",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("clawback", sa.String(), nullable=False),
        sa.Column("daily_cap", sa.BigInteger(), nullable=True),
        sa.Column("hold_submission", sa.Boolean(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("member_percent", sa.BigInteger(), nullable=False),
        sa.Column("default_owner_id", BIG_ID, nullable=True),
        sa.Column(
            "page",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "clawback IN ('never', 'unspent', 'always')", name=op.f("ck_programme_versions_clawback")
        ),
        sa.CheckConstraint(
            "payee IN ('member', 'company', 'split')", name=op.f("ck_programme_versions_payee")
        ),
        sa.CheckConstraint(
            "daily_cap IS NULL OR daily_cap > 0", name=op.f("ck_programme_versions_daily_cap")
        ),
        sa.CheckConstraint(
            "member_percent BETWEEN 0 AND 100", name=op.f("ck_programme_versions_member_percent")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_programme_versions_by_id_members")),
        sa.ForeignKeyConstraint(
            ["default_owner_id"], ["members.id"], name=op.f("fk_programme_versions_default_owner_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_programme_versions_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_versions")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_programme_versions_programme_id_number")),
    )
    op.create_table(
        "pulses",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.CheckConstraint("side IN ('advocate', 'rep')", name=op.f("ck_pulses_side")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_pulses_score")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_pulses_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulses")),
        sa.UniqueConstraint("member_id", "quarter", name=op.f("uq_pulses_member_id_quarter")),
    )
    with op.batch_alter_table("pulses", schema=None) as batch_op:
        batch_op.create_index("ix_pulses_quarter", ["quarter", "side", "score"], unique=False)

    op.create_table(
        "put_offs",
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("until_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_put_offs_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", "thing", name=op.f("pk_put_offs")),
    )
    op.create_table(
        "recoveries",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by_id", BIG_ID, nullable=True),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_recoveries_state")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["members.id"], name=op.f("fk_recoveries_done_by_id_members")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_recoveries_member_id_members")),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_recoveries_owner_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("subject", name=op.f("uq_recoveries_subject")),
    )
    with op.batch_alter_table("recoveries", schema=None) as batch_op:
        batch_op.create_index("ix_recoveries_member", ["member_id", "state"], unique=False)
        batch_op.create_index("ix_recoveries_owner", ["owner_id", "state", "id"], unique=False)
        batch_op.create_index("ix_recoveries_state", ["state", "id"], unique=False)

    op.create_table(
        "segments",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column(
            "rules",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_segments_name")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_segments_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("slug", name=op.f("uq_segments_slug")),
    )
    op.create_table(
        "stage_mappings",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("connection_id", BIG_ID, nullable=False),
        sa.Column("crm_stage", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_stage_mappings_by_id_members")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_stage_mappings_connection_id_connections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_mappings")),
        sa.UniqueConstraint(
            "connection_id", "crm_stage", name=op.f("uq_stage_mappings_connection_id_crm_stage")
        ),
    )
    op.create_table(
        "streak_pauses",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_streak_pauses_period")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_streak_pauses_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streak_pauses")),
        sa.UniqueConstraint("member_id", "from_on", name=op.f("uq_streak_pauses_member_id_from_on")),
    )
    op.create_table(
        "streaks",
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("weeks", sa.BigInteger(), nullable=False),
        sa.Column("best", sa.BigInteger(), nullable=False),
        sa.Column("freezes", sa.BigInteger(), nullable=False),
        sa.Column("toward", sa.BigInteger(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_streaks_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_streaks")),
    )
    with op.batch_alter_table("streaks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_streaks_best"), ["best"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.CheckConstraint("purpose IN ('invitation', 'claim', 'reset')", name=op.f("ck_tickets_purpose")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_tickets_by_id_members")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_tickets_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_tickets_token_digest")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_member_id"), ["member_id"], unique=False)

    op.create_table(
        "warn_words",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_warn_words_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warn_words")),
        sa.UniqueConstraint("word", name=op.f("uq_warn_words_word")),
    )
    op.create_table(
        "watches",
        sa.Column("thread_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_watches_member_id_members")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_watches_thread_id_threads")),
        sa.PrimaryKeyConstraint("thread_id", "member_id", name=op.f("pk_watches")),
    )
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watches_member_id"), ["member_id"], unique=False)

    op.create_table(
        "awards",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("badge_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column(
            "proof",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["badge_id"], ["badges.id"], name=op.f("fk_awards_badge_id_badges")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_awards_by_id_members")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_awards_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint("badge_id", "member_id", name=op.f("uq_awards_badge_id_member_id")),
    )
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.create_index("ix_awards_member", ["member_id", "id"], unique=False)

    op.create_table(
        "boards",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column(
            "periods",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("brackets", sa.String(), nullable=False),
        sa.Column("ranking", sa.String(), nullable=False),
        sa.Column("badge_id", BIG_ID, nullable=True),
        sa.Column("winners", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("filled_after", sa.BigInteger(), nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("brackets IN ('none', 'tenure', 'level')", name=op.f("ck_boards_brackets")),
        sa.CheckConstraint("kind = 'member' OR brackets = 'none'", name=op.f("ck_boards_company_brackets")),
        sa.CheckConstraint("kind IN ('member', 'company')", name=op.f("ck_boards_kind")),
        sa.CheckConstraint("ranking IN ('competition', 'dense')", name=op.f("ck_boards_ranking")),
        sa.CheckConstraint("state IN ('draft', 'live', 'closed')", name=op.f("ck_boards_state")),
        sa.CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name=op.f("ck_boards_season")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_boards_days")),
        sa.CheckConstraint("winners BETWEEN 0 AND 50", name=op.f("ck_boards_winners")),
        sa.ForeignKeyConstraint(["badge_id"], ["badges.id"], name=op.f("fk_boards_badge_id_badges")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_boards_by_id_members")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_boards_segment_id_segments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint("slug", name=op.f("uq_boards_slug")),
    )
    with op.batch_alter_table("boards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_boards_segment_id"), ["segment_id"], unique=False)
        batch_op.create_index("ix_boards_state", ["state", "position", "id"], unique=False)

    op.create_table(
        "challenges",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("pays", sa.String(), nullable=False),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("sample_percent", sa.BigInteger(), nullable=False),
        sa.Column("repeat", sa.String(), nullable=False),
        sa.Column("repeat_times", sa.BigInteger(), nullable=False),
        sa.Column("cap_total", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column(
            "prerequisites",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("unlocks", sa.String(), nullable=True),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("image_id", BIG_ID, nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.CheckConstraint("pays IN ('whole', 'steps')", name=op.f("ck_challenges_pays")),
        sa.CheckConstraint(
            "repeat IN ('once', 'daily', 'weekly', 'times')", name=op.f("ck_challenges_repeat")
        ),
        sa.CheckConstraint(
            "review IN ('automatic', 'reviewed', 'sampled')", name=op.f("ck_challenges_review")
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'archived')", name=op.f("ck_challenges_state")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_challenges_period")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_challenges_minutes")),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_challenges_points")),
        sa.CheckConstraint("repeat_times > 0", name=op.f("ck_challenges_times")),
        sa.CheckConstraint("sample_percent BETWEEN 0 AND 100", name=op.f("ck_challenges_sample")),
        sa.CheckConstraint(
            "taken >= 0 AND (cap_total IS NULL OR cap_total > 0)", name=op.f("ck_challenges_cap")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_challenges_by_id_members")),
        sa.ForeignKeyConstraint(["image_id"], ["uploads.id"], name=op.f("fk_challenges_image_id_uploads")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_challenges_segment_id_segments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("slug", name=op.f("uq_challenges_slug")),
    )
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.create_index("ix_challenges_state", ["state", "position", "id"], unique=False)

    op.create_table(
        "changes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_changes_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_table(
        "entries",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("corrects_id", BIG_ID, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "reason IN ('referral_stage', 'referral_clawback', 'referral_restored', 'challenge', 'manual', 'correction', 'redemption', 'refund', 'hangout', 'promotion', 'import')",
            name=op.f("ck_entries_reason"),
        ),
        sa.CheckConstraint("happened_at <= created_at", name=op.f("ck_entries_not_in_the_future")),
        sa.CheckConstraint(
            "points <> 0 AND points BETWEEN -1000000 AND 1000000", name=op.f("ck_entries_points")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_entries_account_id_accounts")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_entries_by_id_members")),
        sa.ForeignKeyConstraint(["corrects_id"], ["entries.id"], name=op.f("fk_entries_corrects_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_entries_key")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index("ix_entries_account", ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entries_corrects_id"), ["corrects_id"], unique=False)
        batch_op.create_index("ix_entries_period", ["account_id", "happened_at"], unique=False)
        batch_op.create_index("ix_entries_subject", ["subject", "id"], unique=False)

    op.create_table(
        "holds",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000", name=op.f("ck_holds_points")),
        sa.CheckConstraint("settled_at IS NULL OR released_at IS NULL", name=op.f("ck_holds_one_end")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_holds_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("key", name=op.f("uq_holds_key")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_holds_open",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL AND released_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND released_at IS NULL"),
        )

    op.create_table(
        "mails",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=True),
        sa.Column("digest_id", BIG_ID, nullable=True),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'waiting', 'unknown', 'digest', 'gathered', 'sent', 'dropped', 'parked')",
            name=op.f("ck_mails_state"),
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["mails.id"], name=op.f("fk_mails_digest_id_mails"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_mails_member_id_members")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_mails_notice_id_notices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mails_message_id")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index("ix_mails_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_mails_digest",
            ["due_at", "member_id"],
            unique=False,
            sqlite_where=sa.text("state = 'digest'"),
            postgresql_where=sa.text("state = 'digest'"),
        )
        batch_op.create_index(batch_op.f("ix_mails_digest_id"), ["digest_id"], unique=False)
        batch_op.create_index("ix_mails_member", ["member_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(
            "ix_mails_open",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('new', 'waiting', 'unknown')"),
            postgresql_where=sa.text("state IN ('new', 'waiting', 'unknown')"),
        )
        batch_op.create_index(
            "ix_mails_parked",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'parked'"),
            postgresql_where=sa.text("state = 'parked'"),
        )
        batch_op.create_index("ix_mails_sent_at", ["sent_at"], unique=False)

    op.create_table(
        "mentions",
        sa.Column("post_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_mentions_member_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_mentions_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "member_id", name=op.f("pk_mentions")),
    )
    with op.batch_alter_table("mentions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentions_member_id"), ["member_id"], unique=False)

    op.create_table(
        "post_versions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("post_id", BIG_ID, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_versions_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_versions")),
    )
    with op.batch_alter_table("post_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_versions_post_id"), ["post_id"], unique=False)

    op.create_table(
        "reactions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("post_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('thanks', 'agree', 'love', 'idea', 'cheer')", name=op.f("ck_reactions_kind")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_reactions_member_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_reactions_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reactions")),
        sa.UniqueConstraint("post_id", "member_id", "kind", name=op.f("uq_reactions_post_id_member_id_kind")),
    )
    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.create_index("ix_reactions_created_at", ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_reactions_member_id"), ["member_id"], unique=False)

    op.create_table(
        "referrals",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("advocate_id", BIG_ID, nullable=True),
        sa.Column("company_id", BIG_ID, nullable=True),
        sa.Column("breakage", sa.String(), nullable=True),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("owner_rule", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("import_key", sa.String(), nullable=True),
        sa.Column("lead_key", sa.String(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("contact_company", sa.String(), nullable=True),
        sa.Column("contact_title", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("consent_note", sa.String(), nullable=True),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("highest_rung", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("amount_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("merged_into_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "mode IN ('form', 'link', 'warm_email', 'phone', 'verbal')", name=op.f("ck_referrals_mode")
        ),
        sa.CheckConstraint("state IN ('open', 'won', 'lost')", name=op.f("ck_referrals_state")),
        sa.CheckConstraint(
            "advocate_id IS NOT NULL OR breakage IS NOT NULL", name=op.f("ck_referrals_attributed")
        ),
        sa.ForeignKeyConstraint(
            ["advocate_id"], ["members.id"], name=op.f("fk_referrals_advocate_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_referrals_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["referrals.id"], name=op.f("fk_referrals_merged_into_id_referrals")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_referrals_owner_id_members")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_referrals_programme_id_programmes")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_versions.id"], name=op.f("fk_referrals_version_id_programme_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("code", name=op.f("uq_referrals_code")),
        sa.UniqueConstraint("import_key", name=op.f("uq_referrals_import_key")),
        sa.UniqueConstraint("programme_id", "lead_key", name=op.f("uq_referrals_programme_id_lead_key")),
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index("ix_referrals_advocate", ["advocate_id", "id"], unique=False)
        batch_op.create_index("ix_referrals_contact_email", ["contact_email"], unique=False)
        batch_op.create_index("ix_referrals_open", ["state", "id"], unique=False)
        batch_op.create_index("ix_referrals_owner", ["owner_id", "id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("post_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_by_id", BIG_ID, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("outcome IN ('hidden', 'kept')", name=op.f("ck_reports_outcome")),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_reports_settled")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_reports_by_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_reports_post_id_posts")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["members.id"], name=op.f("fk_reports_settled_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_reports_key")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            "ix_reports_open",
            ["post_id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "shout_outs",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("for_id", BIG_ID, nullable=False),
        sa.Column("post_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("shown_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'shown', 'declined', 'withdrawn')", name=op.f("ck_shout_outs_state")
        ),
        sa.CheckConstraint("by_id <> for_id", name=op.f("ck_shout_outs_others")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_shout_outs_by_id_members")),
        sa.ForeignKeyConstraint(["for_id"], ["members.id"], name=op.f("fk_shout_outs_for_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_shout_outs_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shout_outs")),
        sa.UniqueConstraint("post_id", name=op.f("uq_shout_outs_post_id")),
    )
    with op.batch_alter_table("shout_outs", schema=None) as batch_op:
        batch_op.create_index("ix_shout_outs_for", ["for_id", "id"], unique=False)
        batch_op.create_index("ix_shout_outs_state", ["state", "shown_at", "id"], unique=False)
        batch_op.create_index(
            "ux_shout_outs_asked",
            ["by_id", "for_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "topics",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("thread_id", BIG_ID, nullable=True),
        sa.Column("post_id", BIG_ID, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("is_announcement", sa.Boolean(), nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("pinned_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("is_announcement OR segment_id IS NULL", name=op.f("ck_topics_audience")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_topics_title")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_topics_by_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_topics_post_id_posts")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_topics_segment_id_segments")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_topics_thread_id_threads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("post_id", name=op.f("uq_topics_post_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_topics_thread_id")),
    )
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topics_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topics_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "wallets",
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("lifetime", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_wallets_held")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_wallets_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_wallets")),
    )
    op.create_table(
        "ask_rules",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("wait_days", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('on', 'done', 'off')", name=op.f("ck_ask_rules_state")),
        sa.CheckConstraint(
            "trigger IN ('hand', 'segment', 'survey', 'completed', 'review')",
            name=op.f("ck_ask_rules_trigger"),
        ),
        sa.CheckConstraint("wait_days BETWEEN 0 AND 90", name=op.f("ck_ask_rules_wait")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_ask_rules_by_id_members")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_ask_rules_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_ask_rules_segment_id_segments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_rules")),
    )
    with op.batch_alter_table("ask_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_rules_challenge_id"), ["challenge_id"], unique=False)
        batch_op.create_index(
            "ix_ask_rules_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_ask_rules_trigger", ["trigger", "state"], unique=False)

    op.create_table(
        "award_notes",
        sa.Column("award_id", BIG_ID, nullable=False),
        sa.Column("citation", sa.String(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_award_notes_award_id_awards")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_award_notes")),
    )
    op.create_table(
        "challenge_approvers",
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_approvers_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_challenge_approvers_member_id_members")
        ),
        sa.PrimaryKeyConstraint("challenge_id", "member_id", name=op.f("pk_challenge_approvers")),
    )
    with op.batch_alter_table("challenge_approvers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_approvers_member_id"), ["member_id"], unique=False)

    op.create_table(
        "challenge_steps",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_challenge_steps_points")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_steps_challenge_id_challenges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_steps")),
    )
    with op.batch_alter_table("challenge_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_challenge_steps_challenge", ["challenge_id", "position", "id"], unique=False
        )

    op.create_table(
        "clawbacks",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("short_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('taken', 'returned')", name=op.f("ck_clawbacks_kind")),
        sa.CheckConstraint("points >= 0 AND short_by >= 0", name=op.f("ck_clawbacks_points")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_clawbacks_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_clawbacks_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clawbacks")),
        sa.UniqueConstraint(
            "referral_id",
            "account_id",
            "number",
            "kind",
            name=op.f("uq_clawbacks_referral_id_account_id_number_kind"),
        ),
    )
    op.create_table(
        "deals",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("deal_id", sa.String(), nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_deals_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("connection_id", "deal_id", name=op.f("uq_deals_connection_id_deal_id")),
    )
    with op.batch_alter_table("deals", schema=None) as batch_op:
        batch_op.create_index("ix_deals_deal_id", ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deals_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "delivery_states",
        sa.Column("delivery_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("connection_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("crm_stage", sa.String(), nullable=True),
        sa.Column("deal_id", sa.String(), nullable=True),
        sa.Column("referral_code", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column(
            "event",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("referral_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'skipped', 'waiting', 'unmapped', 'set_aside')",
            name=op.f("ck_delivery_states_state"),
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_delivery_states_connection_id_connections")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_states_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_delivery_states_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery_states")),
    )
    with op.batch_alter_table("delivery_states", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_states_code", ["referral_code"], unique=False)
        batch_op.create_index("ix_delivery_states_deal", ["deal_id"], unique=False)
        batch_op.create_index("ix_delivery_states_email", ["email"], unique=False)
        batch_op.create_index(
            "ix_delivery_states_pending",
            ["due_at", "delivery_id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index("ix_delivery_states_referral", ["referral_id"], unique=False)
        batch_op.create_index("ix_delivery_states_state", ["state", "delivery_id"], unique=False)

    op.create_table(
        "entry_notes",
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_notes_entry_id_entries")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_notes")),
    )
    op.create_table(
        "places",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("bracket", sa.String(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_places_account_id_accounts")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_places_board_id_boards")),
        sa.PrimaryKeyConstraint("board_id", "period", "account_id", name=op.f("pk_places")),
    )
    op.create_table(
        "pushes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("connection_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("deal_id", sa.String(), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("is_lasting", sa.Boolean(), nullable=False),
        sa.Column("first_tried_at", INSTANT, nullable=True),
        sa.Column("taken_until", INSTANT, nullable=True),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("outcome IN ('created', 'found', 'unnumbered')", name=op.f("ck_pushes_outcome")),
        sa.CheckConstraint(
            "state <> 'sent' OR (sent_at IS NOT NULL AND outcome IS NOT NULL)", name=op.f("ck_pushes_sent")
        ),
        sa.CheckConstraint("state IN ('pending', 'sent', 'unknown', 'failed')", name=op.f("ck_pushes_state")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_pushes_connection_id_connections")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_pushes_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("referral_id", "connection_id", name=op.f("uq_pushes_referral_id_connection_id")),
    )
    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.create_index("ix_pushes_state", ["connection_id", "state"], unique=False)

    op.create_table(
        "sample_deals",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("amount_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("sending", sa.String(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "sending IN ('never', 'sending', 'answered')", name=op.f("ck_sample_deals_sending")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_sample_deals_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_deals")),
        sa.UniqueConstraint("number", name=op.f("uq_sample_deals_number")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_sample_deals_referral_id")),
    )
    with op.batch_alter_table("sample_deals", schema=None) as batch_op:
        batch_op.create_index("ix_sample_deals_moved_at", ["moved_at", "id"], unique=False)

    op.create_table(
        "score_buckets",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("bracket", sa.String(), nullable=False),
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_score_buckets_board_id_boards")),
        sa.PrimaryKeyConstraint("board_id", "period", "bracket", "bucket", name=op.f("pk_score_buckets")),
    )
    op.create_table(
        "score_counts",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("bracket", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_score_counts_board_id_boards")),
        sa.PrimaryKeyConstraint("board_id", "period", "bracket", "points", name=op.f("pk_score_counts")),
    )
    op.create_table(
        "score_shares",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("company_id", BIG_ID, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_score_shares_points")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_score_shares_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_score_shares_board_id_boards")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_score_shares_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("board_id", "period", "account_id", name=op.f("pk_score_shares")),
    )
    with op.batch_alter_table("score_shares", schema=None) as batch_op:
        batch_op.create_index("ix_score_shares_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_score_shares_company", ["board_id", "company_id", "period"], unique=False)

    op.create_table(
        "scores",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("bracket", sa.String(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("company_id", BIG_ID, nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(member_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_scores_owner")),
        sa.CheckConstraint("points > 0", name=op.f("ck_scores_points")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_scores_account_id_accounts")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_scores_board_id_boards")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_scores_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_scores_member_id_members")),
        sa.PrimaryKeyConstraint("board_id", "period", "account_id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index("ix_scores_account_id", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_scores_standing",
            ["board_id", "period", "bracket", sa.literal_column("points DESC"), "account_id"],
            unique=False,
        )

    op.create_table(
        "seasons",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("badge_id", BIG_ID, nullable=True),
        sa.Column("winners", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL)", name=op.f("ck_seasons_frozen")),
        sa.CheckConstraint("state IN ('closing', 'frozen')", name=op.f("ck_seasons_state")),
        sa.ForeignKeyConstraint(["badge_id"], ["badges.id"], name=op.f("fk_seasons_badge_id_badges")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_seasons_board_id_boards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seasons")),
        sa.UniqueConstraint("board_id", "slug", name=op.f("uq_seasons_board_id_slug")),
    )
    with op.batch_alter_table("seasons", schema=None) as batch_op:
        batch_op.create_index("ix_seasons_state", ["state", "id"], unique=False)

    op.create_table(
        "set_asides",
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_set_asides_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_set_asides_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", "challenge_id", name=op.f("pk_set_asides")),
    )
    with op.batch_alter_table("set_asides", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_set_asides_challenge_id"), ["challenge_id"], unique=False)

    op.create_table(
        "stage_events",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("referral_id", BIG_ID, nullable=False),
        sa.Column("from_rung", sa.String(), nullable=True),
        sa.Column("to_rung", sa.String(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("amount_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_stage_events_by_id_members")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_stage_events_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_events")),
        sa.UniqueConstraint(
            "referral_id",
            "to_rung",
            "happened_at",
            name=op.f("uq_stage_events_referral_id_to_rung_happened_at"),
        ),
    )
    with op.batch_alter_table("stage_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_events_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index("ix_stage_events_heard_at", ["heard_at"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pays", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("second_look", sa.String(), nullable=False),
        sa.Column("decision_id", BIG_ID, nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "second_look IN ('none', 'waiting', 'done')", name=op.f("ck_submissions_second_look")
        ),
        sa.CheckConstraint(
            "state IN ('started', 'pending', 'approved', 'sent_back', 'refused', 'withdrawn')",
            name=op.f("ck_submissions_state"),
        ),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_submissions_points")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_submissions_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
            name=op.f("fk_submissions_decision_id_decisions"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_submissions_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "challenge_id",
            "member_id",
            "occurrence",
            name=op.f("uq_submissions_challenge_id_member_id_occurrence"),
        ),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index("ix_submissions_challenge", ["challenge_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ix_submissions_looking",
            ["decided_at", "id"],
            unique=False,
            sqlite_where=sa.text("second_look = 'waiting'"),
            postgresql_where=sa.text("second_look = 'waiting'"),
        )
        batch_op.create_index("ix_submissions_member", ["member_id", "challenge_id", "id"], unique=False)
        batch_op.create_index(
            "ix_submissions_waiting",
            ["submitted_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "asks",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("rule_id", BIG_ID, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("reminded", sa.BigInteger(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("(state IN ('waiting', 'open')) = (due_at IS NOT NULL)", name=op.f("ck_asks_due")),
        sa.CheckConstraint(
            "state IN ('waiting', 'open', 'done', 'declined', 'expired', 'skipped')",
            name=op.f("ck_asks_state"),
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_asks_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_asks_member_id_members")),
        sa.ForeignKeyConstraint(["rule_id"], ["ask_rules.id"], name=op.f("fk_asks_rule_id_ask_rules")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
        sa.UniqueConstraint("rule_id", "member_id", name=op.f("uq_asks_rule_id_member_id")),
    )
    with op.batch_alter_table("asks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_asks_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_asks_member", ["member_id", "asked_at"], unique=False)
        batch_op.create_index("ix_asks_rule", ["rule_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ux_asks_open",
            ["member_id", "challenge_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "beta_seats",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("step_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('seated', 'waiting', 'given_back')", name=op.f("ck_beta_seats_state")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_beta_seats_member_id_members")),
        sa.ForeignKeyConstraint(
            ["step_id"], ["challenge_steps.id"], name=op.f("fk_beta_seats_step_id_challenge_steps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beta_seats")),
        sa.UniqueConstraint("step_id", "member_id", name=op.f("uq_beta_seats_step_id_member_id")),
    )
    with op.batch_alter_table("beta_seats", schema=None) as batch_op:
        batch_op.create_index("ix_beta_seats_step", ["step_id", "state", "id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("undoes_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(verdict = 'undone') = (undoes_id IS NOT NULL)", name=op.f("ck_decisions_undoes")
        ),
        sa.CheckConstraint(
            "verdict IN ('approved', 'sent_back', 'refused', 'undone', 'upheld', 'overturned')",
            name=op.f("ck_decisions_verdict"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_decisions_by_id_members")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_decisions_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["decisions.id"], name=op.f("fk_decisions_undoes_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_decisions_undoes_id")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_by", ["by_id", "created_at"], unique=False)
        batch_op.create_index("ix_decisions_submission", ["submission_id", "id"], unique=False)

    op.create_table(
        "stage_event_notes",
        sa.Column("stage_event_id", BIG_ID, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stage_event_id"],
            ["stage_events.id"],
            name=op.f("fk_stage_event_notes_stage_event_id_stage_events"),
        ),
        sa.PrimaryKeyConstraint("stage_event_id", name=op.f("pk_stage_event_notes")),
    )
    op.create_table(
        "standings",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("season_id", BIG_ID, nullable=False),
        sa.Column("bracket", sa.String(), nullable=False),
        sa.Column("seat", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("company_id", BIG_ID, nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(member_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_standings_owner")),
        sa.CheckConstraint("points > 0 AND rank > 0 AND rank <= seat", name=op.f("ck_standings_rank")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_standings_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_standings_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_standings_member_id_members")),
        sa.ForeignKeyConstraint(["season_id"], ["seasons.id"], name=op.f("fk_standings_season_id_seasons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standings")),
        sa.UniqueConstraint("season_id", "account_id", name=op.f("uq_standings_season_id_account_id")),
        sa.UniqueConstraint("season_id", "bracket", "seat", name=op.f("uq_standings_season_id_bracket_seat")),
    )
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.create_index("ix_standings_account_id", ["account_id", "season_id"], unique=False)

    op.create_table(
        "step_answers",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("step_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.CheckConstraint("verdict IN ('open', 'done', 'review')", name=op.f("ck_step_answers_verdict")),
        sa.ForeignKeyConstraint(
            ["step_id"], ["challenge_steps.id"], name=op.f("fk_step_answers_step_id_challenge_steps")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_step_answers_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_answers")),
        sa.UniqueConstraint("submission_id", "step_id", name=op.f("uq_step_answers_submission_id_step_id")),
    )
    with op.batch_alter_table("step_answers", schema=None) as batch_op:
        batch_op.create_index("ix_step_answers_step", ["step_id", "id"], unique=False)

    op.create_table(
        "decision_notes",
        sa.Column("decision_id", BIG_ID, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_notes_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_notes")),
    )

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in guard(table, dialect):
            op.execute(statement.replace("%%", "%"))
    if dialect == "postgresql":
        for name, table, target, column in CIRCULAR:
            op.create_foreign_key(name, table, target, [column], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, table, _target, _column in CIRCULAR:
            op.drop_constraint(name, table, type_="foreignkey")
    op.drop_table("decision_notes")
    with op.batch_alter_table("step_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_step_answers_step")

    op.drop_table("step_answers")
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.drop_index("ix_standings_account_id")

    op.drop_table("standings")
    op.drop_table("stage_event_notes")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_submission")
        batch_op.drop_index("ix_decisions_by")

    op.drop_table("decisions")
    with op.batch_alter_table("beta_seats", schema=None) as batch_op:
        batch_op.drop_index("ix_beta_seats_step")

    op.drop_table("beta_seats")
    with op.batch_alter_table("asks", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_asks_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_asks_rule")
        batch_op.drop_index("ix_asks_member")
        batch_op.drop_index(
            "ix_asks_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("asks")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_submissions_waiting",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_submissions_member")
        batch_op.drop_index(
            "ix_submissions_looking",
            sqlite_where=sa.text("second_look = 'waiting'"),
            postgresql_where=sa.text("second_look = 'waiting'"),
        )
        batch_op.drop_index("ix_submissions_challenge")

    op.drop_table("submissions")
    with op.batch_alter_table("stage_events", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_events_heard_at")
        batch_op.drop_index(batch_op.f("ix_stage_events_delivery_id"))

    op.drop_table("stage_events")
    with op.batch_alter_table("set_asides", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_set_asides_challenge_id"))

    op.drop_table("set_asides")
    with op.batch_alter_table("seasons", schema=None) as batch_op:
        batch_op.drop_index("ix_seasons_state")

    op.drop_table("seasons")
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index("ix_scores_standing")
        batch_op.drop_index("ix_scores_account_id")

    op.drop_table("scores")
    with op.batch_alter_table("score_shares", schema=None) as batch_op:
        batch_op.drop_index("ix_score_shares_company")
        batch_op.drop_index("ix_score_shares_account_id")

    op.drop_table("score_shares")
    op.drop_table("score_counts")
    op.drop_table("score_buckets")
    with op.batch_alter_table("sample_deals", schema=None) as batch_op:
        batch_op.drop_index("ix_sample_deals_moved_at")

    op.drop_table("sample_deals")
    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.drop_index("ix_pushes_state")

    op.drop_table("pushes")
    op.drop_table("places")
    op.drop_table("entry_notes")
    with op.batch_alter_table("delivery_states", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_states_state")
        batch_op.drop_index("ix_delivery_states_referral")
        batch_op.drop_index(
            "ix_delivery_states_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_delivery_states_email")
        batch_op.drop_index("ix_delivery_states_deal")
        batch_op.drop_index("ix_delivery_states_code")

    op.drop_table("delivery_states")
    with op.batch_alter_table("deals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deals_referral_id"))
        batch_op.drop_index("ix_deals_deal_id")

    op.drop_table("deals")
    op.drop_table("clawbacks")
    with op.batch_alter_table("challenge_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_challenge_steps_challenge")

    op.drop_table("challenge_steps")
    with op.batch_alter_table("challenge_approvers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_approvers_member_id"))

    op.drop_table("challenge_approvers")
    op.drop_table("award_notes")
    with op.batch_alter_table("ask_rules", schema=None) as batch_op:
        batch_op.drop_index("ix_ask_rules_trigger")
        batch_op.drop_index(
            "ix_ask_rules_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_ask_rules_challenge_id"))

    op.drop_table("ask_rules")
    op.drop_table("wallets")
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topics_segment_id"))
        batch_op.drop_index(batch_op.f("ix_topics_by_id"))

    op.drop_table("topics")
    with op.batch_alter_table("shout_outs", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_shout_outs_asked",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.drop_index("ix_shout_outs_state")
        batch_op.drop_index("ix_shout_outs_for")

    op.drop_table("shout_outs")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reports_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reports_by_id"))

    op.drop_table("reports")
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index("ix_referrals_owner")
        batch_op.drop_index("ix_referrals_open")
        batch_op.drop_index("ix_referrals_contact_email")
        batch_op.drop_index("ix_referrals_advocate")

    op.drop_table("referrals")
    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reactions_member_id"))
        batch_op.drop_index("ix_reactions_created_at")

    op.drop_table("reactions")
    with op.batch_alter_table("post_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_versions_post_id"))

    op.drop_table("post_versions")
    with op.batch_alter_table("mentions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentions_member_id"))

    op.drop_table("mentions")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_sent_at")
        batch_op.drop_index(
            "ix_mails_parked",
            sqlite_where=sa.text("state = 'parked'"),
            postgresql_where=sa.text("state = 'parked'"),
        )
        batch_op.drop_index(
            "ix_mails_open",
            sqlite_where=sa.text("state IN ('new', 'waiting', 'unknown')"),
            postgresql_where=sa.text("state IN ('new', 'waiting', 'unknown')"),
        )
        batch_op.drop_index(batch_op.f("ix_mails_notice_id"))
        batch_op.drop_index("ix_mails_member")
        batch_op.drop_index(batch_op.f("ix_mails_digest_id"))
        batch_op.drop_index(
            "ix_mails_digest",
            sqlite_where=sa.text("state = 'digest'"),
            postgresql_where=sa.text("state = 'digest'"),
        )
        batch_op.drop_index("ix_mails_created_at")

    op.drop_table("mails")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_holds_open",
            sqlite_where=sa.text("settled_at IS NULL AND released_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND released_at IS NULL"),
        )

    op.drop_table("holds")
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index("ix_entries_subject")
        batch_op.drop_index("ix_entries_period")
        batch_op.drop_index(batch_op.f("ix_entries_corrects_id"))
        batch_op.drop_index("ix_entries_account")

    op.drop_table("entries")
    op.drop_table("changes")
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.drop_index("ix_challenges_state")

    op.drop_table("challenges")
    with op.batch_alter_table("boards", schema=None) as batch_op:
        batch_op.drop_index("ix_boards_state")
        batch_op.drop_index(batch_op.f("ix_boards_segment_id"))

    op.drop_table("boards")
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_index("ix_awards_member")

    op.drop_table("awards")
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watches_member_id"))

    op.drop_table("watches")
    op.drop_table("warn_words")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_member_id"))

    op.drop_table("tickets")
    with op.batch_alter_table("streaks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_streaks_best"))

    op.drop_table("streaks")
    op.drop_table("streak_pauses")
    op.drop_table("stage_mappings")
    op.drop_table("segments")
    with op.batch_alter_table("recoveries", schema=None) as batch_op:
        batch_op.drop_index("ix_recoveries_state")
        batch_op.drop_index("ix_recoveries_owner")
        batch_op.drop_index("ix_recoveries_member")

    op.drop_table("recoveries")
    op.drop_table("put_offs")
    with op.batch_alter_table("pulses", schema=None) as batch_op:
        batch_op.drop_index("ix_pulses_quarter")

    op.drop_table("pulses")
    op.drop_table("programme_versions")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_thread")
        batch_op.drop_index(batch_op.f("ix_posts_reply_to_id"))
        batch_op.drop_index(
            "ix_posts_hidden",
            sqlite_where=sa.text("hidden_at IS NOT NULL"),
            postgresql_where=sa.text("hidden_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_posts_by")

    op.drop_table("posts")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notices_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_notices_member")

    op.drop_table("notices")
    op.drop_table("notice_rhythms")
    op.drop_table("notice_preferences")
    with op.batch_alter_table("member_tags", schema=None) as batch_op:
        batch_op.drop_index("ix_member_tags_tag")

    op.drop_table("member_tags")
    with op.batch_alter_table("levels_reached", schema=None) as batch_op:
        batch_op.drop_index("ix_levels_reached_level_id")

    op.drop_table("levels_reached")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index("ux_identities_issuer")
        batch_op.drop_index(batch_op.f("ix_identities_member_id"))

    op.drop_table("identities")
    with op.batch_alter_table("honours", schema=None) as batch_op:
        batch_op.drop_index("ix_honours_member")

    op.drop_table("honours")
    op.drop_table("connection_pushes")
    with op.batch_alter_table("badges", schema=None) as batch_op:
        batch_op.drop_index("ix_badges_state")

    op.drop_table("badges")
    op.drop_table("accounts")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index("ux_members_handle")
        batch_op.drop_index("ux_members_email")
        batch_op.drop_index("ix_members_name")
        batch_op.drop_index("ix_members_company_id")

    op.drop_table("members")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_message")

    op.drop_table("deliveries")
    with op.batch_alter_table("connection_secrets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_connection_secrets_connection_id"))

    op.drop_table("connection_secrets")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index("ix_uploads_member")
        batch_op.drop_index(batch_op.f("ix_uploads_digest"))

    op.drop_table("uploads")
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_threads_topics",
            sqlite_where=sa.text("substr(subject, 1, 6) = 'topic:'"),
            postgresql_where=sa.text("substr(subject, 1, 6) = 'topic:'"),
        )

    op.drop_table("threads")
    op.drop_table("saved_reasons")
    op.drop_table("runs")
    op.drop_table("programmes")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_parked",
            sqlite_where=sa.text("parked_at IS NOT NULL"),
            postgresql_where=sa.text("parked_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_messages_open",
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.drop_index("ix_messages_done_at")

    op.drop_table("messages")
    op.drop_table("levels")
    op.drop_table("leases")
    op.drop_table("hubs")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index("ix_facts_subject")
        batch_op.drop_index("ix_facts_kind")
        batch_op.drop_index(batch_op.f("ix_facts_by_id"))

    op.drop_table("facts")
    with op.batch_alter_table("ended_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ended_sessions_expires_at"))

    op.drop_table("ended_sessions")
    with op.batch_alter_table("delivery_bodies", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_bodies_received_at")

    op.drop_table("delivery_bodies")
    op.drop_table("connections")
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_companies_owner_id"))
        batch_op.drop_index(batch_op.f("ix_companies_domain"))

    op.drop_table("companies")
    op.drop_table("badge_rounds")
    op.drop_table("ask_cadence")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_edit()")
