"""Names of areas, now and before, in the form under which spellings meet."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    run(("0062_names.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
