"""A finding keeps what each of its benefits came to, so that a benefit in two findings counts once."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns, and an index over everybody in the evidence."""
    run(("0076_exposed.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
