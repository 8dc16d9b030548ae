"""Small values for tests of the toolkit, with plain arguments."""

from pathlib import Path
from typing import Any

import polars as pl

from hub.registry.reading import checked
from hub.registry.sources import SourceConfig
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector, Reader
from hub.toolkit.http import Patience
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.rows import Rows

ADDRESS = "http://registry.test/files/list"
HURRIED = Patience(attempts=3, first_wait=0.0, longest_wait=0.0, longest_retry_after=1.0)


def entry(**changed: Any) -> SourceConfig:
    """The entry of a source called `list`."""
    values: dict[str, Any] = {
        "name": "list",
        "number": 1,
        "title_id": "Daftar",
        "title_en": "List",
        "owner": "Dinas",
        "family": "program",
        "address": ADDRESS,
        "transport": "http_files",
        "rank": 1,
        "schedule": "daily",
        "full_list": True,
        "legal_basis": "none",
        "limits": {"rate_per_second": 10_000, "timeout_seconds": 5},
        **changed,
    }
    return checked(SourceConfig, values, Path("list.toml"))


LAYOUT = Layout(
    taken={"NIK": ("NIK ART",), "NAMA": (), "NO KK": ()},
    ignored=frozenset({"CATATAN"}),
    required=frozenset({"NIK", "NAMA"}),
)


def _claims(rows: Rows) -> Claims:
    return rows.claims(person={**rows.nik("NIK"), **rows.name("NAMA"), **rows.kk("NO KK")})


def connector(reader: Reader | None = None, **changed: Any) -> Connector:
    """A connector for persons with NIK, name and No KK."""
    values: dict[str, Any] = {"layout": LAYOUT, "key": ("NIK", "NAMA"), "claims": _claims, **changed}
    return Connector(name="list", reader=reader, **values)


def seen(name: str = "list.csv") -> FileSeen:
    """A file that was read."""
    return FileSeen(name, "0" * 64, 1)


def page(columns: dict[str, list[str | None]], **changed: Any) -> Page:
    """A page of texts."""
    frame = pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()])
    values: dict[str, Any] = {"complete": True, **changed}
    return Page(seen(), 1, tuple(columns), frame, **values)
