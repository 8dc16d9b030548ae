"""Rules in their editions, findings, cases and their events."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, then what guards them."""
    run(("0042_audit.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
