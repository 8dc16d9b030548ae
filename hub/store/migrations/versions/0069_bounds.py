"""Entry settles what the policies ask of the context, and one condition holds the areas of a table."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes entry and the policies on areas."""
    run(("0069_bounds.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
