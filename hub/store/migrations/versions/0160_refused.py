"""Callers of an area see the refused rows of their area, and nobody those that speak of whoever is withheld."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0160"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the policies; rows that wait already have no area until they are redriven."""
    run(("0160_refused.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
