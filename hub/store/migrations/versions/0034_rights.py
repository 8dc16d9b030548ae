"""Keys of systems, cases of persons about their data, and breaches."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0034"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes tables that only ever grow."""
    run(("0034_rights.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
