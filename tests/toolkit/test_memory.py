"""Reading takes no more memory for a long list than for a short one; a process of its own is measured."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

MEASURED = """
import re, sys
from pathlib import Path
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.json_files import JsonReader
from hub.toolkit.mixed import MixedReader
from hub.toolkit.parquet_files import ParquetReader
from hub.toolkit.zipped import ZippedReader
from tests.toolkit.builders import LAYOUT, seen
plain = MixedReader((CsvReader(), JsonReader(), ParquetReader()))
reader = MixedReader((*plain.readers, ZippedReader(plain)))
path = Path(sys.argv[1])
rows = sum(page.frame.height for page in reader.pages(path, seen(path.name), LAYOUT, "list"))
# Of this program alone: ru_maxrss would begin with what the process that started it held.
print(rows, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
#: Megabytes by which the longer list may go beyond the shorter: what allocators hold on to, far below the list.
SLACK = 80


def _cells(number: int) -> tuple[str, str, str]:
    return f"33200103036290{number % 100:02}", f"PERSON {number} " + "A" * 60, "3320010101119001"


def write_csv(path: Path, rows: int) -> None:
    with path.open("w") as out:
        out.write("NIK;NAMA;NO KK\n")
        out.writelines(";".join(_cells(number)) + "\n" for number in range(rows))


def write_quoted(path: Path, rows: int) -> None:
    with path.open("w") as out:
        out.write("NIK;NAMA;NO KK\n")
        out.writelines('"' + '";"'.join(_cells(number)) + '"\n' for number in range(rows))


def write_lines(path: Path, rows: int) -> None:
    with path.open("w") as out:
        for number in range(rows):
            nik, name, kk = _cells(number)
            out.write(f'{{"NIK": "{nik}", "NAMA": "{name}", "NO KK": "{kk}"}}\n')


def write_array(path: Path, rows: int) -> None:
    with path.open("w") as out:
        out.write('{"rows": [')
        for number in range(rows):
            nik, name, kk = _cells(number)
            out.write(("," if number else "") + f'{{"NIK": "{nik}", "NAMA": "{name}", "NO KK": "{kk}"}}')
        out.write("]}")


def write_parquet(path: Path, rows: int) -> None:
    columns = list(zip(*(_cells(number) for number in range(rows)), strict=True))
    frame = pl.DataFrame(dict(zip(("NIK", "NAMA", "NO KK"), columns, strict=True)))
    frame.write_parquet(path, row_group_size=50_000)


def write_zip(path: Path, rows: int) -> None:
    write_csv(path.with_suffix(".csv"), rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.write(path.with_suffix(".csv"), "list.csv")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "list.csv": write_csv,
    "quoted.csv": write_quoted,
    "list.ndjson": write_lines,
    "list.json": write_array,
    "list.parquet": write_parquet,
    "list.zip": write_zip,
}


def measured(directory: Path, name: str, rows: int) -> int:
    """Megabytes that reading so many rows takes at most."""
    directory.mkdir()
    WRITERS[name](directory / name, rows)
    command = [sys.executable, "-c", MEASURED, str(directory / name)]
    read, megabytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(read) == rows
    return int(megabytes)


@pytest.mark.parametrize("name", ["list.csv", pytest.param("list.json", marks=pytest.mark.long)])
def test_five_times_the_rows_take_the_same_memory(tmp_path: Path, name: str) -> None:
    short, long = measured(tmp_path / "short", name, 60_000), measured(tmp_path / "long", name, 300_000)
    assert long - short < SLACK


@pytest.mark.long
@pytest.mark.parametrize("name", WRITERS)
def test_a_hundred_times_the_rows_take_the_same_memory(tmp_path: Path, name: str) -> None:
    short, long = measured(tmp_path / "short", name, 10_000), measured(tmp_path / "long", name, 1_000_000)
    assert long - short < 2 * SLACK
