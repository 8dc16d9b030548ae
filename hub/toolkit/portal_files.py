"""A data set that a portal has as a file alone: fetched whole, and its rows told as the portal would tell them.

The file must lie where the portal does; another host is asked only where the entry names it (`options.file_hosts`), and
never sees the credential of the portal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hub.errors import FatalError
from hub.registry.sources import Auth, SourceConfig
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.datasets import Dataset
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.layout import Layout
from hub.toolkit.mixed import MixedReader
from hub.toolkit.pages import FileSeen
from hub.toolkit.xlsx_files import XlsxReader

#: Endings by the format that a portal names, the most welcome first.
ENDINGS = {"CSV": ".csv", "TSV": ".tsv", "XLSX": ".xlsx", "XLS": ".xls", "ODS": ".ods"}
_READER = MixedReader((CsvReader(encodings=("utf-8", "cp1252")), XlsxReader(number_columns=())))


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that a portal links to: its whole URL, its ending, and whether it lies where the portal does."""

    url: str
    ending: str
    near: bool


def best_of(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The resources of the most welcome format that there is among them."""
    for name in ENDINGS:
        if found := [each for each in resources if _format(each) == name]:
            return found
    return []


def _format(resource: Mapping[str, Any]) -> str:
    return str(resource.get("format") or "").strip().lstrip(".").upper()


def linked(source: SourceConfig, address: str, resource: Mapping[str, Any]) -> Linked:
    """The file of a resource.

    Raises:
        FatalError: `dataset_unknown`, it is of no format that is read; `redirected`, it lies on a host that the entry
            does not name.
    """
    ending = ENDINGS.get(_format(resource))
    try:
        base = httpx.URL(address)
        url = base.join(str(resource.get("url") or ""))
    except httpx.InvalidURL:
        ending, base, url = None, httpx.URL(), httpx.URL()
    if ending is None or url == base:
        raise FatalError(
            "dataset_unknown",
            f"{source.name}: a resource is in no datastore, and no file of {', '.join(ENDINGS)} either",
        )
    near = (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)
    hosts = source.options.get("file_hosts", [])
    named = isinstance(hosts, list) and url.netloc.decode() in hosts and url.scheme in ("https", base.scheme)
    if not (near or named) or url.userinfo:
        raise FatalError(
            "redirected",
            f"{source.name}: the portal links to a file on another host; if that is right, name the host in "
            "options.file_hosts",
        )
    return Linked(str(url), ending, near)


async def fetched(
    source: SourceConfig, http: Http, patience: Patience, found: Linked, path: Path
) -> FileSeen:
    """Brings the file to a path; see `Http.download` for errors."""
    if found.near:
        digest = await http.download(found.url, path, None)
    else:
        nobody = source.model_copy(update={"auth": Auth()})
        async with opened(nobody, patience, http.allowance) as stranger:
            digest = await stranger.download(found.url, path, None)
    return FileSeen(f"file{found.ending}", digest, path.stat().st_size)  # noqa: ASYNC240 - one look


def rows_of(path: Path, file: FileSeen, dataset: Dataset, source: str) -> Iterator[dict[str, str | None]]:
    """The rows of a file that the data set asks for, by the names of the entry.

    Raises:
        FatalError: `rows_unreadable`, a row has more or fewer cells than the header: nobody knows which it lacks; or
            what the reader of the file raises.
    """
    layout = Layout(
        taken=dict.fromkeys(sorted(dataset.required), ()),
        ignored=dataset.known - dataset.required,
        required=dataset.required,
    )
    for page in _READER.pages(path, file, layout, f"{source}: {dataset.name}"):
        if page.refused.height:
            raise FatalError(
                "rows_unreadable",
                f"{source}: the file of {dataset.name} has {page.refused.height:,} row(s) that do not fit its header",
            )
        for row in page.frame.iter_rows(named=True):
            if all((row.get(column) or "").strip() == value for column, value in dataset.where.items()):
                yield {column: cell or None for column, cell in row.items()}
