"""Acts of callers, each once by its key."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0060"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    run(("0060_acts.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
