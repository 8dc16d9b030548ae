"""Persons, families, groups and communities with a social problem (PMKS, now PPKS), a row a type.

Source: upload form of a kabupaten portal (Buleleng, single source): CSV with `;`, UTF-8, at most 10 MB. The columns
    `no_kk`, `unit`, `nama_kelompok`, `jumlah` and `tgl_pendataan` are our own, for what the form has no place for
    (inference); the area stands in the file's name.
Key: area, type as received, NIK, name and group.
"""

import polars as pl

from hub.domain.counts import parse_count
from hub.domain.dates import DateForm
from hub.domain.reasons import Reason
from hub.toolkit.cells import by_distinct
from hub.toolkit.checked_files import OncePerFile
from hub.toolkit.claims import Claims, joined
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.details import detail
from hub.toolkit.flags import open_from
from hub.toolkit.layout import Layout
from hub.toolkit.pmks import OWN, REGULATION, Subject, refuse_outside, types_of, units_of
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

UNKNOWN_START = "(,)"
SEVERAL = ("group", "community")
LARGEST_GROUP = 30_000
LAYOUT = Layout(
    taken={
        "nik": (),
        "nama": (),
        "tgl_lahir": ("tanggal_lahir",),
        "jenis_kelamin": ("jk",),
        "kode_kategori": ("kode_pmks", "kode_ppks"),
        "catatan": ("keterangan",),
        "jenis_disabilitas": (),
        **dict.fromkeys(("no_kk", "unit", "nama_kelompok", "jumlah", "tgl_pendataan", "kode_wilayah"), ()),
    },
    required=frozenset({"nik", "nama", "kode_kategori"}),
)


def _claims(rows: Rows) -> Claims:
    types = types_of(rows, "kode_kategori")
    several = units_of(rows, types, "unit").is_in(SEVERAL)
    nameless = several.fill_null(value=False) & rows.text("nik").is_null()
    return joined([_of_persons(rows.only(~nameless)), _of_groups(rows.only(nameless))])


def _of_persons(rows: Rows) -> Claims:
    """Whoever is named by NIK: the person's own type, or that of the family or group the person stands for."""
    types = types_of(rows, "kode_kategori")
    unit, status = _status(rows, types)
    birth = {"birth_date": rows.day("tgl_lahir", DateForm.DAY_MONTH_YEAR)}
    sex = rows.code("jenis_kelamin", "sex")
    on = _assessed(rows).fill_null(rows.today)
    refuse_outside(
        rows, types, Subject(birth["birth_date"], sex, on, unit == "person"), ("tgl_lahir", "jenis_kelamin")
    )
    family, named = rows.kk("no_kk"), _group(rows, types, unit)
    numbers = pl.DataFrame({"unit": unit, "kk": family["no_kk"], "group": named["number"]}).select(
        pl.when(pl.col("unit") == "family")
        .then("kk")
        .when(pl.col("unit").is_in(SEVERAL))
        .then("group")
        .alias("n")
    )["n"]
    own = unit.set(unit.eq_missing("person"), None)
    return rows.claims(
        person={
            **rows.nik("nik"),
            **rows.name("nama"),
            **birth,
            **family,
            **rows.area(Reference.by_code, "kode_wilayah"),
            "sex": sex,
        },
        status=[{**status, "unit": own, "unit_number": numbers}],
        group=[{**named, "role_in_group": "member", "where": unit.is_in(SEVERAL)}],
    )


def _of_groups(rows: Rows) -> Claims:
    """Groups and communities of which the list names nobody."""
    types = types_of(rows, "kode_kategori")
    unit, _ = _status(rows, types)
    area = rows.area(Reference.by_code, "kode_wilayah")["event_area_key"]
    return rows.claims(group=[{**_group(rows, types, unit), "event_area_key": area}])


def _status(rows: Rows, types: pl.DataFrame) -> tuple[pl.Series, Columns]:
    """The unit of each row, and its status without unit."""
    unit = units_of(rows, types, "unit")
    kind = rows.code("jenis_disabilitas", "disability_kind")
    needed = types["scheme"].eq_missing(OWN) & types["code"].is_in(
        list(rows.option("needs_disability_kind", []))
    )
    missing = needed.fill_null(value=False) & rows.text("jenis_disabilitas").is_null() & (unit == "person")
    rows.refuse(missing, Reason.DISABILITY_KIND_MISSING, "jenis_disabilitas")
    stated = detail(
        types.height,
        list=str(rows.option("list", REGULATION)),
        code=types["listed"],
        relation=types["relation"],
        disability_kind=kind,
    )
    valid = open_from(_assessed(rows)).fill_null(UNKNOWN_START)
    status = {"scheme": types["scheme"], "code": types["code"], "valid": valid, "detail": stated}
    return unit, {**status, "note": rows.text("catatan")}


def _assessed(rows: Rows) -> pl.Series:
    """The day of assessment where the list states one."""
    return rows.day("tgl_pendataan", DateForm.DAY_MONTH_YEAR)


def _group(rows: Rows, types: pl.DataFrame, unit: pl.Series) -> dict[str, pl.Series]:
    """The group of each row by area and name; a group without any name refuses the row."""
    texts = pl.DataFrame(
        {"name": rows.text("nama_kelompok"), "nama": rows.text("nama"), "nik": rows.text("nik")}
    ).select(pl.coalesce("name", pl.when(pl.col("nik").is_null()).then("nama")).alias("name"))["name"]
    several = unit.is_in(SEVERAL).fill_null(value=False)
    rows.refuse(several & texts.is_null(), Reason.FIELD_MISSING, "nama_kelompok")
    size, bad = by_distinct(rows.text("jumlah"), lambda text: parse_count(text, LARGEST_GROUP), pl.Int16)
    rows.refuse(bad, Reason.NUMBER_INVALID, "jumlah")
    places = pl.DataFrame(
        {"place": rows.text("kode_wilayah").fill_null(""), "name": texts.str.to_uppercase()}
    )
    return {
        "kind": types["scheme"] + "_" + types["code"],
        "number": places.select(pl.concat_str("place", "name", separator="|").alias("n"))["n"],
        "name": texts,
        "size": size,
        "valid": open_from(_assessed(rows)).fill_null(UNKNOWN_START),
    }


connector = Connector(
    name="pmks",
    layout=LAYOUT,
    key=("kode_wilayah", "kode_kategori", "nik", "nama", "nama_kelompok"),
    claims=_claims,
    reader=OncePerFile(
        CsvReader(delimiters=";,", name_pattern=r"_(?P<kode_wilayah>\d{4}|\d{6}|\d{10})\.csv$"),
        ("nik", "kode_kategori"),
        Reason.CATEGORY_TWICE,
    ),
)
