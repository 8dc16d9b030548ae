"""Records as a list, by source, run and area."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0025"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the indices."""
    run(("0025_records.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
