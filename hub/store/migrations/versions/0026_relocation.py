"""What followed a person to another home, for readers of one area."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0026"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    run(("0026_relocation.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
