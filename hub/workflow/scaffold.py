"""`hub sources new`: the files of a source, begun from the header of a sample, its simulated list among them.

NIK, name and No KK are guessed by the names under which lists write them; every other column is ignored by name,
so that nothing is claimed that nobody has looked at. The sample's rows are never read: the recorded case has
made-up persons.
"""

import asyncio
import csv
import io
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError, InputError
from hub.registry.sources import load_sources
from hub.toolkit.headers import header_of
from hub.toolkit.layout import header_form
from hub.toolkit.workbooks import write_workbook

#: Header forms under which lists write each column.
WRITINGS = {
    "nik": {
        "NIK", "NIKKTP", "NIKART", "NONIK", "NOKTP", "NOMORNIK", "NOMORKTP", "NIKPENERIMA", "NIKKPM",
        "NOMORINDUKKEPENDUDUKAN",
    },
    "name": {
        "NAMA", "NAMALENGKAP", "NAMALGKP", "NAMAPENERIMA", "NAMAKPM", "NAMAART", "NAMAPM", "NAMASISWA", "NAME",
    },
    "kk": {"KK", "NOKK", "NOKEL", "NOMORKK", "NOKARTUKELUARGA", "NOMORKARTUKELUARGA"},
}  # fmt: skip
_NAME = re.compile(r"^[a-z][a-z0-9_]{1,40}$")
#: Made-up persons of the recorded case; the last one's NIK is none, so that the case has a refused row.
PERSONS = (
    {"nik": "3320014101909001", "name": "SITI AMINAH", "kk": "3320010101209003"},
    {"nik": "3320010101809002", "name": "BUDI", "kk": "3320010101209003"},
    {"nik": "12", "name": "WATI", "kk": "3320010101209003"},
)
CONNECTOR = '''"""{title}.

Source: a sample file of the office (its columns and no more are known).
Key: {key_told} as received.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.{module} import {reader}
from hub.toolkit.layout import Layout
from hub.toolkit.rows import Rows

LAYOUT = Layout(
    taken={{
{taken}
    }},
    ignored=frozenset(
        {{
{ignored}
        }}
    ),
    required=frozenset(
        {{
{required}
        }}
    ),
)


def _claims(rows: Rows) -> Claims:
    return rows.claims(
        person={{
{person}
        }}
    )


connector = Connector(
    name="{name}",
    layout=LAYOUT,
    key=(
{key}
    ),
    claims=_claims,
    reader={made},
)
'''
ENTRY = """# Begun from a sample: owner, schedule, legal basis and limits are assumptions until somebody has asked.
number = {number}
title_id = "{title}"
title_en = "{title}"
owner = "{title}"
family = "other"
enabled = false       # pulled by name alone until its owner, agreement and columns are settled
# The simulated registry, until the address of the real one is known; a folder of files is transport "directory".
address = "${{HUB_REGISTRY_URL:-http://127.0.0.1:8090}}/files/{name}"
transport = "http_files"
rank = {number}
schedule = "on_demand"
full_list = true      # assumed: a row that is missing next time has ended
legal_basis = "belum ditetapkan"

[auth]
kind = "basic"
user_env = "HUB_CREDENTIAL_{variable}_USER"
password_env = "HUB_CREDENTIAL_{variable}_PASSWORD"

[expectations]
max_reject_share = 0.3

[options]
nik = "required"
unknown_code = "quarantine"
unknown_columns = "accept"
"""
PAGE = """# {name}: {title}

Begun from a sample file; what the columns mean is inferred from their names (I).

- Connector: `hub/connectors/{name}.py`; entry: `config/sources/{name}.toml`; recorded case:
  `tests/connectors/cases/{name}/`; simulated list: `hub/simulator/lists/{name}.py`
- Transport: `http_files`; whole list: yes (I); periods: no (I)
- Key of a record: {key_told} as received (I).

## Fields

| column | also written | use |
|---|---|---|
{fields}
"""
LIST = '''"""{title}: the columns of a sample, with made-up persons; what nobody has looked at is blank.

Layout: a sample file of the office (its columns and no more are known).
"""

from hub.simulator.begun import begun

COLUMNS = (
{columns}
)
HELD = {{
{held}
}}
ISSUERS = {{"{name}": begun("{name}", COLUMNS, HELD, workbook={workbook})}}
'''


@dataclass(frozen=True)
class Sample:
    """The header of a sample, with the columns of a person that were recognised.

    Args:
        header: Column names.
        known: Column by what it holds: `nik`, `name` and, if there, `kk`.
        workbook: Whether the sample is a spreadsheet.
    """

    header: tuple[str, ...]
    known: dict[str, str]
    workbook: bool

    @property
    def ignored(self) -> list[str]:
        """The columns that nobody has looked at, sorted."""
        return sorted(set(self.header) - set(self.known.values()))


