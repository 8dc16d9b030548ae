"""Files that are handed over under an agreement: to whom, what, until when."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0190"
down_revision = "0181"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0190_handed.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
