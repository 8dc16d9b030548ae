"""Pairs of mentions that may be one person: what detectors propose and what reviewers look at."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0054"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table, then what guards it."""
    run(("0054_candidates.sql",))


def downgrade() -> None:
    """What was dismissed cannot be found again; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
