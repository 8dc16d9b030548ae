"""Rows of releases as CKAN's DataStore tells them; whatever is asked for travels as a value."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from hub.catalog_api.ckan.actions import Shown
from hub.catalog_api.ckan.asking import FARTHEST, MOST_ROWS, Words, unfit
from hub.catalog_api.ckan.packages import fields
from hub.catalog_api.shelf import current
from hub.sharing.catalog import Release

MOST_CONDITIONS = 20
SORTS = 3
WALKED = 10
"""Rows that filters look at for the cost of one that is told; each word and each order costs as much as telling all."""
# Rows in the order of the files, by place: what is asked for most is one walk over the index.
PLAIN = """
select json_build_object('total', $4::bigint, 'rows', coalesce((select json_agg(json_build_array(c.ordinal, c.cells)
  order by c.ordinal) from hub.release_cell c
  where c.release_id = $1 and c.ordinal > $2 and c.ordinal <= $2::bigint + $3::bigint), '[]')) :: text
"""
# Rows whose columns have one of some values each and that hold every word, in the order of up to three columns.
CHOSEN = """
with chosen as materialized (
  select c.ordinal, c.cells from hub.release_cell c where c.release_id = $1
    and not exists (select from jsonb_each($2::text::jsonb) w where not case
      when c.cells ->> w.key is null then w.value @> 'null' else w.value ? (c.cells ->> w.key) end)
    and not exists (select from unnest($3::text[]) q where not exists (
      select from jsonb_each_text(c.cells) t where position(q in lower(t.value)) > 0))
)
select json_build_object('total', (select count(*) from chosen), 'rows', coalesce((
  select json_agg(json_build_array(p.ordinal, p.cells) order by p.place) from (
    select c.*, row_number() over (order by
      case when not $8::bool then c.cells -> $6::text end nulls last,
      case when $8 then c.cells -> $6 end desc nulls last,
      case when not $9::bool then c.cells -> $7::text end nulls last,
      case when $9 then c.cells -> $7 end desc nulls last,
      case when $10::bool then -c.ordinal else c.ordinal end) as place from chosen c
    order by place limit $4 offset $5) p), '[]')) :: text
