"""Releases: immutable, the same in every form, safe, and corrected by another release alone."""

import asyncio
import csv
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from hub.domain import clock
from hub.errors import InputError
from hub.settings import Settings, default_config_dir
from hub.sharing.catalog import entries, page
from hub.sharing.contents import contents_of
from hub.sharing.releasing import Order, Released, release
from hub.sharing.verifying import verify
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.sharing.conftest import NOW, PERIOD, Office, office_of

FORMS = {"csv", "json", "parquet", "xlsx", "sdmx-csv"}
MUTU = (default_config_dir() / "datasets" / "sql" / "mutu_data.sql").read_text(encoding="utf-8")
#: Who holds the program that hardly anybody holds.
FEW = "select e.person_id from enrollment e join program g on g.id = e.program_id where g.code = 'BLT-DD'"


def contents(office: Office, dataset: str, form: str, number: int = 1) -> Path:
    """Where a released file lies."""
    found = office.ask(
        "select f.sha256 from release_file f join dataset_release r on r.id = f.release_id"
        " where r.dataset = :dataset and r.number = :number and f.format = :form",
        dataset=dataset,
        number=number,
        form=form,
    )
    return contents_of(office.settings.data_dir).path(found[0][0])


def told(rows: list[dict[str, Any]], measure: str = "jumlah") -> dict[tuple[Any, ...], Any]:
    return {tuple(v for k, v in row.items() if k not in (measure, "status")): row[measure] for row in rows}


def test_every_data_set_is_released_in_every_form(office: Office) -> None:
    found = office.ask(
        "select r.dataset, array_agg(f.format order by f.format) from dataset_release r"
        " join release_file f on f.release_id = r.id group by 1"
    )
    assert {dataset: set(forms) for dataset, forms in found} == {
        path.stem: FORMS for path in (office.settings.config_dir / "datasets").glob("*.toml")
    }


def test_a_month_that_is_released_is_left_alone(office: Office) -> None:
    assert office.release() == []


def test_no_small_number_is_told_and_what_is_withheld_is_listed(office: Office) -> None:
    for dataset in ("penerima", "pmks", "verifikasi", "tumpang_tindih"):
        rows = office.rows(dataset)
        assert all((row["status"] == "c") == (row["jumlah"] is None) for row in rows)
        assert not [row for row in rows if row["jumlah"] is not None and 0 < row["jumlah"] < 10]
    assert {row["status"] for row in office.rows("penerima")} == {"A", "c"}


def test_the_quality_of_short_lists_is_not_told(office: Office) -> None:
    office.say("update run set rows_in = 1049, quarantined = 21, status = 'complete'")
    (long, *_) = office.ask(MUTU, day=date(2026, 3, 31), period=PERIOD, k=10)
    office.say("update run set rows_in = 99")
    (short, *_) = office.ask(MUTU, day=date(2026, 3, 31), period=PERIOD, k=10)
    assert ([float(n) for n in long[-2:]], short[-2:]) == ([1000, 0.98], (None, None))


def test_numbers_that_are_told_are_those_of_the_graph(office: Office) -> None:
    held = office.ask(
        "select g.code, left(s.home_area_key::text, 6), count(distinct s.person_id) from person_state s"
        " join enrollment e on e.person_id = s.person_id join program g on g.id = e.program_id group by 1, 2"
    )
    mine = {(program, f"{a[:2]}.{a[2:4]}.{a[4:]}"): n for program, a, n in held}
    shown = {
        (row["program"], row["kode_kemendagri"]): row["jumlah"]
        for row in office.rows("penerima")
        if row["desil"] == row["kelompok_umur"] == "_T"
        and row["tingkat"] == "kecamatan"
        and row["status"] == "A"
    }
    assert shown
    assert shown == {key: mine.get(key, 0) for key in shown}


def test_a_cell_of_two_data_sets_has_one_value(office: Office) -> None:
    recipients = {
        (row["program"], row["kode_kemendagri"], row["desil"]): row["jumlah"]
        for row in office.rows("penerima")
        if row["kelompok_umur"] == "_T"
    }
    covered = office.rows("cakupan")
    assert covered
    assert all(
        row["penerima"] == recipients[row["program"], row["kode_kemendagri"], row["desil"]] for row in covered
    )


