"""Runs the SQL scripts that a revision consists of."""

from pathlib import Path

from alembic import context, op

VERSIONS = Path(__file__).parent / "versions"


def run(parts: tuple[str, ...]) -> None:
    """Runs the scripts in order; `{owner}`, `{ingest}` and `{app}` stand for the roles of this hub.

    Args:
        parts: File names below `versions`. Statements are parted by a line that holds `--;` alone.
    """
    roles = context.config.attributes["roles"]
    for part in parts:
        script = (VERSIONS / part).read_text()
        for role, name in roles.items():
            script = script.replace("{" + role + "}", f'"{name}"')
        for statement in script.split("\n--;\n"):
            if statement.strip():
                op.get_bind().exec_driver_sql(statement)
