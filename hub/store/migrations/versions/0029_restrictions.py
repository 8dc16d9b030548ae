"""Restricted and protected persons, whom no policy shows; programs in the context."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0029"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, `hub.enter` anew, and a restrictive policy for every table with persons."""
    run(("0029_restrictions.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
