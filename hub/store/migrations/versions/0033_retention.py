"""What is past its time may be erased, and each time is written down."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and lets the writing role take away what ended long ago."""
    run(("0033_retention.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
