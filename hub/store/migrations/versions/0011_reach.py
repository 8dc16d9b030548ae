"""Several areas and scopes in a context, and policies that repeat them."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes `hub.enter` anew and adds two restrictive policies a table."""
    run(("0011_reach.sql",))


def downgrade() -> None:
    """Claims cannot be unsaid; restore a backup instead."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
