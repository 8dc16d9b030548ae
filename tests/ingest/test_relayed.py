"""Of what another hub tells, this one takes what it did not say itself and does not hold by another way."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import orjson
import polars as pl
import pytest

from hub.ingest.relayed import heard
from hub.store.sql import text
from hub.toolkit.pages import FileSeen, Page
from tests.ingest.builders import Desk
from tests.toolkit.builders import entry

FIRST, OTHER_WAY = entry(number=101, transport="hub_feed"), 102
FAR = uuid5(UUID(int=0), "far")
COLUMNS = (
    "entry", "source", "recordKey", "occurrence", "version", "recordedFrom", "closed", "withdrawn", "wilayah",
    "origin", "originEntry", "claims",
)  # fmt: skip
RECORD = text(
    """
    insert into source_record (id, entry_id, source_id, record_key, occurrence, version, scope, payload, content_hash,
      file_id, row_no, run_id, recorded, event_area_key, home_area_key)
    values (:id, :id, :source, :key, 1, 1, '', :payload, md5(:payload)::uuid, 1, 1, 1,
      tstzrange('2026-01-01', null), 0, 0)
    """
)
RELAYED = text(
    "insert into relayed (entry_id, source_id, entry, origin, origin_entry)"
    " values (:id, :source, :entry, :origin, :entry)"
)
Item = dict[str, str | None]


def item(number: int, origin: object = FAR, **changed: str | None) -> Item:
    told = {
        "entry": str(number),
        "source": "pkh",
        "recordKey": f"k|{number}",
        "occurrence": "1",
        "closed": "false",
    }
    return {**dict.fromkeys(COLUMNS), **told, "origin": str(origin), "originEntry": str(number), **changed}


def withdrawn(number: int) -> Item:
    return {
        **dict.fromkeys(COLUMNS),
        "entry": str(number),
        "closed": "true",
        "withdrawn": "true",
        "claims": "{}",
    }


def page(items: Sequence[Item]) -> Page:
    frame = pl.DataFrame(list(items), schema=dict.fromkeys(COLUMNS, pl.String))
    payloads = pl.Series("payload", [orjson.dumps(each).decode() for each in items], dtype=pl.String)
    return Page(FileSeen("feed", "", 0), 1, (), frame, complete=True, payloads=payloads)


async def holds(desk: Desk, number: int, source: int = FIRST.number, **changed: str) -> None:
    """A record that came from a hub before."""
    told = item(number, **changed)
    key = "|".join(str(told[name]) for name in ("source", "recordKey", "occurrence"))
    row = {"id": 9_000 + number, "source": source, "key": key, "payload": orjson.dumps(told).decode()}
    await desk.connection.execute(RECORD, row)
    await desk.connection.execute(
        RELAYED, {"id": 9_000 + number, "source": source, "entry": number, "origin": FAR}
    )


async def taken(desk: Desk, *items: Item) -> list[tuple[str, str]]:
    """Number and key of what is taken of a page, its payloads with it."""
    found = await heard(desk.connection, FIRST, page(items))
    assert found.payloads is not None
    assert [orjson.loads(each)["entry"] for each in found.payloads] == found.frame["entry"].to_list()
    return [(row["entry"], row["recordKey"]) for row in found.frame.iter_rows(named=True)]


async def test_what_this_hub_said_itself_is_not_taken_from_another(desk: Desk) -> None:
    own = await desk.connection.scalar(text("select code from this_hub"))
    assert await taken(desk, item(1, own), item(2)) == [("2", "k|2")]


async def test_what_is_held_by_another_way_is_not_taken_twice_and_what_has_ended_there_is(desk: Desk) -> None:
    await holds(desk, 1, OTHER_WAY)
    await holds(desk, 2, OTHER_WAY, closed="true")
    await holds(desk, 3)
    assert await taken(desk, item(1), item(2), item(3)) == [("2", "k|2"), ("3", "k|3")]


async def test_a_withdrawal_bears_the_key_of_what_is_held_and_one_of_what_is_not_held_says_nothing(
    desk: Desk,
) -> None:
    await holds(desk, 1)
    await holds(desk, 2, OTHER_WAY)
    await holds(desk, 3, closed="true")
    assert await taken(desk, *(withdrawn(number) for number in (1, 2, 3, 4)), item(5)) == [
        ("1", "k|1"),
        ("5", "k|5"),
    ]


@pytest.mark.parametrize("origin", ["none", None, "6F1F6A52"])
async def test_an_origin_that_is_none_is_no_reason_to_leave_a_record_out(
    desk: Desk, origin: str | None
) -> None:
    assert await taken(desk, item(1, originEntry="x") | {"origin": origin}) == [("1", "k|1")]
