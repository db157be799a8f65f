"""Names that links had stay theirs; guests who came to a hangout without a seat."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEATED = "attended_at IS NULL OR state = 'seated'"


def upgrade() -> None:
    op.create_table(
        "link_names",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["personal_links.id"], name=op.f("fk_link_names_link_id_personal_links")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_names")),
    )
    op.create_index(op.f("ix_link_names_link_id"), "link_names", ["link_id"])
    links = sa.table("personal_links", sa.column("id"), sa.column("alias"))
    names = sa.table("link_names", sa.column("digest"), sa.column("link_id"))
    for number, alias in op.get_bind().execute(sa.select(links).where(links.c.alias.is_not(None))).all():
        digest = hashlib.sha256(alias.encode()).hexdigest()
        op.execute(sa.insert(names).values(digest=digest, link_id=number))
    _attended("attended_by IN ('code', 'list', 'door')", f"{SEATED} OR attended_by = 'door'")


def downgrade() -> None:
    op.execute("UPDATE hangout_guests SET attended_at = NULL, attended_by = NULL, points = 0 WHERE attended_by = 'door'")
    _attended("attended_by IN ('code', 'list')", SEATED)
    op.drop_table("link_names")


def _attended(by: str, seated: str) -> None:
    # Members are named by an index on an expression, which SQLite can’t reflect: nobody asks it to.
    with op.batch_alter_table("hangout_guests", reflect_kwargs={"resolve_fks": False}) as table:
        for name, condition in (("attended_by", by), ("attended_seated", seated)):
            table.drop_constraint(op.f(f"ck_hangout_guests_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_hangout_guests_{name}"), condition)
