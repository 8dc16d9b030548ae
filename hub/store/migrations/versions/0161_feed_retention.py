"""The feed forgets what is past its time, and whoever read it last before then begins anew."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0161"
down_revision = "0160"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0161_feed_retention.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
