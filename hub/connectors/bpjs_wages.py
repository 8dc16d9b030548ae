"""Wages as employers report them to BPJS Ketenagakerjaan, a row a person, employer and month.

The file states wages and judges nobody: whether a wage lies above the minimum of its kabupaten is a rule's matter.

Source: wage file of BPJS Ketenagakerjaan; only descriptions are known (inference, 2026).
Key: month, employer, NIK and name as received.
"""

import polars as pl

from hub.domain.money import parse_rupiah
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.details import detail
from hub.toolkit.flags import SHARED, flag_reader, person_of
from hub.toolkit.layout import Layout
from hub.toolkit.rows import Rows

LAYOUT = Layout(
    taken={
        **{name: also for name, also in SHARED.items() if name != "TANGGAL DATA"},
        "NPP": ("NOMOR PERUSAHAAN",),
        "NAMA PERUSAHAAN": ("PERUSAHAAN",),
        "UPAH": (),
        "BULAN": (),
    },
    required=frozenset({"NIK", "NAMA", "NPP", "UPAH", "BULAN"}),
)


def _claims(rows: Rows) -> Claims:
    wage = rows.parsed("UPAH", parse_rupiah, pl.Int64, Reason.AMOUNT_INVALID)
    rows.refuse(rows.text("UPAH").is_null(), Reason.FIELD_MISSING, "UPAH")
    rows.refuse(wage < 0, Reason.AMOUNT_INVALID, "UPAH")
    employer = rows.text("NPP")
    rows.refuse(employer.is_null(), Reason.FIELD_MISSING, "NPP")
    reported = {
        "scheme": "upah",
        "code": "BPJS_TK",
        "valid": rows.period("BULAN"),
        "unit_number": employer,
        "detail": detail(len(wage), upah=wage, perusahaan=rows.text("NAMA PERUSAHAAN"), npp=employer),
    }
    return rows.claims(person=person_of(rows), status=[reported])


connector = Connector(
    name="bpjs_wages",
    layout=LAYOUT,
    key=("BULAN", "NPP", "NIK", "NAMA"),
    claims=_claims,
    reader=flag_reader(),
    scope="BULAN",
)
