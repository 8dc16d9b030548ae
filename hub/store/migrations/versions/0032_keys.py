"""Generations of keys, and contexts of two of them at once."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and `hub.enter` anew."""
    run(("0032_keys.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
