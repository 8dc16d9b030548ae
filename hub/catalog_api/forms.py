"""Which form of an answer is wanted: by `format` in the address, else by Accept."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from hub.catalog_api.linked import jsonld, turtle
from hub.catalog_api.open_door import Asked, Told
from hub.schema.asking import Malformed
from hub.schema.weighing import best, weighed

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "html": "text/html; charset=utf-8",
}


def form_of(asked: Asked, offered: Sequence[str], named: str = "") -> str:
    """The form wanted; of equally welcome ones the first that is offered.

    Args:
        asked: The request.
        offered: Names of forms, the usual one first.
        named: What the address says; empty: nothing.

    Raises:
        Malformed: 400, the address names none of them; 406, Accept admits none.
    """
    if named:
        if named in offered:
            return named
        told = ", ".join(offered)
        raise Malformed(400, f"`format` adalah satu dari: {told}", f"`format` is one of {told}")
    media = {name: MEDIA[name].partition(";")[0] for name in offered}
    said = weighed(",".join(asked.http.headers.getlist("accept")) or "*/*")
    found = best(
        said,
        [(name, (kind, f"{kind.partition('/')[0]}/*", "*/*")) for name, kind in media.items()],
    )
    if not found:
        told = ", ".join(media.values())
        raise Malformed(406, f"bentuk jawaban: {told}", f"answers are {told}")
    return found


def told(form: str, answer: Any, headers: Mapping[str, str] | None = None) -> Told:
    """The answer in a form.

    Args:
        form: One of `MEDIA`.
        answer: For `json` what JSON is made of; for `csv` rows as mappings of one shape; else nodes of RDF.
        headers: Beside the usual ones.
    """
    made = {"csv": lines, "ttl": turtle, "jsonld": jsonld}.get(form, lambda body: body)(answer)
    return Told(made, MEDIA[form], headers or {})


def lines(table: tuple[Sequence[str], Sequence[Mapping[str, Any]]]) -> bytes:
    """Columns and rows as CSV (RFC 4180, UTF-8); what a spreadsheet would run stands behind an apostrophe."""
    columns, rows = table
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return page.getvalue().encode()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
