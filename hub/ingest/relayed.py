"""Records that another hub tells of: which of them this hub takes, and what each is called where it was first said.

Hubs feed each other, so that what one said comes back to it, and may come to a third by two ways. A record bears the
hub that said it first and its number there: what this hub said itself is left out, and so is what it holds by another
way.
"""

from dataclasses import replace

import orjson
import polars as pl

from hub.registry.sources import SourceConfig
from hub.store.script import Script
from hub.store.sql import AsyncConnection, text
from hub.toolkit.pages import Page

# Of the numbers that items bear: what is held of each here, where it still says something.
HELD = text(
    """
    select y.entry::text as entry, r.payload from unnest(cast(:entries as bigint[])) x(entry)
    join relayed y on y.source_id = :source and y.entry = x.entry
    join source_record r on r.entry_id = y.entry_id and upper_inf(r.recorded)
    """
)
# Records of these origins that are held by another way, or that this hub said itself.
ELSEWHERE = text(
    """
    select x.origin::text as origin, x.entry::text as origin_entry
    from unnest(cast(:origins as uuid[]), cast(:entries as bigint[])) x(origin, entry)
    where x.origin = (select h.code from this_hub h where h.id = 1) or exists (
      select from relayed y join source_record r on r.entry_id = y.entry_id and upper_inf(r.recorded)
      where y.origin = x.origin and y.origin_entry = x.entry and y.source_id <> :source
        and not coalesce((r.payload::jsonb ->> 'closed')::boolean, false))
    """
)
# What the new versions are called at the hub that they came from, and at the first.
RELAY = """
    insert into relayed (entry_id, source_id, entry, origin, origin_entry)
    select distinct on (v.entry_id) v.entry_id, :source, (b.payload::jsonb ->> 'entry')::bigint,
           (b.payload::jsonb ->> 'origin')::uuid, (b.payload::jsonb ->> 'originEntry')::bigint
    from stage_version v join stage_body b on b.ordinal = v.ordinal
    where b.payload::jsonb ->> 'origin' is not null
    order by v.entry_id, v.ordinal desc
    on conflict (entry_id) do update
    set entry = excluded.entry, origin = excluded.origin, origin_entry = excluded.origin_entry
"""
_KEY = ("source", "recordKey", "occurrence")
_NUMBER = "^[0-9]{1,18}$"
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def relays(config: SourceConfig) -> bool:
    """Whether a source is another hub."""
    return config.transport == "hub_feed"


async def heard(connection: AsyncConnection, config: SourceConfig, page: Page) -> Page:
    """The items of a page that this hub takes, those that are withdrawn under the key of what is held of them.

    Left out is what this hub said itself, what it holds by another way, and the end of what it does not hold.
    """
    frame = page.frame
    if not frame.height or "entry" not in frame.columns:
        return page
    ended = frame["closed"].fill_null("") == "true"
    held = await _held(connection, config.number, frame.filter(ended & frame["entry"].str.contains(_NUMBER)))
    elsewhere = await _elsewhere(connection, config.number, frame.filter(~ended))
    origins = pl.struct("origin", "originEntry")
    joined = frame.with_row_index("place").join(held, on="entry", how="left", maintain_order="left")
    named = joined.with_columns(pl.coalesce(name, f"{name}_held").alias(name) for name in _KEY)
    told = named.with_columns(origins.is_in(elsewhere).fill_null(value=False).alias("known"))
    kept = told.filter(pl.when(ended).then(pl.col("source_held").is_not_null()).otherwise(~pl.col("known")))
    places = kept["place"]
    payloads = None if page.payloads is None else page.payloads.gather(places)
    return replace(page, frame=kept.select(frame.columns), payloads=payloads, refused=_moved(page, places))


async def _held(connection: AsyncConnection, source: int, ended: pl.DataFrame) -> pl.DataFrame:
    """Key parts of the held records, by the number of the other hub."""
    schema = {"entry": pl.String, **{f"{name}_held": pl.String for name in _KEY}}
    if ended.is_empty():
        return pl.DataFrame(schema=schema)
    asked = {"source": source, "entries": [int(each) for each in ended["entry"].unique()]}
    rows = [(row.entry, orjson.loads(row.payload)) for row in await connection.execute(HELD, asked)]
    stands = [
        (entry, *(str(said[name]) for name in _KEY))
        for entry, said in rows
        if str(said.get("closed")).lower() != "true"
    ]
    return pl.DataFrame(stands, schema=schema, orient="row")


async def _elsewhere(connection: AsyncConnection, source: int, items: pl.DataFrame) -> list[dict[str, str]]:
    """Origins, with the number there, of what is not to be taken."""
    named = pl.col("origin").str.contains(_UUID) & pl.col("originEntry").str.contains(_NUMBER)
    sound = items.filter(named).select("origin", "originEntry").unique()
    if sound.is_empty():
        return []
    asked = {
        "source": source,
        "origins": sound["origin"].to_list(),
        "entries": [int(each) for each in sound["originEntry"]],
    }
    found = await connection.execute(ELSEWHERE, asked)
    return [{"origin": row.origin, "originEntry": row.origin_entry} for row in found]


def _moved(page: Page, places: pl.Series) -> pl.DataFrame:
    """The refusals of the rows that stay, by their new places."""
    if page.refused.is_empty():
        return page.refused
    new = pl.DataFrame({"row": places.cast(pl.Int64), "now": pl.int_range(0, len(places), eager=True)})
    found = page.refused.join(new, on="row", how="inner", maintain_order="left")
    return found.with_columns(pl.col("now").cast(pl.Int64).alias("row")).select(page.refused.columns)


async def relay(script: Script) -> None:
    """Writes down what the new versions of the stage are called elsewhere; given `source`."""
    await script.run(RELAY)
