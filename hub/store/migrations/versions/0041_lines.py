"""Lines that answers leave in the statement that reads them."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0041"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widens the inbox, takes the caller from the entered context alone, and counts what quotas bound."""
    run(("0041_lines.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