def sampled(path: Path) -> Sample:
    """The columns of a sample.

    Raises:
        InputError: `sample_unreadable`, `sample_unclear`, `sample_without_person`.
    """
    header = header_of(path)
    known: dict[str, str] = {}
    for held, writings in WRITINGS.items():
        found = [name for name in header if header_form(name) in writings]
        known |= {held: found[0]} if found else {}
    if not {"nik", "name"} <= known.keys():
        raise InputError(
            "sample_without_person",
            f"no column of {path.name} is written like a NIK and a name; begin by hand (docs/add-a-source.md)",
        )
    return Sample(header, known, path.suffix.lower() != ".csv")


async def begin_source(root: Path, name: str, sample: Path) -> list[Path]:
    """Writes connector, entry, simulated list, recorded case and page of a source; returns the files, from the root.

    Args:
        root: Of the project.
        name: Of the source: small letters, digits and underscores.
        sample: A CSV or XLSX file as the source sends it; only its header is read.

    Raises:
        InputError: `bad_source_name`, `source_exists`, or of `sampled`.
        FatalError: `scaffold_unrecorded`: the case could not be recorded.
    """
    if not _NAME.match(name):
        raise InputError("bad_source_name", "a source is named in small letters, digits and underscores")
    declared = load_sources(root / "config" / "sources")
    found = sampled(sample)
    case = root / "tests" / "connectors" / "cases" / name
    texts = _texts(root, name, found, 1 + max(source.number for source in declared.values()))
    taken = [path for path in (*texts, case) if path.exists()]
    if name in declared or taken:
        raise InputError("source_exists", f"there is a source {name} already; nothing was written")
    case.mkdir(parents=True)
    for path, content in texts.items():
        path.write_text(content, encoding="utf-8")
    recorded = await _case(case, name, found)
    expected = case / "expected.json"
    expected.write_text(await asyncio.to_thread(_expected, root, name), encoding="utf-8")
    return [path.relative_to(root) for path in (*texts, recorded, expected)]


def _texts(root: Path, name: str, sample: Sample, number: int) -> dict[Path, str]:
    title, known = name.replace("_", " ").capitalize(), sample.known
    key = [known[held] for held in ("kk", "nik", "name") if held in known]
    person = [
        f"            **rows.{held}({_quoted(known[held])}),"
        for held in ("nik", "name", "kk")
        if held in known
    ]
    reader = f"XlsxReader(number_columns=({_quoted(known['nik'])},))" if sample.workbook else "CsvReader()"
    parts = {
        "name": name,
        "title": title,
        "number": number,
        "variable": name.upper(),
        "columns": "\n".join(f"    {_quoted(column)}," for column in sample.header),
        "held": "\n".join(f'    "{held}": {_quoted(column)},' for held, column in known.items()),
        "workbook": sample.workbook,
        "key": "\n".join(f"        {_quoted(column)}," for column in key),
        "key_told": ", ".join(key),
        "module": "xlsx_files" if sample.workbook else "csv_files",
        "reader": reader.partition("(")[0],
        "made": reader,
        "taken": "\n".join(f"        {_quoted(column)}: ()," for column in key),
        "ignored": "\n".join(f"            {_quoted(column)}," for column in sample.ignored),
        "required": "\n".join(f"            {_quoted(known[held])}," for held in ("nik", "name")),
        "person": "\n".join(person),
        "fields": "\n".join(_field(column, sample) for column in sample.header),
    }
    return {
        root / "hub" / "connectors" / f"{name}.py": CONNECTOR.format_map(parts),
        root / "hub" / "simulator" / "lists" / f"{name}.py": LIST.format_map(parts),
        root / "config" / "sources" / f"{name}.toml": ENTRY.format_map(parts),
        root / "docs" / "sources" / f"{name}.md": PAGE.format_map(parts),
    }


def _quoted(text: str) -> str:
    """A text as the formatter writes it: in double quotes, unless it has some."""
    plain = text.replace("\\", "\\\\")
    return f"'{plain}'" if '"' in text and "'" not in text else '"' + plain.replace('"', '\\"') + '"'


def _field(column: str, sample: Sample) -> str:
    required = column in (sample.known["nik"], sample.known["name"])
    taken = column in sample.known.values()
    use = "taken, required (I)" if required else "taken (I)" if taken else "ignored (I)"
    return f"| `{column}` | – | {use} |"


async def _case(case: Path, name: str, sample: Sample) -> Path:
    """The list of the recorded case: made-up persons in the sample's columns."""
    held = {column: what for what, column in sample.known.items()}
    rows = [[person.get(held.get(column, ""), "") for column in sample.header] for person in PERSONS]
    if sample.workbook:
        path = case / f"{name}.xlsx"
        await write_workbook(path, sample.header, _each(rows), name[:28])
        path.chmod(0o644)
        return path
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([sample.header, *rows])
    path = case / f"{name}.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


async def _each(rows: Sequence[Sequence[str]]) -> AsyncIterator[Sequence[object]]:
    for row in rows:
        yield row


def _expected(root: Path, name: str) -> str:
    """What the new connector makes of its case, by the project's own recorder."""
    command = [sys.executable, "-m", "tests.connectors.recorded", name]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FatalError(
            "scaffold_unrecorded",
            f"the files of {name} are written, but its case could not be recorded; install the development"
            f" dependencies and run `python -m tests.connectors.recorded {name}`",
        )
    return done.stdout
