"""Findings and cases are seen by who may see everybody in their evidence, children and whoever is withheld."""

from hub.errors import FatalError
from hub.store.migrations.scripts import run

revision = "0044"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the policies."""
    run(("0044_findings.sql",))


def downgrade() -> None:
    """A way back is a backup's."""
    raise FatalError("no_way_back", "restore the backup that was taken before the upgrade")
