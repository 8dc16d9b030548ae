"""Indices by the instants of recording, for the feed of changes, and how a statement refuses."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the indices and the function."""
    run(("0004_feed.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
