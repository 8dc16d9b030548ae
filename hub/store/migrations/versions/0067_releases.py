"""Data sets, their releases, files and rows."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0067"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables; whoever may read at all may read them."""
    run(("0067_releases.sql",))


def downgrade() -> None:
    """What was published stays published; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
