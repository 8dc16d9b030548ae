"""The first tables, their row-level security, and the entry of the signed context."""

from pathlib import Path

from alembic import context, op

from hub.errors import FatalError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTS = ("0001_tables.sql", "0001_context.sql", "0001_security.sql")


def upgrade() -> None:
    """Runs the parts in order; `{owner}`, `{ingest}` and `{app}` stand for the roles of this hub."""
    roles = context.config.attributes["roles"]
    for part in PARTS:
        sql = (Path(__file__).parent / part).read_text()
        for role, name in roles.items():
            sql = sql.replace("{" + role + "}", f'"{name}"')
        _run(sql)


def downgrade() -> None:
    """There is nothing before the first revision; drop the database instead."""
    raise FatalError("first_revision", "drop the database to go back before the first revision")


def _run(script: str) -> None:
    """Each statement of a script; they are parted by a line that holds `--;` alone."""
    for statement in script.split("\n--;\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
