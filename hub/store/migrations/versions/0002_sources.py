"""Tables for what the further sources state, and for each source's health, schedule and reported use."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, then what guards them."""
    run(("0002_tables.sql", "0002_security.sql"))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
