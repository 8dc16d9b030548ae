"""PMKS counted by area, as kabupaten publish them; a table whose total is not its sum is refused whole.

Source: tables of our own form, a CSV a table (inference): the published table of Kab. Jepara 2015 comes with the hub.
Key: table, year, area, and type as received.
"""

import polars as pl

from hub.domain.counts import parse_count
from hub.domain.reasons import Reason
from hub.toolkit.checked_files import Totalled
from hub.toolkit.claims import Claims, joined
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.details import detail
from hub.toolkit.layout import Layout
from hub.toolkit.pmks import types_of
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

LAYOUT = Layout(
    taken={
        "kode_wilayah": ("kode_kecamatan",),
        "nama_wilayah": ("nama_kecamatan", "kecamatan"),
        "jenis": ("kode_kategori",),
        "jumlah": (),
        "satuan": (),
        "tahun": (),
        "kumpulan_data": (),
    },
    required=frozenset({"kode_wilayah", "nama_wilayah", "jumlah", "tahun", "kumpulan_data"}),
)
READER = Totalled(
    CsvReader(delimiters=",;"),
    place="nama_wilayah",
    value="jumlah",
    table=("kumpulan_data", "tahun"),
    kind="jenis",
)


def _claims(rows: Rows) -> Claims:
    typed = rows.text("jenis").is_not_null()
    parts = rows.only(typed)
    return joined([_counted(rows.only(~typed), None), _counted(parts, types_of(parts, "jenis"))])


def _counted(rows: Rows, types: pl.DataFrame | None) -> Claims:
    """The counts of some rows as observations of a year and area; `types` where they tell types apart."""
    count = rows.parsed("jumlah", parse_count, pl.Float64, Reason.NUMBER_INVALID)
    rows.refuse(rows.text("jumlah").is_null(), Reason.FIELD_MISSING, "jumlah")
    table = rows.text("kumpulan_data")
    rows.refuse(table.is_null(), Reason.FIELD_MISSING, "kumpulan_data")
    area, total = _area(rows), rows.text("nama_wilayah").str.to_uppercase().is_in(list(READER.words))
    level = pl.DataFrame({"total": total}).select(pl.when("total").then(pl.lit("total")).alias("row"))["row"]
    kinds = (
        {}
        if types is None
        else {"pmks": types["code"], "code": types["listed"], "relation": types["relation"]}
    )
    observed = {
        "dataset": table,
        "measure": "pmks_count",
        "value": count,
        "unit": rows.text("satuan").fill_null(str(rows.option("unit", "orang"))),
        "dimensions": detail(len(count), **kinds, row=level).fill_null("{}"),
        "valid": rows.period("tahun"),
        **area,
    }
    return rows.claims(observation=[observed])


def _area(rows: Rows) -> dict[str, pl.Series]:
    """The area of each row; a code of which only an area above is known refuses the row."""
    found = rows.area(Reference.by_code, "kode_wilayah")
    key, parts = pl.col("area_key"), pl.col("area_raw").str.count_matches(".", literal=True) + 1
    level = (
        pl.when(key % 100_000_000 == 0)
        .then(1)
        .when(key % 1_000_000 == 0)
        .then(2)
        .when(key % 10_000 == 0)
        .then(3)
    ).otherwise(4)
    exact = pl.DataFrame([found["area_key"], found["area_raw"]]).select(
        ((key > 0) & (level == parts)).alias("ok")
    )
    rows.refuse(~exact["ok"].fill_null(value=False), Reason.AREA_UNRESOLVED, "kode_wilayah")
    return dict(found)


connector = Connector(
    name="pmks_counts",
    layout=LAYOUT,
    key=("kumpulan_data", "tahun", "kode_wilayah", "jenis"),
    claims=_claims,
    reader=READER,
    scope="tahun",
)
