"""One person goes with one mention; a judgement tells which one it rests on, and by which account it was written."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0082"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    run(("0082_founders.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
