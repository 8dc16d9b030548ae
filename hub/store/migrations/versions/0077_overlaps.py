"""Programs and flags by person and quarter, and the combinations of them by area."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    run(("0077_overlaps.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
