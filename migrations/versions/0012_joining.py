"""Codes by which people join by themselves, and links that sign in without a password."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PURPOSES = "purpose IN ('invitation', 'claim', 'reset', 'confirmation')"
MORE_PURPOSES = "purpose IN ('invitation', 'claim', 'reset', 'confirmation', 'sign_in')"
TABLES = ("join_requests", "joinings", "join_doors", "join_codes")


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
    _purposes(MORE_PURPOSES)
    table = "join_codes"
    op.create_table(
        table, *own_id(table), words("code"), words("alias", null=True), words("name"), words("type"),
        number("company_id", null=True), sa.Column("domains", JSON, nullable=False), words("tag"),
        number("most", null=True), number("uses"), instant("expires_at", null=True),
        sa.Column("is_on", sa.Boolean(), nullable=False), number("by_id", null=True), instant("created_at"),
        refers(table, "company_id", "companies"), refers(table, "by_id", "members"), unique(table, "code"),
        unique(table, "alias"), check(table, "type", "type IN ('customer', 'partner', 'employee')"),
        check(table, "name", "length(name) > 0"), check(table, "two_names", "code <> alias"),
        check(table, "uses", "uses >= 0 AND (most IS NULL OR uses <= most)"),
    )  # fmt: skip
    op.create_index("ix_join_codes_company_id", table, ["company_id"])
    table = "join_doors"
    op.create_table(
        table, *own_id(table), words("state"), number("code_id", null=True), refers(table, "code_id", "join_codes"),
        check(table, "single", "id = 1"), check(table, "state", "state IN ('closed', 'code', 'open')"),
        check(table, "shown", "(state = 'open') = (code_id IS NOT NULL)"),
    )  # fmt: skip
    table = "joinings"
    op.create_table(
        table, sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False), number("code_id"),
        words("mailbox", null=True), instant("at"), refers(table, "member_id", "members"),
        refers(table, "code_id", "join_codes"), unique(table, "mailbox"),
        sa.PrimaryKeyConstraint("member_id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    op.create_index("ix_joinings_code_id", table, ["code_id"])
    table = "join_requests"
    op.create_table(
        table, *own_id(table), words("token_digest"), number("code_id"), words("name"), words("email"),
        instant("created_at"), instant("expires_at"), refers(table, "code_id", "join_codes"),
        unique(table, "token_digest"),
    )  # fmt: skip
    for column in ("code_id", "email", "expires_at"):
        op.create_index(f"ix_join_requests_{column}", table, [column])


def _purposes(condition: str) -> None:
    # Members are named by an index on an expression, which SQLite can’t reflect: nobody asks it to.
    with op.batch_alter_table("tickets", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("ck_tickets_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_tickets_purpose"), condition)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM tickets WHERE purpose = 'sign_in'")
    _purposes(PURPOSES)
