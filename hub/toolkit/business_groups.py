"""The list that KUBE and UEP share: members of business groups, a row a member, with what the group was given.

Source: inference. No layout is published; the columns are the least that a report of either program has: the group,
its member, the member's office in it, and the grant, which stands on the row of the chair alone.
A group of another size than the rule asks for is not refused: the audit counts members.
"""

import polars as pl

from hub.domain.money import parse_rupiah
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.composed import headcount, quantity
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

#: Offices in a group as lists write them; a blank one is a single person with no group.
OFFICES = {
    "KETUA": "chair", "KETUA KELOMPOK": "chair", "SEKRETARIS": "member", "BENDAHARA": "member", "ANGGOTA": "member",
}  # fmt: skip

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "TAHUN", "ID KELOMPOK", "NAMA KELOMPOK", "NIK", "NAMA", "NO KK", "JABATAN", "ALAMAT", "DESA",
            "KECAMATAN", "KABUPATEN", "JUMLAH ANGGOTA", "BENTUK BANTUAN", "NOMINAL", "JUMLAH", "SATUAN",
        ),
        (),
    ),
    # The trade of a group is in no claim.
    ignored=frozenset({"JENIS USAHA"}),
    required=frozenset({"TAHUN", "ID KELOMPOK", "NIK", "NAMA", "JABATAN"}),
)  # fmt: skip

KEY = ("TAHUN", "ID KELOMPOK", "NIK", "NAMA")
READER = CsvReader(delimiters=";,", encodings=("utf-8", "cp1252"))


def claims(rows: Rows, program: str, kind: str) -> Claims:
    """The claims of a list of members.

    Args:
        rows: Of the list.
        program: Whose list it is.
        kind: Of its groups (`kube`, `uep`).
    """
    family, number, year = rows.kk("NO KK"), rows.text("ID KELOMPOK"), rows.period("TAHUN")
    office = rows.code("JABATAN", "office", OFFICES)
    grouped = number.is_not_null()
    rows.refuse(grouped & rows.text("JABATAN").is_null(), Reason.FIELD_MISSING, "JABATAN")
    chief = (office == "chair").fill_null(value=False) | ~grouped
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("NAMA"),
            **family,
            **rows.area(Reference.by_names_of_kabupaten, "KABUPATEN", "KECAMATAN", "DESA"),
            "address": rows.text("ALAMAT"),
        },
        group=[
            {
                "kind": kind,
                "number": number,
                "name": rows.text("NAMA KELOMPOK"),
                "role_in_group": office,
                "size": headcount(rows, "JUMLAH ANGGOTA"),
                "program": program,
                "valid": year,
                "where": grouped,
            }
        ],
        enrollment=[
            {
                "program": program,
                "period": year,
                "role_in_program": role,
                "no_kk": family["no_kk"],
                "number": number,
                "status": "active",
                "where": where,
            }
            for role, where in (("holder", chief), ("member", ~chief))
        ],
        benefit=[_grant(rows, program, year, chief)],
    )


def _grant(rows: Rows, program: str, year: pl.Series, chief: pl.Series) -> Columns:
    """What the group, or the single person, was given: once, where the list says in which form."""
    form = rows.code("BENTUK BANTUAN", "benefit_kind")
    return {
        "program": program,
        "period": year,
        "kind": form,
        "amount_idr": rows.parsed("NOMINAL", parse_rupiah, pl.Int64, Reason.AMOUNT_INVALID),
        "quantity": quantity(rows, "JUMLAH"),
        "unit": rows.text("SATUAN"),
        "event": "paid",
        "where": chief & form.is_not_null(),
    }
