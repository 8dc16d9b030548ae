"""Members of families in the Family Hope Program (PKH), by quarter, with the stage their payment has reached.

Source: final-closing workbook of PKH (single source, 2026), header row and column names drift.
Key: period, No KK, NIK and component as received: one member may be listed for two components.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows
from hub.toolkit.xlsx_files import XlsxReader

#: Components as lists write them; of each the first is the field guide's, the others are inference.
COMPONENTS = {
    "IBU HAMIL": "ibu_hamil_nifas", "IBU NIFAS": "ibu_hamil_nifas", "IBU HAMIL/NIFAS": "ibu_hamil_nifas",
    "BUMIL": "ibu_hamil_nifas", "HAMIL": "ibu_hamil_nifas", "NIFAS": "ibu_hamil_nifas",
    "ANAK USIA DINI": "anak_usia_dini", "AUD": "anak_usia_dini", "BALITA": "anak_usia_dini",
    "USIA DINI": "anak_usia_dini",
    "SD": "sd", "ANAK SD": "sd", "ANAK SEKOLAH SD": "sd", "SD/SEDERAJAT": "sd",
    "SMP": "smp", "ANAK SMP": "smp", "ANAK SEKOLAH SMP": "smp", "SMP/SEDERAJAT": "smp",
    "SMA": "sma", "ANAK SMA": "sma", "ANAK SEKOLAH SMA": "sma", "SMA/SEDERAJAT": "sma", "SMA/SMK": "sma",
    "DISABILITAS": "disabilitas_berat", "DISABILITAS BERAT": "disabilitas_berat",
    "PENYANDANG DISABILITAS BERAT": "disabilitas_berat",
    "LANSIA": "lansia", "LANJUT USIA": "lansia", "LANSIA 60+": "lansia",
    "KORBAN PELANGGARAN HAM BERAT": "korban_pelanggaran_ham_berat",
    "PELANGGARAN HAM BERAT": "korban_pelanggaran_ham_berat",
}  # fmt: skip

LAYOUT = Layout(
    taken={
        "NO KK": ("NOMOR KK",),
        "NIK": ("NIK PENGURUS", "NIK ART"),
        "NAMA": ("NAMA PENGURUS", "NAMA ART"),
        "KOMPONEN": (),
        "ALAMAT": (),
        "RT": (),
        "RW": (),
        "DESA/KEL": ("DESA", "KELURAHAN"),
        "KECAMATAN": (),
        "KABUPATEN": (),
        "STATUS": (),
        "PERIODE": (),
    },
    # School columns are compared in the audit of pupils, from the payload; NAMA PERIODE repeats PERIODE.
    ignored=frozenset(
        {
            "DTSEN JENJANG", "DTSEN SEKOLAH", "DTSEN KIP", "DTSEN MSG", "DAPODIK JENJANG", "DAPODIK SEKOLAH",
            "DAPODIK KIP", "DAPODIK MSG", "NAMA PERIODE",
        }
    ),
    required=frozenset({"NO KK", "NIK", "NAMA", "KOMPONEN", "STATUS", "PERIODE"}),
)  # fmt: skip


def _claims(rows: Rows) -> Claims:
    family, period = rows.kk("NO KK"), rows.period("PERIODE")
    component = rows.code("KOMPONEN", "pkh component", COMPONENTS)
    share = {"program": "PKH", "component": component, "period": period}
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("NAMA"),
            **family,
            **rows.area(Reference.by_names_of_kabupaten, "KABUPATEN", "KECAMATAN", "DESA/KEL"),
            "address": rows.text("ALAMAT"),
            "rt": rows.text("RT"),
            "rw": rows.text("RW"),
        },
        enrollment=[{**share, "role_in_program": "member", "no_kk": family["no_kk"], "status": "active"}],
        benefit=[{**share, "kind": "money", "event": rows.code("STATUS", "benefit_event", required=True)}],
    )


connector = Connector(
    name="pkh",
    layout=LAYOUT,
    key=("PERIODE", "NO KK", "NIK", "KOMPONEN"),
    claims=_claims,
    reader=XlsxReader(number_columns=("NIK", "NO KK")),
    scope="PERIODE",
)
