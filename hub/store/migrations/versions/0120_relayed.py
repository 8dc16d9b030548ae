"""Which hub first said what another hub told, and what that hub calls it; withdrawals between hubs."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0120"
down_revision = "0180"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    run(("0120_relayed.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
