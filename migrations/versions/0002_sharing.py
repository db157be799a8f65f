"""Sharing: personal links, clicks and their sums, content, the toolkit, embeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.core.append_only import guard

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANNELS = "'linkedin', 'x', 'facebook', 'whatsapp', 'email', 'copy', 'qr', 'embed', 'landing'"


def upgrade() -> None:
    _links()
    _clicks()
    _contents()
    _toolkit()
    dialect = op.get_bind().dialect.name
    for statement in guard("clicks", dialect, "click_months"):
        op.execute(statement.replace("%%", "%"))


def _links() -> None:
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
    op.create_index("ix_personal_links_target", "personal_links", ["target", "id"])


def _clicks() -> None:
    op.create_table(
        "click_months",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_click_months")),
    )
    op.create_table(
        "click_salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_click_salts")),
    )
    op.create_table(
        "pending_clicks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('visit', 'own', 'bot')", name=op.f("ck_pending_clicks_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_clicks")),
    )
    op.create_table(
        "clicks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("clicked_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('visit', 'repeat', 'own', 'bot')", name=op.f("ck_clicks_kind")),
        sa.ForeignKeyConstraint(
            ["link_id"], ["personal_links.id"], name=op.f("fk_clicks_link_id_personal_links")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clicks")),
    )
    is_visit = sa.text("kind = 'visit'")
    op.create_index(
        "ux_clicks_visit", "clicks", ["visitor", "link_id"], unique=True, sqlite_where=is_visit,
        postgresql_where=is_visit,
    )  # fmt: skip
    op.create_index("ix_clicks_month", "clicks", ["month"])
    op.create_index("ix_clicks_link", "clicks", ["link_id", "id"])
    op.create_table(
        "click_days",
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("visits", "repeats", "own", "bots")),
        sa.CheckConstraint(
            "visits >= 0 AND repeats >= 0 AND own >= 0 AND bots >= 0", name=op.f("ck_click_days_counts")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["personal_links.id"], name=op.f("fk_click_days_link_id_personal_links")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_click_days_member_id_members")),
        sa.PrimaryKeyConstraint("link_id", "day", name=op.f("pk_click_days")),
    )
    op.create_index("ix_click_days_member", "click_days", ["member_id", "day"])
    op.create_index("ix_click_days_target", "click_days", ["target", "day"])
    op.create_table(
        "click_members",
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_click_members_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_click_members")),
    )
    untold = sa.text("visits <> told")
    op.create_index(
        "ix_click_members_untold",
        "click_members",
        ["member_id"],
        sqlite_where=untold,
        postgresql_where=untold,
    )


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("picture_id", BIG_ID, nullable=True),
        sa.Column("words", JSON, nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("is_co_branded", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'video', 'file', 'post', 'case_study')", name=op.f("ck_contents_kind")
        ),
        sa.CheckConstraint(
            "moment IN ('', 'curious', 'comparing', 'deciding', 'starting')", name=op.f("ck_contents_moment")
        ),
        sa.CheckConstraint("state IN ('draft', 'published', 'archived')", name=op.f("ck_contents_state")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_contents_title")),
        sa.ForeignKeyConstraint(["picture_id"], ["uploads.id"], name=op.f("fk_contents_picture_id_uploads")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_contents_segment_id_segments")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_contents_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
    )
    op.create_index("ix_contents_state", "contents", ["state", "published_at", "id"])
    op.create_index(op.f("ix_contents_segment_id"), "contents", ["segment_id"])
    op.create_table(
        "sharing_terms",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("disclosure", sa.String(), nullable=False),
        sa.Column("adds_utm", sa.Boolean(), nullable=False),
        sa.Column("months_kept", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sharing_terms_single")),
        sa.CheckConstraint("months_kept BETWEEN 1 AND 120", name=op.f("ck_sharing_terms_months_kept")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_terms")),
    )


def _toolkit() -> None:
    op.create_table(
        "toolkit_blocks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("name IN ('ideal', 'triggers', 'process')", name=op.f("ck_toolkit_blocks_name")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_toolkit_blocks_by_id_members")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_toolkit_blocks")),
    )
    op.create_table(
        "intro_emails",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_intro_emails_title")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_intro_emails_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intro_emails")),
    )
    op.create_table(
        "company_logos",
        sa.Column("company_id", BIG_ID, nullable=False),
        sa.Column("upload_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_logos_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_company_logos_upload_id_uploads")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_company_logos_by_id_members")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_logos")),
    )
    op.create_table(
        "embeds",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "surface IN ('hub', 'community', 'login', 'newsletter', 'survey')", name=op.f("ck_embeds_surface")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["personal_links.id"], name=op.f("fk_embeds_link_id_personal_links")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_embeds_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embeds")),
        sa.UniqueConstraint("surface", "link_id", name=op.f("uq_embeds_surface_link_id")),
    )


def downgrade() -> None:
    for table in (
        "embeds", "company_logos", "intro_emails", "toolkit_blocks", "sharing_terms", "contents", "click_members",
        "click_days", "clicks", "pending_clicks", "click_salts", "click_months", "personal_links",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_delete_of_clicks()")
