"""Potentials and sources of social welfare (PSKS): workers and volunteers, pioneer families, institutions.

Source: upload form of a kabupaten portal (Buleleng, single source): CSV with `;`. The form numbers six types of
    persons (J) and six of institutions (L); which number is which type is an inference and stands in the entry's
    option `codes`. `no_kk`, `nama_lembaga`, `alamat` and `tgl_pendataan` are our own columns (inference); the area
    stands in the file's name.
Key: area, type as received, NIK, name and registration number.
"""

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims, joined
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.details import detail
from hub.toolkit.flags import open_from
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

FAMILY = "7"
#: Types that are institutions, and what the graph calls them.
INSTITUTIONS = {"4": "LKS", "5": "karang_taruna", "6": "LK3", "8": "WKSBM", "12": "company"}
LAYOUT = Layout(
    taken={
        "kode_kategori": ("kode_psks",),
        "nik": (),
        "nama": (),
        "tgl_lahir": ("tanggal_lahir",),
        "jenis_kelamin": ("jk",),
        "tipe_lembaga": (),
        "nomor_registrasi": ("no_registrasi",),
        "catatan": ("keterangan",),
        **dict.fromkeys(("no_kk", "nama_lembaga", "alamat", "tgl_pendataan", "kode_wilayah"), ()),
    },
    required=frozenset({"kode_kategori", "nama"}),
)


def _claims(rows: Rows) -> Claims:
    institution, nobody = (
        _code(rows).is_in(list(INSTITUTIONS)).fill_null(value=False),
        rows.text("nik").is_null(),
    )
    return joined(
        [
            _of_persons(rows.only(~institution)),
            _of_institutions(rows.only(institution & ~nobody), named=True),
            _of_institutions(rows.only(institution & nobody), named=False),
        ]
    )


def _code(rows: Rows) -> pl.Series:
    return rows.code("kode_kategori", "psks", rows.option("codes"), required=True)


def _person(rows: Rows) -> Columns:
    return {
        **rows.nik("nik"),
        **rows.name("nama"),
        **rows.kk("no_kk"),
        **rows.area(Reference.by_code, "kode_wilayah"),
        "birth_date": rows.day("tgl_lahir", DateForm.DAY_MONTH_YEAR),
        "sex": rows.code("jenis_kelamin", "sex"),
    }


def _valid(rows: Rows) -> pl.Series:
    return open_from(rows.day("tgl_pendataan", DateForm.DAY_MONTH_YEAR)).fill_null("(,)")


def _of_persons(rows: Rows) -> Claims:
    """Persons, and pioneer families by the person who stands for them."""
    code, person = _code(rows), _person(rows)
    family = pl.DataFrame({"family": code == FAMILY, "kk": person["no_kk"]}).select(
        pl.when("family").then(pl.lit("family")).alias("unit"), pl.when("family").then("kk").alias("kk")
    )
    status = {
        "scheme": "psks",
        "code": code,
        "valid": _valid(rows),
        "note": rows.text("catatan"),
        "unit": family["unit"],
        "unit_number": family["kk"],
        "detail": detail(
            len(code), code=rows.text("kode_kategori"), nomor_registrasi=rows.text("nomor_registrasi")
        ),
    }
    return rows.claims(person=person, status=[status])


def _of_institutions(rows: Rows, *, named: bool) -> Claims:
    """Institutions; `named` where NIK and name are those of the person who answers for it."""
    code, place = _code(rows), rows.text("kode_wilayah")
    given = rows.text("nama_lembaga")
    own = given if named else given.fill_null(rows.text("nama"))
    name = own.fill_null(rows.text("tipe_lembaga"))
    rows.refuse(name.is_null(), Reason.FIELD_MISSING, "nama_lembaga")
    numbers = pl.DataFrame(
        {
            "registered": rows.text("nomor_registrasi"),
            "name": name.str.to_uppercase(),
            "place": place.fill_null(""),
        }
    ).select(pl.coalesce("registered", pl.concat_str("name", "place", separator="|")).alias("n"))["n"]
    institution = {
        "kind": code.replace_strict(INSTITUTIONS, default=None, return_dtype=pl.String),
        "number": numbers,
        "name": name,
        "address": rows.text("alamat"),
        "valid": _valid(rows),
        "detail": detail(
            len(code),
            psks=code,
            code=rows.text("kode_kategori"),
            tipe_lembaga=rows.text("tipe_lembaga"),
            catatan=rows.text("catatan"),
        ),
    }
    if named:
        return rows.claims(person=_person(rows), institution=[institution])
    area = rows.area(Reference.by_code, "kode_wilayah")["event_area_key"]
    return rows.claims(institution=[{**institution, "event_area_key": area}])


connector = Connector(
    name="psks",
    layout=LAYOUT,
    key=("kode_wilayah", "kode_kategori", "nik", "nama", "nomor_registrasi", "nama_lembaga"),
    claims=_claims,
    reader=CsvReader(delimiters=";,", name_pattern=r"_(?P<kode_wilayah>\d{4}|\d{6}|\d{10})\.csv$"),
)
