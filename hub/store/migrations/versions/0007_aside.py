"""What lets a first load into an empty hub build the indices after its rows."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the two functions and the table that only they read."""
    run(("0007_aside.sql",))


def downgrade() -> None:
    """The functions of an earlier hub do not know them; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
