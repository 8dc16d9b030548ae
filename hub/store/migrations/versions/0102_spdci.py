"""Messages by SPDCI are taken once."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0102"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    run(("0102_spdci.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
