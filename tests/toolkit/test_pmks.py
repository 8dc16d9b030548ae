"""PMKS types: every list leads to our numbers by its own, and bounds refuse with their reason."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors import CONNECTORS
from hub.errors import FatalError
from hub.settings import default_config_dir
from hub.toolkit.claims import Claims
from hub.toolkit.pmks import full_years, types_of
from hub.toolkit.records import with_all_columns
from hub.toolkit.reference import load_reference
from hub.toolkit.rows import Rows
from tests.toolkit.builders import entry

REFERENCE = load_reference(default_config_dir() / "reference")
TODAY = date(2026, 11, 21)
WOMAN = {"nik": "3320015506659002", "nama": "SITI AMINAH", "tgl_lahir": "15-06-1965", "jenis_kelamin": "P"}


def rows(cells: list[dict[str, str]], **options: Any) -> Rows:
    frame = pl.DataFrame(
        cells, schema=dict.fromkeys(sorted({key for cell in cells for key in cell}), pl.String)
    )
    return Rows(with_all_columns(frame, CONNECTORS["pmks"].layout), entry(options=options), REFERENCE, TODAY)


def said(code: str, changed: dict[str, str] | None = None, **options: Any) -> Claims:
    return CONNECTORS["pmks"].claims(rows([{**WOMAN, "kode_kategori": code, **(changed or {})}], **options))


@pytest.mark.parametrize(
    ("named", "writing", "scheme", "code", "relation"),
    [
        ("permensos_8_2012", "3", "pmks", "3", "exact"),
        ("permensos_8_2012", "Fakir  Miskin", "pmks", "24", "exact"),
        ("jepara_2016", "3", "pmks", "23", "exact"),
        ("serang_22", "3", "pmks", "5", "exact"),
        ("buleleng_portal", "pmks-03", "pmks", "3", "exact"),
        ("depsos_pre_2012", "8", "pmks", "19", "narrower"),
        ("depsos_2007_guide", "6", "pmks", "19", "broader"),
        ("serang_27", "8", "pmks_lain", "serang_27:8", "none"),
        ("village_app_ppks_letters", "Pemulung", "pmks", "13", "exact"),
    ],
)
def test_a_code_means_what_its_own_list_says(
    named: str, writing: str, scheme: str, code: str, relation: str
) -> None:
    found = types_of(rows([{"kode_kategori": writing}], list=named), "kode_kategori")
    assert found.rows(named=True)[0] | {"listed": ""} == {
        "scheme": scheme, "code": code, "listed": "", "relation": relation,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("named", "writing"),
    [
        ("buleleng_portal", "3"),
        ("jepara_2016", "PMKS-03"),
        ("jepara_2016", "27"),
        ("village_app_ppks_letters", "u"),
    ],
)
def test_a_code_of_another_list_is_refused_and_never_guessed(named: str, writing: str) -> None:
    claims = said(writing, list=named)
    assert ("CODE_UNKNOWN", "kode_kategori") in claims.rejects.select("reason", "field").rows()


def test_a_list_that_nobody_knows_stops_the_run() -> None:
    with pytest.raises(FatalError, match="no list of PMKS types"):
        said("1", list="kudus")


@pytest.mark.parametrize(
    ("code", "changed", "options", "reasons"),
    [
        ("8", {}, {}, []),
        ("8", {"tgl_pendataan": "14-06-2025"}, {}, ["AGE_OUTSIDE_TYPE"]),
        ("8", {"tgl_pendataan": "15-06-2025"}, {}, []),
        ("8", {}, {"ages": {"8": [65, 70]}}, ["AGE_OUTSIDE_TYPE"]),
        ("2", {}, {}, ["AGE_OUTSIDE_TYPE"]),
        ("2", {"tgl_lahir": ""}, {}, ["FIELD_MISSING"]),
        ("23", {"tgl_pendataan": "01-01-2020"}, {}, []),
        ("23", {"tgl_pendataan": "01-01-2020", "jenis_kelamin": "L"}, {}, ["SEX_OUTSIDE_TYPE"]),
        ("23", {"tgl_pendataan": "01-01-2020", "jenis_kelamin": ""}, {}, ["FIELD_MISSING"]),
        ("9", {}, {"needs_disability_kind": ["9"]}, ["DISABILITY_KIND_MISSING"]),
        ("9", {"jenis_disabilitas": "Mental"}, {"needs_disability_kind": ["9"]}, []),
        ("12", {"unit": "keluarga"}, {}, ["UNIT_OUTSIDE_TYPE"]),
        ("24", {"unit": "keluarga"}, {}, []),
        ("24", {"unit": "rukun"}, {}, ["CODE_UNKNOWN"]),
    ],
)
def test_each_fault_has_its_own_reason(
    code: str, changed: dict[str, str], options: dict[str, Any], reasons: list[str]
) -> None:
    assert said(code, changed, **options).rejects["reason"].to_list() == reasons


def test_a_broader_type_of_another_list_is_not_held_to_the_bounds_of_ours() -> None:
    child = {"tgl_lahir": "15-06-2015", "nik": "3320015506159002"}
    assert said("6", child, list="depsos_2007_guide").rejects.is_empty()


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_ages_grow_by_one_on_the_birthday(birth: date, days: int) -> None:
    on = date.fromordinal(birth.toordinal() + days)
    [age] = full_years(pl.Series([birth]), pl.Series([on])).to_list()
    birthdays = [
        (birth.month, birth.day) <= (on.month, on.day) or year < on.year
        for year in range(birth.year + 1, on.year + 1)
    ]
    assert age == sum(birthdays)
