"""`hub audit matrix`: combinations of programs or flags as a table, a file, or a picture."""

import csv
import os
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.audit.matrix import Wanted
    from hub.settings import Settings

UNITS = {"provinsi": 10**8, "kabupaten": 10**6, "kecamatan": 10**4, "desa": 1}
COLUMNS = ("area", "name", "quarter", "desil", "combination", "persons", "families", "amount")
ENDINGS = (".csv", ".xlsx", ".svg", ".png")


def matrix(
    area: Annotated[
        str | None, typer.Option("--area", help="Only this area, by Kemendagri's code (33.20).")
    ] = None,
    kind: Annotated[
        Literal["program", "flag"], typer.Option(help="Programs, or rules that found something.")
    ] = "program",
    level: Annotated[
        Literal["provinsi", "kabupaten", "kecamatan", "desa"], typer.Option(help="Areas that are counted.")
    ] = "kabupaten",
    period: Annotated[
        str | None,
        typer.Option("--period", help="Quarter ('TW4 2026'); the last that was counted when left out."),
    ] = None,
    holding: Annotated[
        list[str] | None, typer.Option(help="Only combinations with this code; may be given again.")
    ] = None,
    desil: Annotated[bool, typer.Option("--desil", help="Told apart by desil; 0: not ranked.")] = False,
    chart: Annotated[
        Literal["upset", "map"], typer.Option(help="Of a picture: which come together, or where.")
    ] = "upset",
    out: Annotated[Path | None, typer.Option(help="File to write: .csv, .xlsx, .svg or .png.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show how many persons and families carry exactly which programs or flags, as the last audit counted them.

    A map shows persons who carry two at least, or all that --holding names. Small counts tell of single persons.
    """
    settings = begin(data_dir)
    _check(out)
    rows = run(lambda: _counted(settings, _wanted(kind, area, level, period), tuple(holding or ()), desil))
    if as_json:
        print_json(rows)
    elif out is None:
        table(COLUMNS, [[each[name] for name in COLUMNS] for each in rows])
    if out is not None:
        _write(out, rows, lambda: _picture(settings, rows, chart, _title(rows, kind, area)))
        say(f"hub: {len(rows):,} counts in {out}")


def _check(out: Path | None) -> None:
    """Passes a new file of a form that can be written.

    Raises:
        InputError: `bad_file_name`.
    """
    from hub.errors import InputError

    if out is not None and (out.exists() or out.suffix.lower() not in ENDINGS):
        raise InputError("bad_file_name", f"name a new file that ends in {', '.join(ENDINGS)}")


def _wanted(kind: str, area: str | None, level: str, period: str | None) -> "Wanted":
    """What is asked for.

    Raises:
        InputError: `bad_period`, no such area.
    """
    from hub.audit.matrix import Wanted
    from hub.audit.overlaps import quarter_of
    from hub.domain.periods import parse_period
    from hub.domain.wilayah import System, key_range, parse_area
    from hub.errors import InputError, SkippableError

    try:
        quarter = None if period is None else quarter_of(parse_period(period).start)
    except SkippableError:
        raise InputError(
            "bad_period", "write the quarter as 'TW4 2026', or a month in it as 2026-10"
        ) from None
    keys = None if area is None else key_range(parse_area(area, System.KEMENDAGRI))
    return Wanted(kind, keys, UNITS[level], quarter)


async def _counted(
    settings: "Settings", wanted: "Wanted", holding: tuple[str, ...], by_desil: bool
) -> list[dict[str, Any]]:
    from hub.audit.matrix import cells

    async with opened(settings) as database:
        return await cells(database, replace(wanted, holding=holding, by_desil=by_desil))


def _title(rows: list[dict[str, Any]], kind: str, area: str | None) -> str:
    said = "Program yang dipegang bersama" if kind == "program" else "Temuan yang bersamaan"
    quarter = rows[0]["quarter"] if rows else None
    told = f", triwulan {(quarter.month + 2) // 3} {quarter.year}" if quarter else ""
    return f"{said}, {area or 'Indonesia'}{told}"


def _picture(settings: "Settings", rows: list[dict[str, Any]], chart: str, title: str) -> str:
    from hub.audit.pictures import choropleth, outlines, upset

    if chart == "upset":
        return upset(rows, title)
    counted: Counter[str] = Counter()
    for each in rows:
        if each["area"] and len(each["codes"]) > 1:
            counted[each["area"]] += each["persons"]
    named = [each["area"] for each in rows if each["area"]]
    return choropleth(
        counted, outlines(settings.config_dir / "reference" / "boundaries.geojson.gz", named), title
    )


def _write(out: Path, rows: list[dict[str, Any]], picture: Any) -> None:
    """Writes the file; readable by its owner alone, for small counts tell of single persons."""
    ending = out.suffix.lower()
    with TemporaryDirectory(dir=out.resolve().parent) as place:
        made = Path(place) / out.name
        made.touch(mode=0o600)
        if ending == ".xlsx":
            from hub.toolkit.workbooks import write_sheets

            write_sheets(made, {"Matriks": (COLUMNS, [[each[name] for name in COLUMNS] for each in rows])})
        elif ending == ".csv":
            told = StringIO()
            csv.writer(told).writerows([COLUMNS, *([each[name] for name in COLUMNS] for each in rows)])
            made.write_text(told.getvalue(), encoding="utf-8", newline="")
        else:
            made.write_bytes(_drawn(picture(), ending))
        os.link(made, out)


def _drawn(svg: str, ending: str) -> bytes:
    """The picture as SVG, or as PNG of twice its size; the machine needs a font for the words in a PNG."""
    if ending == ".svg":
        return svg.encode()
    from resvg_py import svg_to_bytes

    return bytes(svg_to_bytes(svg_string=svg, zoom=2, background="#ffffff"))
