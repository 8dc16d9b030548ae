"""What vanishes from a feed: records that a run leaves without a word, counted over its pieces."""

from collections.abc import Sequence

import pytest

from hub.errors import FatalError
from hub.ingest.expectations import Shares
from hub.ingest.runs import check_read
from tests.ingest.builders import Desk, Row, nik, said
from tests.toolkit.builders import entry


def told(number: int) -> Row:
    return said(f"pkh|{number}|1", f"ORANG {'ABCDEFGHIJ'[number % 10]}", nik(number))


def ended(number: int) -> Row:
    """A tombstone: the record says nothing any longer."""
    return Row(f"pkh|{number}|1")


async def looked(desk: Desk, shares: Shares, rows: Sequence[Row]) -> None:
    """A piece of a run as it lands and is looked at."""
    await desk.absorb("hub_feed", rows, full_list=False)
    await shares.check(desk.connection)


def shares(desk: Desk, most: float) -> Shares:
    config = entry(number=desk.sources["hub_feed"], full_list=False, expectations={"max_closed_share": most})
    return Shares(config, 1, [], piecewise=True)


async def test_a_feed_that_ends_more_records_than_its_entry_allows_is_stopped(desk: Desk) -> None:
    run = shares(desk, 0.5)
    await looked(desk, run, [told(number) for number in range(40)])
    await looked(desk, run, [ended(number) for number in range(15)])
    with pytest.raises(
        FatalError, match="25 of 40 are records of which nothing is said any longer"
    ) as refused:
        await looked(desk, run, [ended(number) for number in range(15, 25)])
    assert refused.value.code == "too_many_closed"
    assert "these rows did not land" in refused.value.message


async def test_a_few_ends_and_ends_of_what_never_stood_stop_nothing(desk: Desk) -> None:
    run = shares(desk, 0.0)
    await looked(desk, run, [told(number) for number in range(20)])
    await looked(desk, run, [ended(number) for number in range(60)])


@pytest.mark.parametrize(("rows", "code"), [(9, "too_few_rows"), (31, "too_many_rows")])
async def test_a_pull_outside_the_range_of_rows_is_stopped_at_either_end(
    desk: Desk, rows: int, code: str
) -> None:
    config = entry(number=desk.sources["pkh"], expectations={"min_rows": 10, "max_rows": 30})
    for within in (10, 30):
        await check_read(desk.connection, config, within)
    with pytest.raises(FatalError) as refused:
        await check_read(desk.connection, config, rows)
    assert refused.value.code == code
