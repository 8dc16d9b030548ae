"""What is past its time is erased and counted; what stands, and what evidence needs, is never touched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.retention import load_retention
from hub.settings import Settings, default_config_dir
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text
from hub.store.tables import feed, provenance
from hub.workflow.retention import enforce, is_due, past
from tests.graph_builders import SOURCES, Graph, known, uid

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
NIK = "3320014101909001"
FORMER = "3320014101909002"
OVER = timedelta(days=1826)
SETTINGS = Settings()


def before(gone: timedelta) -> Any:
    """Recorded from long ago until so long before now."""
    return known(datetime(2015, 1, 1, tzinfo=UTC), NOW - gone)


class Story(Graph):
    """Records in versions, and a run of their source that has come since."""

    def version(self, number: int, version: int, recorded: Any, entry: int = 100) -> int:
        """One version of a record, with what it said."""
        row = self.stated(1, "pkh", "SITI", record_id=number, recorded=recorded, entry_id=entry)
        values = next(row for table, row in reversed(self.rows) if table is provenance.source_record)
        values |= {"id": number, "version": version, "record_key": f"E{entry}", "payload": '{"NAMA": "SITI"}'}
        return row


def story() -> Story:
    """A record of four versions, one that vanished, states and refused rows of three ages."""
    told = Story()
    told.basics()
    for number, version, recorded in (
        (100, 1, before(OVER + timedelta(days=3))),
        (101, 2, before(OVER + timedelta(days=2))),
        (102, 3, before(timedelta(days=800))),
        (103, 4, known(NOW - timedelta(days=800))),
    ):
        told.version(number, version, recorded)
    told.version(200, 1, before(OVER), entry=200)
    told.person("SITI", NIK, recorded=before(OVER), person_id=1)
    told.person("SITI AMINAH", NIK, recorded=known(NOW - OVER), person_id=1)
    told.person("BUDI", recorded=before(timedelta(days=1000)), person_id=2)
    told.person("SITI TUA", FORMER, recorded=before(OVER + timedelta(days=9)), person_id=1)
    for number, recorded in (
        (1, before(timedelta(days=366))),
        (2, before(timedelta(days=300))),
        (3, known()),
    ):
        told.add(
            provenance.quarantine, source_id=SOURCES["pkh"], content_hash=uid("refused", number), occurrence=1,
            scope="", payload="[]", reasons=["NIK_LENGTH"], fields=["NIK"], file_id=1, row_no=1, run_id=1,
            recorded=recorded,
        )  # fmt: skip
    for number, gone in enumerate((OVER, OVER, timedelta(days=1000)), start=1):
        thing = {
            "kind": "ENROLLMENT",
            "key": number,
            "ref": str(number),
            "listed_area_key": 0,
            "at": NOW - gone,
        }
        told.add(feed.relocation, person_id=1, **thing)
        told.add(feed.withdrawal, person_id=1, seq=number, age=False, **thing)
    told.add(provenance.run, source_id=SOURCES["pkh"], started=NOW - timedelta(days=1), status="complete")
    return told


@pytest_asyncio.fixture
async def hub(fresh_database: Database) -> Database:
    await story().store(fresh_database)
    return fresh_database


async def rows(hub: Database, query: str) -> list[Any]:
    async with hub.connect() as connection:
        return list((await connection.execute(text(query))).scalars())


async def enforced(hub: Database, **options: Any) -> dict[str, dict[str, int]]:
    with clock.pin(NOW):
        return await enforce(hub, SETTINGS, "ani", **options)


ERASED = {
    "raw": {"pkh": 4}, "versions": {"pkh": 1}, "claims": {"claim_person": 1}, "states": {"person_state": 1},
    "quarantine": {"pkh": 1}, "feed": {"relocation": 2, "withdrawal": 2},
}  # fmt: skip


async def test_what_is_past_its_time_goes_and_everything_else_stays(hub: Database) -> None:
    assert await enforced(hub) == ERASED
    kept = "select id || ' ' || payload from source_record order by id"
    assert await rows(hub, kept) == ["100 {}", "102 {}", '103 {"NAMA": "SITI"}', "200 {}"]
    assert await rows(hub, "select record_id from claim_person order by 1") == [100, 102, 103, 200]
    named = await rows(hub, "select name from person_state order by 1")
    assert named == ["BUDI", "SITI AMINAH", "SITI TUA"], "by a former number lines of the ledger are found"
    assert await rows(hub, "select content_hash from quarantine order by 1") == sorted(
        uid("refused", number) for number in (2, 3)
    )


async def test_a_second_time_erases_nothing_and_each_time_is_written_down(hub: Database) -> None:
    with clock.pin(NOW):
        assert await is_due(hub)
    await enforced(hub)
    assert await enforced(hub) == {what: {} for what in ERASED}
    told = await past(hub)
    assert [(one.actor, one.erased) for one in told] == [
        ("ani", ERASED),
        ("ani", {what: {} for what in ERASED}),
    ]
    with clock.pin(NOW + timedelta(hours=23)):
        assert not await is_due(hub)


async def test_a_dry_run_counts_the_same_and_erases_nothing(hub: Database) -> None:
    before_ = await rows(hub, "select payload from source_record order by id")
    assert await enforced(hub, dry_run=True) == ERASED
    assert await rows(hub, "select payload from source_record order by id") == before_
    assert await past(hub) == []


async def test_the_newest_withdrawal_stays_for_the_feed_goes_on_behind_it(hub: Database) -> None:
    async with hub.connect() as connection:
        await connection.execute(text("delete from withdrawal where seq = 3"))
        await connection.commit()
    assert (await enforced(hub))["feed"] == {"relocation": 2, "withdrawal": 1}
    assert await rows(hub, "select seq from withdrawal") == [2]
    assert await rows(hub, "select whole_since from turned") == [NOW - OVER + timedelta(days=1)]


@pytest.mark.parametrize("table", ["relocation", "withdrawal"])
async def test_the_feed_forgets_nothing_of_these_90_days(hub: Database, table: str) -> None:
    async with hub.administer() as connection:
        await connection.execute(text(f"update hub.{table} set at = now() - interval '89 days'"))
        await connection.commit()
    async with hub.connect() as connection:
        assert (await connection.execute(text(f"delete from {table}"))).rowcount == 0


async def test_what_the_newest_run_closed_stays_so_that_it_can_be_taken_back(hub: Database) -> None:
    async with hub.connect() as connection:
        await connection.execute(text("delete from run where source_id = 2"))
        await connection.commit()
    assert (await enforced(hub))["raw"] == {}


async def test_what_a_finding_rests_on_is_never_touched(hub: Database) -> None:
    told = Graph()
    told.found(1, 100, 101, 102, 200)
    await told.store(hub)
    found = await enforced(hub)
    assert (found["raw"], found["versions"]) == ({}, {})


async def test_a_version_that_the_graph_points_at_stays(hub: Database) -> None:
    told = Graph()
    told.enrolled(1, "PKH", "2020-01-01", record_id=101)
    await told.store(hub)
    assert (await enforced(hub))["versions"] == {}


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("source_record", "id = 103"),
        ("person_state", "name = 'SITI AMINAH'"),
        ("claim_person", "record_id = 103"),
    ],
)
async def test_the_writing_role_takes_nothing_away_that_stands(hub: Database, table: str, where: str) -> None:
    async with hub.connect(Role.INGEST) as connection:
        gone = await connection.execute(text(f"delete from {table} where {where}"))
        assert gone.rowcount == 0
    for other in ("person", "cluster_member", "edge", "retention_run"):
        async with hub.connect(Role.INGEST) as connection:
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(f"delete from {other}"))


def test_a_source_may_have_days_of_its_own(tmp_path: Path) -> None:
    usual = (default_config_dir() / "retention.toml").read_text()
    path = tmp_path / "retention.toml"
    path.write_text(f'{usual}\n[[source]]\nname = "pkh"\nraw_days = 100\nlegal_basis = "PKS"\n')
    found = load_retention(tmp_path, ["pkh"])
    assert (found.days("raw", "pkh"), found.days("raw", "bpnt"), found.days("versions", "pkh")) == (
        100,
        730,
        1825,
    )
    with pytest.raises(FatalError, match="there is no pkh"):
        load_retention(tmp_path, [])
    path.write_text(usual.replace("days = 365", "days = 89"))
    with pytest.raises(FatalError, match=r"quarantine\.days"):
        load_retention(tmp_path, [])
