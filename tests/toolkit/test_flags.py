"""Flag lists: one shape, every flag a code of the list of flags, and the day of the data its beginning."""

import re

import polars as pl
import pytest

from hub.connectors import CONNECTORS
from hub.settings import default_config_dir
from hub.toolkit.flags import SHARED, flag_reader, open_from
from hub.toolkit.records import with_all_columns
from hub.toolkit.reference import load_reference
from hub.toolkit.rows import Rows
from tests.toolkit.builders import entry

REFERENCE = load_reference(default_config_dir() / "reference")
FLAGS = {
    "bkn": "ASN_TNI_POLRI",
    "ahu": "PEMILIK_USAHA_AHU",
    "village_officials": "APARAT_DESA",
    "pln": "LISTRIK_NONSUBSIDI",
    "vehicles": "KENDARAAN_RODA_4",
}
ROW = {
    "NIK": "3320010303629001",
    "NAMA": "SUTRISNO",
    "TANGGAL DATA": "2026-09-30",
    "WILAYAH": "332001",
    "DAYA": "2200",
    "JENIS KENDARAAN": "SEDAN",
}


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_is_of_the_list_of_flags_and_begins_on_the_day_of_the_data(name: str) -> None:
    connector = CONNECTORS[name]
    frame = with_all_columns(pl.DataFrame([ROW]), connector.layout)
    claims = connector.claims(Rows(frame, entry(), REFERENCE))
    [flag] = claims.frames()["status"].rows(named=True)
    assert (flag["scheme"], flag["code"], flag["valid"]) == ("flag", FLAGS[name], "[2026-09-30,)")
    assert flag["code"] in REFERENCE.codes["flag"]


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_list_says_where_it_was_asked_for_and_not_where_a_person_lives(name: str) -> None:
    connector = CONNECTORS[name]
    frame = with_all_columns(pl.DataFrame([ROW]), connector.layout)
    [person] = connector.claims(Rows(frame, entry(), REFERENCE)).person.rows(named=True)
    assert (person["area_key"], person["event_area_key"]) == (None, 3320010000)


@pytest.mark.parametrize("name", FLAGS)
def test_every_flag_list_has_the_shared_columns(name: str) -> None:
    assert set(SHARED) <= set(CONNECTORS[name].layout.taken)


@pytest.mark.parametrize(
    ("file", "area"),
    [
        ("bkn_3320.csv", "3320"),
        ("a_b_332001_202611.csv", "332001"),
        ("x_3320012001.csv", "3320012001"),
        ("x_33.csv", None),
    ],
)
def test_the_area_stands_in_the_name_of_the_file(file: str, area: str | None) -> None:
    found = re.search(flag_reader().name_pattern or "", file)
    assert (found["WILAYAH"] if found else None) == area


def test_a_period_without_a_beginning_is_none() -> None:
    assert open_from(pl.Series([None], dtype=pl.Date)).to_list() == [None]
