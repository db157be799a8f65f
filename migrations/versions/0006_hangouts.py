"""Hangouts: guests and their queue, agenda, questions, requests and who asked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hangouts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("meets", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("link_sealed", sa.String(), nullable=True),
        sa.Column("link_minutes", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("accept_hours", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("recording_url", sa.String(), nullable=False),
        sa.Column("thanks", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("thanked_at", INSTANT, nullable=True),
        sa.Column("day_reminded_for", INSTANT, nullable=True),
        sa.Column("hour_reminded_for", INSTANT, nullable=True),
        sa.CheckConstraint(
            "audience <> 'segment' OR segment_id IS NOT NULL", name=op.f("ck_hangouts_segment")
        ),
        sa.CheckConstraint(
            "audience IN ('everybody', 'segment', 'picked')", name=op.f("ck_hangouts_audience")
        ),
        sa.CheckConstraint("meets IN ('video', 'place', 'both')", name=op.f("ck_hangouts_meets")),
        sa.CheckConstraint("state <> 'open' OR starts_at IS NOT NULL", name=op.f("ck_hangouts_dated")),
        sa.CheckConstraint("state IN ('draft', 'open', 'cancelled')", name=op.f("ck_hangouts_state")),
        sa.CheckConstraint("accept_hours BETWEEN 1 AND 168", name=op.f("ck_hangouts_accept_hours")),
        sa.CheckConstraint("link_minutes BETWEEN 0 AND 1440", name=op.f("ck_hangouts_link_minutes")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name=op.f("ck_hangouts_minutes")),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_hangouts_points")),
        sa.CheckConstraint("seats BETWEEN 1 AND 10000", name=op.f("ck_hangouts_seats")),
        sa.CheckConstraint("sequence >= 0 AND tickets >= 0", name=op.f("ck_hangouts_counters")),
        sa.CheckConstraint("taken BETWEEN 0 AND seats", name=op.f("ck_hangouts_taken")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_hangouts_by_id_members")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_hangouts_segment_id_segments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hangouts")),
        sa.UniqueConstraint("slug", name=op.f("uq_hangouts_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_hangouts_uid")),
    )
    with op.batch_alter_table("hangouts", schema=None) as batch_op:
        batch_op.create_index("ix_hangouts_by", ["by_id", "starts_at"], unique=False)
        batch_op.create_index("ix_hangouts_segment", ["segment_id"], unique=False)
        batch_op.create_index("ix_hangouts_state", ["state", "starts_at", "id"], unique=False)

    op.create_table(
        "hangout_agenda",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("hangout_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hangout_id"], ["hangouts.id"], name=op.f("fk_hangout_agenda_hangout_id_hangouts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hangout_agenda")),
    )
    with op.batch_alter_table("hangout_agenda", schema=None) as batch_op:
        batch_op.create_index("ix_hangout_agenda_hangout", ["hangout_id", "id"], unique=False)

    op.create_table(
        "hangout_guests",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("hangout_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("invited_at", INSTANT, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("offer_ends_at", INSTANT, nullable=True),
        sa.Column("attended_at", INSTANT, nullable=True),
        sa.Column("attended_by", sa.String(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'offered') = (offer_ends_at IS NOT NULL)", name=op.f("ck_hangout_guests_offer")
        ),
        sa.CheckConstraint(
            "attended_at IS NULL OR state = 'seated'", name=op.f("ck_hangout_guests_attended_seated")
        ),
        sa.CheckConstraint("attended_by IN ('code', 'list')", name=op.f("ck_hangout_guests_attended_by")),
        sa.CheckConstraint(
            "state IN ('invited', 'seated', 'waiting', 'offered', 'declined', 'given_back', 'lapsed')",
            name=op.f("ck_hangout_guests_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('seated', 'waiting', 'offered') OR ticket IS NOT NULL",
            name=op.f("ck_hangout_guests_ticket"),
        ),
        sa.CheckConstraint(
            "(attended_at IS NULL) = (attended_by IS NULL)", name=op.f("ck_hangout_guests_attended")
        ),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_hangout_guests_points")),
        sa.ForeignKeyConstraint(
            ["hangout_id"], ["hangouts.id"], name=op.f("fk_hangout_guests_hangout_id_hangouts")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hangout_guests_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hangout_guests")),
        sa.UniqueConstraint("hangout_id", "member_id", name=op.f("uq_hangout_guests_hangout_id_member_id")),
        sa.UniqueConstraint("hangout_id", "ticket", name=op.f("uq_hangout_guests_hangout_id_ticket")),
    )
    with op.batch_alter_table("hangout_guests", schema=None) as batch_op:
        batch_op.create_index("ix_hangout_guests_member", ["member_id", "state"], unique=False)
        batch_op.create_index(
            "ix_hangout_guests_offers",
            ["offer_ends_at"],
            unique=False,
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )
        batch_op.create_index("ix_hangout_guests_queue", ["hangout_id", "state", "ticket"], unique=False)

    op.create_table(
        "hangout_hosts",
        sa.Column("hangout_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["hangout_id"], ["hangouts.id"], name=op.f("fk_hangout_hosts_hangout_id_hangouts")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hangout_hosts_member_id_members")
        ),
        sa.PrimaryKeyConstraint("hangout_id", "member_id", name=op.f("pk_hangout_hosts")),
    )
    with op.batch_alter_table("hangout_hosts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hangout_hosts_member_id"), ["member_id"], unique=False)

    op.create_table(
        "hangout_questions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("hangout_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("during", sa.Boolean(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'hidden')", name=op.f("ck_hangout_questions_state")
        ),
        sa.CheckConstraint(
            "(by_id IS NULL) OR (sealed IS NULL)", name=op.f("ck_hangout_questions_one_asker")
        ),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_hangout_questions_votes")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_hangout_questions_by_id_members")),
        sa.ForeignKeyConstraint(
            ["hangout_id"], ["hangouts.id"], name=op.f("fk_hangout_questions_hangout_id_hangouts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hangout_questions")),
    )
    with op.batch_alter_table("hangout_questions", schema=None) as batch_op:
        batch_op.create_index("ix_hangout_questions_by", ["by_id", "id"], unique=False)
        batch_op.create_index(
            "ix_hangout_questions_hangout", ["hangout_id", "state", "votes", "id"], unique=False
        )
        batch_op.create_index("ix_hangout_questions_mark", ["mark"], unique=False)

    op.create_table(
        "hangout_agenda_votes",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["hangout_agenda.id"], name=op.f("fk_hangout_agenda_votes_item_id_hangout_agenda")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hangout_agenda_votes_member_id_members")
        ),
        sa.PrimaryKeyConstraint("item_id", "member_id", name=op.f("pk_hangout_agenda_votes")),
    )
    with op.batch_alter_table("hangout_agenda_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hangout_agenda_votes_member_id"), ["member_id"], unique=False)

    op.create_table(
        "hangout_question_votes",
        sa.Column("question_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hangout_question_votes_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["hangout_questions.id"],
            name=op.f("fk_hangout_question_votes_question_id_hangout_questions"),
        ),
        sa.PrimaryKeyConstraint("question_id", "member_id", name=op.f("pk_hangout_question_votes")),
    )
    with op.batch_alter_table("hangout_question_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hangout_question_votes_member_id"), ["member_id"], unique=False)

    op.create_table(
        "hangout_requests",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("hangout_id", BIG_ID, nullable=False),
        sa.Column("question_id", BIG_ID, nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("shipped_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(status = 'shipped') = (shipped_at IS NOT NULL)", name=op.f("ck_hangout_requests_shipped")
        ),
        sa.CheckConstraint(
            "status <> 'not_now' OR length(reason) > 0", name=op.f("ck_hangout_requests_reason")
        ),
        sa.CheckConstraint(
            "status IN ('heard', 'planned', 'building', 'shipped', 'not_now')",
            name=op.f("ck_hangout_requests_status"),
        ),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_hangout_requests_points")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_hangout_requests_by_id_members")),
        sa.ForeignKeyConstraint(
            ["hangout_id"], ["hangouts.id"], name=op.f("fk_hangout_requests_hangout_id_hangouts")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["hangout_questions.id"],
            name=op.f("fk_hangout_requests_question_id_hangout_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hangout_requests")),
        sa.UniqueConstraint("question_id", name=op.f("uq_hangout_requests_question_id")),
    )
    with op.batch_alter_table("hangout_requests", schema=None) as batch_op:
        batch_op.create_index("ix_hangout_requests_hangout", ["hangout_id", "id"], unique=False)

    op.create_table(
        "hangout_askers",
        sa.Column("request_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("is_credited", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hangout_askers_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["hangout_requests.id"],
            name=op.f("fk_hangout_askers_request_id_hangout_requests"),
        ),
        sa.PrimaryKeyConstraint("request_id", "member_id", name=op.f("pk_hangout_askers")),
    )
    with op.batch_alter_table("hangout_askers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hangout_askers_member_id"), ["member_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("hangout_askers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hangout_askers_member_id"))

    op.drop_table("hangout_askers")
    with op.batch_alter_table("hangout_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_hangout_requests_hangout")

    op.drop_table("hangout_requests")
    with op.batch_alter_table("hangout_question_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hangout_question_votes_member_id"))

    op.drop_table("hangout_question_votes")
    with op.batch_alter_table("hangout_agenda_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hangout_agenda_votes_member_id"))

    op.drop_table("hangout_agenda_votes")
    with op.batch_alter_table("hangout_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_hangout_questions_mark")
        batch_op.drop_index("ix_hangout_questions_hangout")
        batch_op.drop_index("ix_hangout_questions_by")

    op.drop_table("hangout_questions")
    with op.batch_alter_table("hangout_hosts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hangout_hosts_member_id"))

    op.drop_table("hangout_hosts")
    with op.batch_alter_table("hangout_guests", schema=None) as batch_op:
        batch_op.drop_index("ix_hangout_guests_queue")
        batch_op.drop_index(
            "ix_hangout_guests_offers",
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )
        batch_op.drop_index("ix_hangout_guests_member")

    op.drop_table("hangout_guests")
    with op.batch_alter_table("hangout_agenda", schema=None) as batch_op:
        batch_op.drop_index("ix_hangout_agenda_hangout")

    op.drop_table("hangout_agenda")
    with op.batch_alter_table("hangouts", schema=None) as batch_op:
        batch_op.drop_index("ix_hangouts_state")
        batch_op.drop_index("ix_hangouts_segment")
        batch_op.drop_index("ix_hangouts_by")

    op.drop_table("hangouts")
