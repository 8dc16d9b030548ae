"""Indices for the filters and orders that callers may choose over whole lists."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the indices."""
    run(("0006_indices.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
