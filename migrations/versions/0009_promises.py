"""Keys of the books in the order of their bytes, whatever language the database sorts in."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE entries ALTER COLUMN key TYPE VARCHAR COLLATE "C"')


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE entries ALTER COLUMN key TYPE VARCHAR COLLATE "default"')
