"""A quota counts each person once a day, and cards and households by whom of them the caller sees."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0150"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0150_told.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
