"""Indices for the filters and orders that callers may choose over whole lists."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the indices."""
    run(("0005_indices.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
