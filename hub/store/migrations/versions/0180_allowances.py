"""Which programs one unit may hold beside each other, and up to how many of its persons."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0180"
down_revision = "0150"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0180_allowances.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