"""
ID = "_id"


async def datastore_search(shown: Shown) -> Any:
    """Rows of a release: `filters`, `q`, `fields`, `sort`, `limit`, `offset`, `records_format`."""
    words = shown.words
    name = words.needed("resource_id", "id")
    _, release, _ = shown.file(name)
    columns = [one["id"] for one in fields({"columns": release.columns})]
    limit, offset = words.number("limit", 100, MOST_ROWS), words.number("offset", 0, FARTHEST)
    conditions, texts = _filters(words, columns), _texts(words)
    sorts = _sorts(words, columns)
    wanted = words.listed("fields") or columns
    if unknown := [one for one in wanted if one not in columns]:
        raise unfit("fields", f"field {unknown[0]!r} not in table")
    if conditions or texts or sorts:
        found = await _chosen(shown, release, (conditions, texts, sorts), limit, offset)
    else:
        found = await shown.asked.read(PLAIN, release.id, offset, limit, release.rows, rows=limit)
    told = [[place if one == ID else cells.get(one) for one in wanted] for place, cells in found["rows"]]
    total = (
        {"total": found["total"], "total_was_estimated": False}
        if words.yes("include_total", usual=True)
        else {}
    )
    kinds = {one["id"]: one for one in fields({"columns": release.columns})}
    return {
        "include_total": bool(total),
        "limit": limit,
        "offset": offset,
        "resource_id": name,
        "fields": [kinds[one] for one in wanted],
        "records_format": words.text("records_format", "objects"),
        "records": _records(words.text("records_format", "objects"), wanted, told),
        "_links": _links(shown, limit, offset),
        **total,
    }


async def datastore_info(shown: Shown) -> Any:
    """Columns and size of a release."""
    entry, release, _ = shown.file(shown.words.needed("id", "resource_id"))
    about = {one["name"]: one for one in release.columns}
    told = [
        {
            **one,
            "info": {"label": about[one["id"]]["title_id"], "notes": about[one["id"]].get("definition", "")},
        }
        for one in fields({"columns": release.columns})
        if one["id"] != ID
    ]
    kind = {"id": shown.words.needed("id", "resource_id"), "count": release.rows, "table_type": "BASE TABLE"}
    return {"meta": kind | {"newest": release is current(entry)}, "fields": told}


async def _chosen(
    shown: Shown,
    release: Release,
    asked: tuple[dict[str, Any], list[str], list[tuple[str, bool]]],
    limit: int,
    offset: int,
) -> Any:
    conditions, texts, sorts = asked
    back = (ID, True) in sorts
    named = [one for one in sorts if one[0] != ID]
    first, second = ([*named, ("", False), ("", False)])[:2]
    values = (
        orjson.dumps(conditions).decode(),
        texts,
        limit,
        offset,
        first[0],
        second[0],
        first[1],
        second[1],
        back,
    )
    cost = limit + release.rows // WALKED + release.rows * (len(texts) + len(sorts))
    return await shown.asked.read(CHOSEN, release.id, *values, rows=cost)


def _filters(words: Words, columns: Sequence[str]) -> dict[str, Any]:
    """Values admitted by column, as texts; null where a blank is."""
    given = words.structure("filters") or {}
    if not isinstance(given, dict) or len(given) > MOST_CONDITIONS:
        raise unfit("filters", "Must be an object of at most 20 columns")
    found = {}
    for name, value in given.items():
        if name not in columns or name == ID:
            raise unfit("filters", f"field {name!r} not in table")
        every = value if isinstance(value, list) else [value]
        if len(every) > MOST_ROWS or any(isinstance(one, dict | list) for one in every):
            raise unfit("filters", "A value is a text, a number or null, or a list of these")
        found[name] = [_text(one) for one in every]
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _texts(words: Words) -> list[str]:
    query = words.structure("q")
    if query is not None and not isinstance(query, str):
        raise unfit("q", "Must be a text; filters look at single columns")
    if len(found := words.text("q").lower().split()) > MOST_CONDITIONS:
        raise unfit("q", "At most 20 words")
    return [one.removesuffix(":*") for one in found]


def _sorts(words: Words, columns: Sequence[str]) -> list[tuple[str, bool]]:
    """Columns to order by, each with whether it descends."""
    parts = [part.split() for part in words.text("sort").split(",") if part.strip()]
    if len(parts) > SORTS:
        raise unfit("sort", f"At most {SORTS} columns")
    for part in parts:
        if part[0].strip('"') not in columns or [one.lower() for one in part[1:]] not in (
            [],
            ["asc"],
            ["desc"],
        ):
            raise unfit("sort", f"field {part[0]!r} not in table")
    found = [(part[0].strip('"'), [one.lower() for one in part[1:]] == ["desc"]) for part in parts]
    if len([one for one in found if one[0] != ID]) == SORTS:
        raise unfit("sort", "At most two columns beside _id")
    return [] if found == [(ID, False)] else found


def _records(form: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    if form == "objects":
        return [dict(zip(names, row, strict=True)) for row in rows]
    if form == "lists":
        return rows
    if form not in ("csv", "tsv"):
        raise unfit("records_format", "One of objects, lists, csv, tsv")
    page = io.StringIO(newline="")
    csv.writer(page, delimiter="," if form == "csv" else "\t", lineterminator="\n").writerows(rows)
    return page.getvalue()


def _links(shown: Shown, limit: int, offset: int) -> Mapping[str, str]:
    """Where the first page and the next one are; a page by POST names its path alone."""
    path = shown.asked.http.url.path
    said = {
        name: value
        for name, value in shown.asked.http.query_params.items()
        if name not in ("offset", "limit")
    }
    first = f"{path}?{urlencode(said | {'limit': str(limit)})}"
    return {
        "start": first,
        "next": f"{path}?{urlencode(said | {'limit': str(limit), 'offset': str(offset + limit)})}",
    }
