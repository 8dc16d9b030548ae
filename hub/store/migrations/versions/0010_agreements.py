"""Agreements and what was decided on them."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds two tables that only ever grow."""
    run(("0010_agreements.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
