"""`hub audit missing`: who stands in one list and not in others, by desa, for verification in the field."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened
from hub.cli.begin import DataDir, begin, run, say
from hub.cli.granted import Asked, granted

if TYPE_CHECKING:
    from hub.audit.missing import Compared
    from hub.settings import Settings

COLUMNS = (
    "wilayah",
    "desa",
    "rw",
    "rt",
    "address",
    "name",
    "birth_date",
    "nik",
    "no_kk",
    "absent",
    "namesakes",
)


def missing(
    listed: Annotated[str, typer.Option("--listed", help="Code of the source whose people are looked for.")],
    absent: Annotated[
        list[str], typer.Option("--absent", help="Code of a source they are looked for in; again for more.")
    ],
    purpose: Annotated[str, typer.Option(help="What for; a purpose of config/access.toml (verivali).")],
    out: Annotated[Path, typer.Option(help="Workbook to write (.xlsx); readable by its owner alone.")],
    area: Annotated[str | None, typer.Option("--area", help="Only this area, by Kemendagri's code.")] = None,
    one: Annotated[bool, typer.Option("--any", help="Also who is missing in one of them alone.")] = False,
    agreement: Annotated[
        str | None, typer.Option(help="Agreement under which it is given; none: it stays with the operator.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who does it, by name of account.")] = None,
    data_dir: DataDir = None,
) -> None:
    """List who stands in one list and in none of others, by number and by name and address, desa by desa.

    It is a disclosure, and leaves a line in the ledger.
    """
    settings = begin(data_dir)
    from hub.audit.missing import Compared
    from hub.domain.wilayah import System, key_range, parse_area
    from hub.errors import InputError

    if out.exists() or out.suffix.lower() != ".xlsx":
        raise InputError("bad_file_name", "name a new file that ends in .xlsx")
    keys = None if area is None else key_range(parse_area(area, System.KEMENDAGRI))
    compared = Compared(listed, absent, keys, anywhere=not one)
    rows = run(lambda: _asked(settings, compared, (purpose, agreement, by or getpass.getuser())))
    _write(out, rows)
    say(f"hub: {len(rows):,} persons in {out}; it holds personal data, and the ledger has a line of it")


async def _asked(settings: "Settings", compared: "Compared", who: Asked) -> list[dict[str, Any]]:
    from hub.audit.missing import missing as found

    async with opened(settings) as database:
        return await found(database, compared, *await granted(database, settings, who))


def _write(out: Path, rows: list[dict[str, Any]]) -> None:
    """A sheet for each desa, as many as a workbook takes; who is of no known desa comes first."""
    from hub.toolkit.workbooks import write_sheets

    by_desa: dict[str, list[list[object]]] = {}
    for row in rows:
        told = [", ".join(cell) if isinstance(cell := row[name], list) else cell for name in COLUMNS]
        by_desa.setdefault(row["wilayah"] or "tanpa desa", []).append(told)
    write_sheets(out, {name: (COLUMNS, each) for name, each in by_desa.items()} or {"Kosong": (COLUMNS, [])})
