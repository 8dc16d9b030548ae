"""Reading takes no more memory for a long list than for a short one; a process of its own is measured."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from hub.store.database import Database
from hub.store.roles import Role
from tests.sync_builders import Hub, changed_config, loaded, new_hub
from tests.toolkit.corpus.making import ROWS_AND_TEXTS, workbook

__all__ = ["loaded"]

#: Of this program alone: ru_maxrss would begin with what the process that started it held.
HELD = 'int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024'
READ = f"""
import re, sys
from pathlib import Path
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.json_files import JsonReader
from hub.toolkit.mixed import MixedReader
from hub.toolkit.parquet_files import ParquetReader
from hub.toolkit.xlsx_files import XlsxReader
from hub.toolkit.zipped import ZippedReader
from tests.toolkit.builders import LAYOUT, seen
plain = MixedReader((CsvReader(), JsonReader(), ParquetReader(), XlsxReader(number_columns=("NIK",))))
reader = MixedReader((*plain.readers, ZippedReader(plain)))
path = Path(sys.argv[1])
rows = sum(page.frame.height for page in reader.pages(path, seen(path.name), LAYOUT, "list"))
print(rows, {HELD})
"""
PULLED = f"""
import asyncio, json, re, sys
from pathlib import Path
from hub.toolkit.connector import Listing
from hub.toolkit.json_files import JsonReader
from hub.toolkit.pull import pages
from tests.toolkit.builders import connector, entry
asked = json.loads(sys.argv[1])
made = connector(JsonReader()) if asked["transport"] == "sql" else connector(listings=(("list", Listing("/list")),))
async def rows():
    return sum([page.frame.height async for page in pages(made, entry(**asked))])
print(asyncio.run(rows()), {HELD})
"""
SYNCED = f"""
import re, sys
from pathlib import Path
from hub.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended
print({HELD})
"""
#: Megabytes by which the longer list may go beyond the shorter: what allocators hold on to, far below the list.
SLACK = 100
SHORT, LONG = 10_000, 1_000_000
#: From here on a run has filled its batches, which it maps and copies side by side.
FULL_RUN = 300_000


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


def write_xlsx(path: Path, rows: int) -> None:
    """As Excel does, each text once beside the sheet; made by hand, for no writer does so in flat memory."""
    path.write_bytes(workbook([["NIK", "NAMA", "NO KK"]]))
    with zipfile.ZipFile(path) as whole:
        rest = {name: whole.read(name) for name in whole.namelist() if name not in ROWS_AND_TEXTS}
    sheet, texts = ROWS_AND_TEXTS
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in rest.items():
            made.writestr(name, body)
        with made.open(texts, "w") as out:
            out.write(b"<sst><si><t>NIK</t></si><si><t>NAMA</t></si><si><t>NO KK</t></si>")
            for number in range(rows):
                out.write("".join(f"<si><t>{cell}</t></si>" for cell in _cells(number)).encode())
            out.write(b"</sst>")
        with made.open(sheet, "w") as out:
            out.write(b"<worksheet><sheetData>")
            for at in range(rows + 1):
                cells = "".join(
                    f'<c r="{c}{at + 1}" t="s"><v>{at * 3 + i}</v></c>' for i, c in enumerate("ABC")
                )
                out.write(f'<row r="{at + 1}">{cells}</row>'.encode())
            out.write(b"</sheetData></worksheet>")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "list.csv": write_csv,
    "quoted.csv": write_quoted,
    "list.ndjson": write_lines,
    "list.json": write_array,
    "list.parquet": write_parquet,
    "list.xlsx": write_xlsx,
    "list.zip": write_zip,
}


def measured(program: str, *arguments: str, **variables: str) -> tuple[int, ...]:
    """The numbers that a program of ours ends with; the last of them are the megabytes that it took at most."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )
    assert done.returncode == 0, done.stderr
    return tuple(int(number) for number in done.stdout.splitlines()[-1].split())


def told(what: str, short: int, long: int) -> None:
    """Says the figures on the way (`-s` shows them), and holds them to the bound."""
    sys.stdout.write(f"\n{what}: {short} MB, then {long} MB\n")
    assert long - short < SLACK


def read(directory: Path, name: str, rows: int) -> int:
    """Megabytes that reading a file of so many rows takes at most."""
    directory.mkdir()
    WRITERS[name](directory / name, rows)
    found, megabytes = measured(READ, str(directory / name), HUB_DATA_DIR=str(directory))
    assert found == rows
    return megabytes


@pytest.mark.parametrize("name", ["list.csv", pytest.param("list.json", marks=pytest.mark.long)])
def test_five_times_the_rows_take_the_same_memory(tmp_path: Path, name: str) -> None:
    told(name, read(tmp_path / "short", name, 60_000), read(tmp_path / "long", name, 300_000))


