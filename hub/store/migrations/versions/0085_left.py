"""Withdrawals tell of what had ended, or had left a reach, before somebody was withheld."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0085"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0085_left.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
