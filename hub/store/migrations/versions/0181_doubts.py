"""Doubts are found without reading every edge."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0181"
down_revision = "0161"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0181_doubts.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
