"""How commands answer: JSON or a table on stdout, over a database that is ready."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.settings import Settings
    from hub.store.database import Database

WIDEST = 200
"""Columns of a table that goes to a file."""


@asynccontextmanager
async def opened(settings: "Settings") -> "AsyncIterator[Database]":
    """The hub's database, with the tables of this version.

    Raises:
        FatalError: `not_initialised`, `database_unreachable`.
    """
    from hub.store.database import open_database
    from hub.workflow.initialise import require_initialised

    async with open_database(settings) as database:
        await require_initialised(database)
        await database.learn_keys()
        yield database


def print_json(answer: Any) -> None:
    """One line of JSON; instants in UTC with `Z`."""
    import orjson

    print(orjson.dumps(answer, option=orjson.OPT_UTC_Z, default=str).decode())


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on stdout; no value is cut, a narrow terminal wraps it."""
    import sys

    from rich.console import Console
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold")
    for row in rows:
        made.add_row(*(shown(value) for value in row))
    console = Console() if sys.stdout.isatty() else Console(width=WIDEST)
    console.print(made, markup=False, highlight=False)


def shown(value: Any) -> str:
    """A value for a person: `-` for none, minutes in UTC, thousands apart, lists with commas."""
    from datetime import datetime

    if value is None or value == []:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}Z"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
