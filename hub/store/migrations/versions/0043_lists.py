"""Days of retired area codes; indices for lists of areas, groups and institutions."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds them."""
    run(("0043_lists.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
