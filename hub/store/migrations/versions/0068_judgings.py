"""Who judged what of two mentions, and when: the log under the edges; persons that were merged are found."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the log, then what guards it."""
    run(("0068_judgings.sql",))


def downgrade() -> None:
    """What people judged cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
