"""What callers came to see no longer, or again, and cursors of feeds that nobody can invent."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0075"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what the feeds tell of it."""
    run(("0075_withdrawals.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
