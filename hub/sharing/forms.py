"""A release written in its forms, row by row, in memory that stays flat.

CSV is UTF-8 with a header and commas (RFC 4180); SDMX-CSV is 2.0.0 with ids in the header; JSON is one object with its
columns and rows; XLSX goes on in further sheets where one is full; Parquet is made of the CSV by polars, in a stream. A
text that a spreadsheet would take for a formula is put behind an apostrophe in CSV.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import orjson
import polars as pl
import xlsxwriter

from hub.registry.datasets import Column, Dataset

SHEET_ROWS = 1_048_575
"""Rows of a sheet beside its header."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MEDIA = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sdmx-csv": "application/vnd.sdmx.data+csv; version=2.0.0",
}
SUFFIXES = {"csv": ".csv", "json": ".json", "parquet": ".parquet", "xlsx": ".xlsx", "sdmx-csv": ".sdmx.csv"}
TYPES: dict[str, pl.DataType] = {
    "string": pl.String(), "integer": pl.Int64(), "number": pl.Float64(), "date": pl.Date(),
}  # fmt: skip
AGENCY = "HUB"
"""Agency that maintains the structures of SDMX-CSV."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """What a file says of itself.

    Args:
        number: Of the release.
        made: Instant of the release, UTC.
    """

    dataset: Dataset
    number: int
    period: str
    made: datetime

    @property
    def columns(self) -> Sequence[Column]:
        """In the order of the files."""
        return self.dataset.columns

    def name(self, form: str) -> str:
        """Name of its file in a form."""
        return f"{self.dataset.name}-{self.period}-{self.number}{SUFFIXES[form]}"


class Form(Protocol):
    """A file in the making."""

    def write(self, rows: Sequence[Row]) -> None:
        """Adds rows."""
        ...

    def close(self) -> None:
        """Ends the file."""
        ...


class CsvForm:
    """CSV; `sdmx` with the columns that SDMX-CSV 2.0 puts before."""

    def __init__(self, path: Path, head: Head, *, sdmx: bool = False) -> None:
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\r\n")
        self._names = [column.name for column in head.columns]
        self._before: list[str] = []
        if sdmx:
            self._before = ["dataflow", f"{AGENCY}:{head.dataset.name}(1.0)", "R"]
            before = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
            self._writer.writerow([*before, *(_sdmx_id(column, head.dataset) for column in head.columns)])
        else:
            self._writer.writerow(self._names)

    def write(self, rows: Sequence[Row]) -> None:
        """Adds rows."""
        self._writer.writerows(
            [*self._before, *(_plain(row.get(name)) for name in self._names)] for row in rows
        )

    def close(self) -> None:
        """Ends the file."""
        self._stream.close()


class JsonForm:
    """One JSON object: what it is, its columns, and `rows` of objects."""

    def __init__(self, path: Path, head: Head) -> None:
        self._stream = path.open("wb")
        self._names = [column.name for column in head.columns]
        told = {
            "dataset": head.dataset.name,
            "release": head.number,
            "period": head.period,
            "made": head.made,
            "title": {"id": head.dataset.title_id, "en": head.dataset.title_en},
            "columns": [column.model_dump(mode="json", exclude_none=True) for column in head.columns],
        }
        self._stream.write(orjson.dumps(told)[:-1] + b',"rows":[')
        self._between = b"\n"

    def write(self, rows: Sequence[Row]) -> None:
        """Adds rows."""
        for row in rows:
            self._stream.write(self._between + orjson.dumps({name: row.get(name) for name in self._names}))
            self._between = b",\n"

    def close(self) -> None:
        """Ends the file."""
        self._stream.write(b"\n]}\n")
        self._stream.close()


class XlsxForm:
    """A workbook with a frozen header; codes stay text, so that no leading zero is lost."""

    def __init__(self, path: Path, head: Head) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"title": head.dataset.title_id, "created": head.made.replace(tzinfo=None)})
        self._names = [column.name for column in head.columns]
        self._titles = [column.title_id for column in head.columns]
        self._row, self._sheets = SHEET_ROWS, 0
        self._sheet: Any = None
        self._text = self._book.add_format({"num_format": "@"})
        self._next_sheet()

    def write(self, rows: Sequence[Row]) -> None:
        """Adds rows."""
        for row in rows:
            if self._row == SHEET_ROWS:
                self._next_sheet()
            self._row += 1
            for place, name in enumerate(self._names):
                value = row.get(name)
                if isinstance(value, (int, float)):
                    self._sheet.write_number(self._row, place, value)
                elif value is not None:
                    self._sheet.write_string(self._row, place, str(value), self._text)

    def close(self) -> None:
        """Ends the file."""
        self._book.close()

    def _next_sheet(self) -> None:
        self._sheets, self._row = self._sheets + 1, 0
        self._sheet = self._book.add_worksheet(f"rows{self._sheets}")
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, self._names)


class Forms:
    """All forms of a release, below a folder."""

    def __init__(self, folder: Path, head: Head) -> None:
        self._folder, self._head = folder, head
        self._open: dict[str, Form] = {
            "csv": CsvForm(self.path("csv"), head),
            "sdmx-csv": CsvForm(self.path("sdmx-csv"), head, sdmx=True),
            "json": JsonForm(self.path("json"), head),
            "xlsx": XlsxForm(self.path("xlsx"), head),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for form in self._open.values():
            form.close()
        if error is None:
            self._parquet()

    def path(self, form: str) -> Path:
        """Where the file of a form lies."""
        return self._folder / self._head.name(form)

    def paths(self) -> dict[str, Path]:
        """The file of each form, once the block has ended."""
        return {form: self.path(form) for form in MEDIA}

    def write(self, rows: Sequence[Row]) -> None:
        """Adds rows to each."""
        for form in self._open.values():
            form.write(rows)

    def _parquet(self) -> None:
        schema = {column.name: TYPES[column.type] for column in self._head.columns}
        read = pl.scan_csv(self.path("csv"), schema=schema)
        read.sink_parquet(self.path("parquet"), compression="zstd")


def _plain(value: Any) -> Any:
    """A value in CSV: no formula, nothing for null."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _sdmx_id(column: Column, dataset: Dataset) -> str:
    """The id of a column in SDMX: those that have a meaning there have its name."""
    measures = dataset.names("measure")
    if column.role == "measure":
        return "OBS_VALUE" if measures[0] == column.name else column.name.upper()
    return {"time": "TIME_PERIOD", "status": "CONF_STATUS"}.get(column.role, column.name.upper())
