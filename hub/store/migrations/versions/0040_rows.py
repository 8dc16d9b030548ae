"""Rows told apart: sensitive statuses, children, other programs."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0040"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of what opens a status, and restrictive policies by row."""
    run(("0040_rows.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
