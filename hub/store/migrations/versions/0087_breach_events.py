"""What became of a breach: when authority and persons were told of it."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0087"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0087_breach_events.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
