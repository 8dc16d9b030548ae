"""`hub audit compatibility`: which programs one unit may hold beside each other, and by which law."""

from datetime import datetime
from typing import Annotated

import typer

from hub.cli.answers import print_json, table
from hub.cli.begin import DataDir, Json, begin

_COLUMNS = ("program", "beside", "unit", "verdict", "at_most", "from", "to", "legal_basis", "evidence")


def compatibility(
    day: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Only what is in force on this day.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List the pairs of programs that are forbidden, allowed or capped, as config/programs says."""
    settings = begin(data_dir)
    from hub.registry.compatibility import beside
    from hub.registry.programs import load_programs

    rows = beside(load_programs(settings.config_dir / "programs"), day and day.date())
    if as_json:
        print_json(rows)
    else:
        table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])
