"""Area `harvest`: how long CKAN's harvester takes for a catalog of many data sets, asked as it asks."""

import asyncio
from time import perf_counter
from typing import Any

import httpx
from sqlalchemy import text

from hub.registry.datasets import load_datasets
from hub.store.database import Database
from tests.bench.lines import Line, note
from tests.bench.place import Place, stamp
from tests.bench.served import served

DATASETS = 1000
GOAL = 60.0
"""Seconds."""
ROWS = 100
"""Rows of each release."""
NAMES = "select 'himpunan_' || to_char(n, 'FM00000') as name, n from generate_series(1, :count) n"
FILL = (
    f"""
    insert into dataset (name, title_id, title_en, definition, missing, sort)
    select s.name, 'Himpunan ' || s.n, 'Data set ' || s.n, d || jsonb_build_object('name', s.name,
      'title_id', 'Himpunan ' || s.n), '{{}}', s.n from ({NAMES}) s, cast(:definition as jsonb) d
    """,
    """
    insert into dataset_release (dataset, number, period, made, digest, definition, limits, rows, suppressed,
      protection)
    select name, 1, '2026-11', timestamptz '2026-11-01' + sort * interval '1 second', md5(name), definition, '{}',
      :rows, 0, '{}' from dataset
    """,
    """
    insert into release_file (release_id, name, format, media_type, bytes, sha256)
    select r.id, r.dataset || '-2026-11-1.' || f, f, 'text/csv', 1000, encode(sha256(r.dataset::bytea), 'hex')
    from dataset_release r, unnest(array['csv', 'json', 'parquet', 'xlsx', 'sdmx-csv']) f
    """,
    """
    insert into release_cell (release_id, ordinal, cells)
    select r.id, n, jsonb_build_object('jumlah', n) from dataset_release r, generate_series(1, :rows) n
    """,
)


async def measure(place: Place, datasets: int, rounds: int) -> list[Line]:
    """A whole harvest, one that finds little new, and the pages of linked data.

    Args:
        place: Where it is measured.
        datasets: Of the catalog.
        rounds: How often.
    """
    database = await _catalog(place, datasets)
    whole, each, later, linked = [], [], [], []
    async with served(database, place.settings) as server:
        base = f"http://127.0.0.1:{server.port}"
        async with httpx.AsyncClient(base_url=base, timeout=60) as client:
            for _ in range(rounds):
                whole.append(await _harvest(client, datasets))
                each.append(await _each(client))
                later.append(await _since(client))
                linked.append(await _linked(client, datasets))
    return [
        Line("harvest.ckan", whole, "s", goal=GOAL, at_most=True),
        Line("harvest.each", each, "s", goal=GOAL, at_most=True),
        Line("harvest.new", later, "s"),
        Line("harvest.dcat", linked, "s", goal=GOAL, at_most=True),
    ]


async def _catalog(place: Place, datasets: int) -> Database:
    name = f"bench_harvest_{stamp()}_{datasets}"
    if await place.has(name):
        return place.named(name)
    database = await place.empty(name)
    definition = load_datasets(place.settings.config_dir)["penerima"].model_dump_json(
        by_alias=True, exclude_none=True
    )
    given = {"definition": definition, "count": datasets, "rows": ROWS}
    async with database.connect() as connection:
        for statement in FILL:
            await connection.execute(
                text(statement), {k: v for k, v in given.items() if f":{k}" in statement}
            )
        await connection.commit()
    note(f"built {datasets} data sets")
    return database


async def _page(client: httpx.AsyncClient, **said: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/3/action/package_search", params=said)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["result"]["results"]
    return found


async def _harvest(client: httpx.AsyncClient, datasets: int) -> float:
    """Pages of 100 by id to an empty one."""
    started, found = perf_counter(), set[str]()
    while page := await _page(client, start=str(len(found)), rows="100", sort="id asc"):
        found |= {one["id"] for one in page}
    if len(found) != datasets:
        raise AssertionError(f"{len(found)} data sets were harvested")
    return perf_counter() - started


async def _each(client: httpx.AsyncClient) -> float:
    """Each package and a page of its rows, one after the other."""
    started = perf_counter()
    for one in (await client.get("/api/3/action/package_list")).json()["result"]:
        shown = await client.get("/api/3/action/package_show", params={"id": one})
        rows = next(each["id"] for each in shown.json()["result"]["resources"] if each["datastore_active"])
        asked = {"resource_id": rows, "limit": str(ROWS)}
        told = await client.get("/api/3/action/datastore_search", params=asked)
        if told.json()["result"]["total"] != ROWS:
            raise AssertionError("a page of rows is not what was released")
    return perf_counter() - started


async def _since(client: httpx.AsyncClient) -> float:
    started = perf_counter()
    await _page(client, rows="100", start="0", fq="metadata_modified:[2026-11-01T00:10:00Z TO *]")
    return perf_counter() - started


async def _linked(client: httpx.AsyncClient, datasets: int) -> float:
    started, count = perf_counter(), 0
    for page in range(1, -(-datasets // 100) + 1):
        answer = await client.get("/catalog.ttl", params={"page": str(page)})
        count += answer.text.count(" a dcat:Dataset ;")
        await asyncio.sleep(0)
    if count != datasets:
        raise AssertionError(f"{count} data sets stand in the catalog")
    return perf_counter() - started
