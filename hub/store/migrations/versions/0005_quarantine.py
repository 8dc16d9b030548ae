"""The key of a refused row, so that it leaves quarantine when its record comes anew."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the key; rows that wait already tell none and are cured by a redrive, as before."""
    run(("0005_quarantine.sql",))


def downgrade() -> None:
    """Which rows a newer version closed cannot be told; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
