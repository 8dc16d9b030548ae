"""The first tables, their row-level security, and the entry of the signed context."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, then what guards them."""
    run(("0001_tables.sql", "0001_context.sql", "0001_security.sql"))


def downgrade() -> None:
    """There is nothing before the first revision; drop the database instead."""
    raise FatalError("first_revision", "drop the database to go back before the first revision")
