"""The sealed ledger and the role that seals it."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the inbox anew, which nothing wrote to before, and adds the ledger."""
    run(("0012_ledger.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
