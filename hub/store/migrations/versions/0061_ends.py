"""Ends of source records in a table of their own, so that a record that closes enters no index anew."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds it."""
    run(("0061_ends.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
