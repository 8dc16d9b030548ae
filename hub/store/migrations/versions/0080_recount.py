"""Combinations are counted anew, and never below zero."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0080"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empties the counts and holds them to what can be."""
    run(("0080_recount.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
