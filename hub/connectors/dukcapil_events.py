"""What happens to residents, as the population register is told: births, deaths, moves, new family cards.

Source: inference (I). That offices exchange such events is known, no layout of a feed was found: this is the
    minimum that the SIAK columns of the same names can carry (2026).
Key: the number of the event. An event that comes twice is one record; one that is sent again with other content
    is its next version.
"""

import polars as pl

from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.siak import siak_person

#: How a person fares after an event; an event that says nothing of it states nothing.
VITAL: dict[str, str | None] = {
    "KELAHIRAN": "hidup",
    "KEMATIAN": "meninggal",
    "PINDAH": None,
    "PINDAH KELUAR": "pindah",
    "KEDATANGAN": "hidup",
    "PERUBAHAN KK": None,
    "PERUBAHAN BIODATA": None,
    "PENERBITAN KTP": None,
}

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "ID_PERISTIWA", "JENIS_PERISTIWA", "TGL_PERISTIWA", "NIK", "NAMA_LGKP", "NO_KK", "JENIS_KLMIN",
            "TMPT_LHR", "TGL_LHR", "AGAMA", "STAT_HBKEL", "STAT_KWN", "PDDK_AKH", "JENIS_PKRJN",
            "NAMA_LGKP_IBU", "NAMA_LGKP_AYAH", "ALAMAT", "NO_RT", "NO_RW", "NO_PROP", "NO_KAB", "NO_KEC",
            "NO_KEL",
        ),
        (),
    ),
    ignored=frozenset({"TGL_CATAT", "NO_AKTA", "NO_KK_LAMA", "NIK_IBU", "NIK_AYAH"}),
)  # fmt: skip


def _area(rows: Rows) -> Columns:
    """The area where the event names one; an event that names none leaves the register's word as it was."""
    area = dict(rows.area(Reference.by_numbers, "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"))
    stated = pl.DataFrame({"key": area["area_key"], "raw": area["area_raw"]})
    area["area_key"] = stated.select(pl.when(pl.col("raw").is_not_null()).then("key").alias("key"))["key"]
    return area


def _claims(rows: Rows) -> Claims:
    kinds = rows.code("JENIS_PERISTIWA", "event", {kind: kind for kind in VITAL}, required=True)
    rows.refuse(rows.text("TGL_PERISTIWA").is_null(), Reason.FIELD_MISSING, "TGL_PERISTIWA")
    return rows.claims(
        person={
            **siak_person(rows, _area(rows)),
            "vital": kinds.replace_strict(VITAL, default=None, return_dtype=pl.String),
            "effective_on": rows.day("TGL_PERISTIWA"),
        }
    )


connector = Connector(
    name="dukcapil_events",
    layout=LAYOUT,
    key=("ID_PERISTIWA",),
    claims=_claims,
    listings=(("peristiwa", Listing("/dukcapil/peristiwa", total="", style="cursor", resumes=True)),),
)
