"""Requests by SPDCI that are answered later, and subscriptions."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    run(("0103_spdci_work.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
