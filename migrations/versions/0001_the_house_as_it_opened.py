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
    "clawbacks",
    "deliveries",
    "entries",
    "facts",
    "programme_versions",
    "stage_events",
)
# Two tables that name each other: on PostgreSQL the second key is added afterwards.
CIRCULAR = (
    ("fk_companies_owner_id_members", "companies", "members", "owner_id"),
    ("fk_programmes_version_id_programme_versions", "programmes", "programme_versions", "version_id"),
)


def upgrade() -> None:
    op.create_table(
        "boards",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column(
            "audience",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("metric IN ('points')", name=op.f("ck_boards_metric")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint("slug", name=op.f("uq_boards_slug")),
    )
    op.create_table(
        "challenges",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("points_label", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'archived')", name=op.f("ck_challenges_state")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_challenges_period")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_challenges_minutes")),
        sa.CheckConstraint("points_label >= 0", name=op.f("ck_challenges_points_label")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("slug", name=op.f("uq_challenges_slug")),
    )
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.create_index("ix_challenges_state", ["state", "position", "id"], unique=False)

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
        "threads",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("subject", name=op.f("uq_threads_subject")),
    )
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
        "score_buckets",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_score_buckets_board_id_boards")),
        sa.PrimaryKeyConstraint("board_id", "period", "bucket", name=op.f("pk_score_buckets")),
    )
    op.create_table(
        "score_counts",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_score_counts_board_id_boards")),
        sa.PrimaryKeyConstraint("board_id", "period", "points", name=op.f("pk_score_counts")),
    )
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
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_posts_by_id_members")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_posts_thread_id_threads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_by_id"), ["by_id"], unique=False)
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
        "scores",
        sa.Column("board_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_scores_points")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_scores_account_id_accounts")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_scores_board_id_boards")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_scores_member_id_members")),
        sa.PrimaryKeyConstraint("board_id", "period", "account_id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index("ix_scores_account_id", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_scores_standing",
            ["board_id", "period", sa.literal_column("points DESC"), "account_id"],
            unique=False,
        )

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
    op.drop_table("stage_event_notes")
    with op.batch_alter_table("stage_events", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_events_heard_at")
        batch_op.drop_index(batch_op.f("ix_stage_events_delivery_id"))

    op.drop_table("stage_events")
    with op.batch_alter_table("sample_deals", schema=None) as batch_op:
        batch_op.drop_index("ix_sample_deals_moved_at")

    op.drop_table("sample_deals")
    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.drop_index("ix_pushes_state")

    op.drop_table("pushes")
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
    op.drop_table("wallets")
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index("ix_scores_standing")
        batch_op.drop_index("ix_scores_account_id")

    op.drop_table("scores")
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index("ix_referrals_owner")
        batch_op.drop_index("ix_referrals_open")
        batch_op.drop_index("ix_referrals_contact_email")
        batch_op.drop_index("ix_referrals_advocate")

    op.drop_table("referrals")
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
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_member_id"))

    op.drop_table("tickets")
    op.drop_table("stage_mappings")
    op.drop_table("programme_versions")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_thread")
        batch_op.drop_index(batch_op.f("ix_posts_by_id"))

    op.drop_table("posts")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notices_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_notices_member")

    op.drop_table("notices")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index("ux_identities_issuer")
        batch_op.drop_index(batch_op.f("ix_identities_member_id"))

    op.drop_table("identities")
    op.drop_table("connection_pushes")
    op.drop_table("accounts")
    op.drop_table("score_counts")
    op.drop_table("score_buckets")
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
    op.drop_table("threads")
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
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.drop_index("ix_challenges_state")

    op.drop_table("challenges")
    op.drop_table("boards")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_edit()")
