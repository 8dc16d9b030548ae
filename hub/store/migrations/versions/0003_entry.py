"""Entry by a key whose pads are at hand."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the pads and makes `hub.enter` anew."""
    run(("0003_entry.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
