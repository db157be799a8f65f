"""Customer health, advocate scores, journeys, certificates, badges that are kept up, alerts, probes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.core.append_only import guard

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("certificates", "award_turns")
TABLES = (
    "probes", "answer_clocks", "alerts_heard", "alerts", "award_turns", "badge_upkeeps", "journey_steps", "journeys", "certificates",
    "certifications", "advocate_scores", "customer_healths",
)  # fmt: skip


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG_ID if name.endswith("_id") else sa.BigInteger(), nullable=null)


def words(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def instant(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


def own_id(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    return sa.Column("id", BIG_ID, autoincrement=True, nullable=False), key


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _people()
    _challenges()
    _badges()
    _alerts()
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in guard(table, dialect):
            op.execute(statement.replace("%%", "%"))
    # “Not for me” was kept in two places; the challenges' own list is the one.
    op.execute(
        "INSERT INTO set_asides (member_id, challenge_id, reason, words, created_at) "
        "SELECT p.member_id, c.id, 'other', '', p.created_at FROM put_offs p "
        "JOIN challenges c ON p.thing = 'challenge:' || c.id WHERE p.until_at IS NULL ON CONFLICT DO NOTHING"
    )
    op.execute("DELETE FROM put_offs WHERE until_at IS NULL AND thing LIKE 'challenge:%'")


def _people() -> None:
    table = "customer_healths"
    op.create_table(
        table, *own_id(table), number("member_id", null=True), number("company_id", null=True), number("value"),
        number("by_id", null=True), instant("at"), refers(table, "member_id", "members"),
        refers(table, "company_id", "companies"), refers(table, "by_id", "members"), unique(table, "member_id"),
        unique(table, "company_id"), check(table, "value", "value BETWEEN 0 AND 100"),
        check(table, "whose", "(member_id IS NULL) <> (company_id IS NULL)"),
    )  # fmt: skip
    table = "advocate_scores"
    op.create_table(
        table, sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False), number("score"),
        sa.Column("parts", JSON, nullable=False), instant("computed_at"), refers(table, "member_id", "members"),
        check(table, "score", "score BETWEEN 0 AND 100"),
        sa.PrimaryKeyConstraint("member_id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    op.create_index("ix_advocate_scores_score", table, ["score", "member_id"])


def _challenges() -> None:
    table = "certifications"
    op.create_table(
        table, sa.Column("challenge_id", BIG_ID, autoincrement=False, nullable=False), number("months"),
        refers(table, "challenge_id", "challenges"), check(table, "months", "months BETWEEN 0 AND 120"),
        sa.PrimaryKeyConstraint("challenge_id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    table = "certificates"
    op.create_table(
        table, *own_id(table), words("code"), number("challenge_id"), number("member_id"), number("submission_id"),
        instant("issued_at"), instant("expires_at", null=True), refers(table, "challenge_id", "challenges"),
        refers(table, "member_id", "members"), refers(table, "submission_id", "submissions"), unique(table, "code"),
        unique(table, "submission_id"), check(table, "period", "expires_at IS NULL OR expires_at > issued_at"),
    )  # fmt: skip
    op.create_index("ix_certificates_member", table, ["member_id", "challenge_id", "id"])
    table = "journeys"
    op.create_table(
        table, *own_id(table), words("name"), words("says"), number("segment_id", null=True), words("state"),
        sa.Column("waits", sa.Boolean(), nullable=False), number("by_id", null=True), instant("created_at"),
        refers(table, "segment_id", "segments"), refers(table, "by_id", "members"),
        check(table, "state", "state IN ('draft', 'open', 'closed')"), check(table, "name", "length(name) > 0"),
    )  # fmt: skip
    table = "journey_steps"
    op.create_table(
        table, number("journey_id"), number("challenge_id"), number("position"),
        refers(table, "journey_id", "journeys"), refers(table, "challenge_id", "challenges"),
        sa.PrimaryKeyConstraint("journey_id", "challenge_id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    op.create_index("ix_journey_steps_challenge_id", table, ["challenge_id"])


def _badges() -> None:
    table = "badge_upkeeps"
    op.create_table(
        table, sa.Column("badge_id", BIG_ID, autoincrement=False, nullable=False), number("keep"),
        number("days"), refers(table, "badge_id", "badges"), check(table, "keep", "keep > 0"),
        check(table, "days", "days BETWEEN 30 AND 3660"),
        sa.PrimaryKeyConstraint("badge_id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    table = "award_turns"
    op.create_table(
        table, *own_id(table), number("award_id"), number("number"), words("turn"), instant("at"),
        refers(table, "award_id", "awards"), unique(table, "award_id", "number"), check(table, "number", "number > 0"),
        check(table, "turn", "turn IN ('warned', 'kept', 'lapsed', 'renewed')"),
    )  # fmt: skip


def _alerts() -> None:
    table = "alerts"
    op.create_table(
        table, *own_id(table), words("name"), number("segment_id"), words("tells"), number("person_id", null=True),
        number("points"), words("state"), number("by_id", null=True), instant("created_at"),
        refers(table, "segment_id", "segments"), refers(table, "person_id", "members"),
        refers(table, "by_id", "members"), check(table, "tells", "tells IN ('rep', 'person', 'nobody')"),
        check(table, "person", "(tells = 'person') = (person_id IS NOT NULL)"),
        check(table, "state", "state IN ('on', 'off')"), check(table, "points", "points BETWEEN 0 AND 1000000"),
        check(table, "purpose", "tells <> 'nobody' OR points > 0"),
    )  # fmt: skip
    op.create_index("ix_alerts_segment_id", table, ["segment_id"])
    table = "alerts_heard"
    op.create_table(
        table, number("alert_id"), number("member_id"), sa.Column("told", sa.Boolean(), nullable=False),
        instant("at"), refers(table, "alert_id", "alerts"), refers(table, "member_id", "members"),
        sa.PrimaryKeyConstraint("alert_id", "member_id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    op.create_index("ix_alerts_heard_member_id", table, ["member_id"])
    table = "answer_clocks"
    op.create_table(
        table, *own_id(table), number("first_days"), number("news_days"), number("more_days"),
        check(table, "single", "id = 1"),
        check(table, "positive", "first_days > 0 AND news_days > 0 AND more_days > 0"),
    )  # fmt: skip
    table = "probes"
    op.create_table(
        table, *own_id(table), instant("at"), sa.Column("is_ok", sa.Boolean(), nullable=False),
        number("milliseconds"), words("says"), check(table, "milliseconds", "milliseconds >= 0"),
    )  # fmt: skip
    op.create_index("ix_probes_at", table, ["at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