@pytest.mark.long
@pytest.mark.parametrize("name", WRITERS)
def test_a_hundred_times_the_rows_of_a_file_take_the_same_memory(tmp_path: Path, name: str) -> None:
    told(name, read(tmp_path / "short", name, SHORT), read(tmp_path / "long", name, LONG))


class _Listing(BaseHTTPRequestHandler):
    """A listing of so many rows as its server says, made page by page."""

    def do_GET(self) -> None:
        asked = {name: int(each) for name, (each,) in parse_qs(urlsplit(self.path).query).items()}
        total, size = int(self.server.total), asked["size"]  # type: ignore[attr-defined]  # set by `listing`
        first, last = (asked["page"] - 1) * size, min(asked["page"] * size, total)
        rows = [
            dict(zip(("NIK", "NAMA", "NO KK"), _cells(number), strict=True)) for number in range(first, last)
        ]
        body = json.dumps(
            {"rows": rows, "page": asked["page"], "total": total, "last": last == total}
        ).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def listing(directory: Path, rows: int) -> int:
    """Megabytes that pulling a listing of so many rows takes at most."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listing) as server:
        server.total = rows  # type: ignore[attr-defined]  # read by its handler
        Thread(target=server.serve_forever, daemon=True).start()
        asked = {
            "transport": "http_json",
            "address": f"http://127.0.0.1:{server.server_address[1]}",
            "options": {"page_size": 5_000},
        }
        found, megabytes = measured(PULLED, json.dumps(asked), HUB_DATA_DIR=str(directory))
        server.shutdown()
    assert found == rows
    return megabytes


@pytest.mark.long
def test_a_hundred_times_the_rows_of_a_listing_take_the_same_memory(tmp_path: Path) -> None:
    told("listing", listing(tmp_path, SHORT), listing(tmp_path, LONG))


QUERY = """
    select '33200103036290' || lpad((i % 100)::text, 2, '0') as "NIK", 'PERSON ' || i || repeat('A', 60) as "NAMA",
        '3320010101119001' as "NO KK", i
    from generate_series(1, {rows}) as list (i)
"""


@pytest.mark.long
def test_a_hundred_times_the_rows_of_a_query_take_the_same_memory(tmp_path: Path, database: Database) -> None:
    url, megabytes = database.url(Role.INGEST), list[int]()
    where = {name: url.query.get(name) or getattr(url, name) for name in ("host", "port")}
    for rows in (SHORT, LONG):
        asked = {
            "transport": "sql",
            "address": f"postgresql:///{url.database}?host={where['host']}&port={where['port']}",
            "auth": {
                "kind": "basic",
                "user_env": "HUB_CREDENTIAL_A_USER",
                "password_env": "HUB_CREDENTIAL_A_PASSWORD",
            },
            "options": {"query": QUERY.format(rows=rows), "order": ["i"]},
        }
        found, taken = measured(
            PULLED,
            json.dumps(asked),
            HUB_DATA_DIR=str(tmp_path),
            HUB_CREDENTIAL_A_USER=url.username or "",
            HUB_CREDENTIAL_A_PASSWORD=str(url.password),
        )
        assert found == rows
        megabytes.append(taken)
    told("query", *megabytes)


def village_rows(rows: int) -> Iterator[str]:
    """A BLT-DD list of so many persons, whose NIK are of serials 9000 to 9999 of many days."""
    yield "NIK;NAMA;NO KK;ALAMAT;BULAN;NOMINAL\n"
    for number in range(rows):
        day, serial = divmod(number, 1_000)
        born = f"{day % 28 + 1:02}{day // 28 % 12 + 1:02}{day // 336 + 60:02}"
        yield f"332001{born}{9000 + serial};SITI {number};332001{born}{9000 + serial};DUSUN;2026-10;300000\n"


def run(hub: Hub, place: Path, rows: int) -> int:
    """Megabytes that a whole run over a list of so many rows takes at most: stage, land, fold."""
    (place / "config").mkdir(parents=True)
    (place / "files").mkdir()
    with (place / "files/blt_dd_3320012001_202610.csv").open("w") as out:
        out.writelines(village_rows(rows))
    entry = {"transport": '"directory"', "address": f'"{place / "files"}"'}
    with new_hub(hub.with_config(changed_config(place / "config", "blt_dd", **entry))) as own:
        (megabytes,) = measured(SYNCED, "sync", "blt_dd", **own.variables())
        assert own.ask("select rows_in, quarantined from run") == [(rows, 0)]
    return megabytes


@pytest.mark.long
def test_a_run_takes_no_more_memory_once_its_batches_are_full(tmp_path: Path, loaded: Hub) -> None:
    sys.stdout.write(f"\nrun of {SHORT} rows: {run(loaded, tmp_path / 'short', SHORT)} MB\n")
    told("run", run(loaded, tmp_path / "full", FULL_RUN), run(loaded, tmp_path / "long", LONG))