def test_all_forms_hold_the_same(office: Office) -> None:
    rows = office.rows("penerima")
    with contents(office, "penerima", "csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows] == read
    assert json.loads(contents(office, "penerima", "json").read_bytes())["rows"] == rows
    assert pl.read_parquet(contents(office, "penerima", "parquet")).to_dicts() == rows
    book = CalamineWorkbook.from_path(str(contents(office, "penerima", "xlsx")))
    names, *sheet = book.get_sheet_by_index(0).to_python()
    assert [dict(zip(names, line, strict=True)) for line in sheet] == [
        {name: "" if value is None else value for name, value in row.items()} for row in rows
    ]
    with contents(office, "penerima", "sdmx-csv").open(encoding="utf-8", newline="") as stream:
        sdmx = list(csv.DictReader(stream))
    assert [row["OBS_VALUE"] for row in sdmx] == [row["jumlah"] for row in read]
    assert {(row["STRUCTURE"], row["STRUCTURE_ID"]) for row in sdmx} == {("dataflow", "HUB:penerima(1.0)")}


def test_what_doors_read_is_what_was_released(office: Office) -> None:
    async def work() -> None:
        async with open_reader(office.database, 1) as reader:
            found = {one.dataset.name: one for one in await entries(reader)}
            release = found["penerima"].current
            assert release is not None
            assert (release.period, release.number, {file.format for file in release.files}) == (
                PERIOD,
                1,
                FORMS,
            )
            assert release.limits["k"] == 10
            assert release.protection["narrowest"] >= 10
            rows = await page(reader, release.id, {"program": "PKH", "desil": "1"}, limit=2, offset=1)
            wanted = [r for r in office.rows("penerima") if (r["program"], r["desil"]) == ("PKH", "1")]
            assert (rows.total, rows.rows) == (len(wanted), wanted[1:3])
            assert (await page(reader, release.id, {"no": "1"})).total == 0
            with pytest.raises(InputError):
                await page(reader, release.id, limit=-1)

    wait_for(work())


def test_a_file_that_was_touched_is_found(office: Office) -> None:
    kept = contents_of(office.settings.data_dir)

    def looked() -> list[tuple[Any, ...]]:
        return [tuple(each) for each in wait_for(verify(office.database, kept))[1]]

    assert looked() == []
    path = contents(office, "kode", "csv")
    before = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(before.replace(b"PEREMPUAN", b"PEREMPUEN"))
    assert looked() == [("kode", 1, f"kode-{PERIOD}-1.csv", "changed")]
    path.unlink()
    assert looked() == [("kode", 1, f"kode-{PERIOD}-1.csv", "missing")]
    path.write_bytes(before)


def test_two_who_release_at_once_make_one_release(fresh_database: Database, tmp_path: Path) -> None:
    office = Office(fresh_database, Settings(data_dir=tmp_path))

    async def both() -> list[list[Released]]:
        with clock.pin(NOW):
            return await asyncio.gather(
                *(release(office.database, office.settings, ["kode"], Order(PERIOD)) for _ in range(3))
            )

    assert sorted(len(made) for made in wait_for(both())) == [0, 0, 1]


def test_a_correction_is_a_release_of_its_own_that_brings_nothing_to_light(
    fresh_database: Database, tmp_path: Path
) -> None:
    office = office_of(fresh_database, tmp_path)
    office.release("penerima")
    before = told(office.rows("penerima"))
    chance = random.Random(1)
    found = office.ask(f"select person_id from person_state where person_id not in ({FEW})")
    _die(office, chance.sample([row[0] for row in found], 12))
    (made,) = office.release("penerima", reason="twelve deaths came late")
    after = told(office.rows("penerima", 2))
    assert made.number == 2
    assert told(office.rows("penerima")) == before
    assert after != before
    assert [cell for cell, n in before.items() if n is None and after[cell] is not None] == []
    assert office.ask("select number, replaces, reason from dataset_release order by 1")[1:] == [
        (2, 1, "twelve deaths came late")
    ]
    _die(office, [row[0] for row in office.ask(FEW)])
    with pytest.raises(InputError, match="a correction would have to"):
        office.release("penerima", reason="more deaths came late")


def _die(office: Office, persons: list[int]) -> None:
    office.say("update person_state set died_on = '2026-02-01' where person_id = any(:gone)", gone=persons)


@pytest.mark.parametrize("period", ["2026-04", "2026", "2026-13", "march"])
def test_a_month_that_is_none_or_lies_ahead_is_refused(office: Office, period: str) -> None:
    with pytest.raises(InputError, match="month"):
        office.release("penerima", period=period)


def test_a_data_set_that_is_none_is_refused(office: Office) -> None:
    with pytest.raises(InputError, match="no such data set"):
        office.release("penerimaan")
