"""Members of the poorest households of 2015, from the unified data base (BDT / PBDT 2015).

Source: BDT 2015 export of 101 columns (single source), one row a member with the household's columns repeated;
    area codes are the local parts of BPS codes.
Key: number of the household and number of the member in it.
"""

import polars as pl

from hub.domain.grades import Grade
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.mixed import MixedReader
from hub.toolkit.pmt import Survey, percentiles, relations
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.xlsx_files import XlsxReader

HOUSEHOLD, MEMBER = "ID rumah tangga", "Nomor urut ART"

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            HOUSEHOLD, "Kode Provinsi", "Kode Kab/Kota", "Kode Kecamatan", "Kode Desa/Kelurahan", "Alamat",
            "Status bangunan", "Luas lantai", "Lantai terluas", "Dinding terluas", "Atap Terluas",
            "Sumber air minum", "Sumber penerangan utama", "Daya terpasang", "Bahan bakar memasak",
            "Fasilitas BAB", "Jenis kloset", "Tempat buang tinja", "Kepemilikan tabung gas 5,5kg",
            "Kepemilikan lemari es", "Kepemilikan ac", "Kepemilikan pemanas air",
            "Kepemilikan telepon rumah", "Kepemilikan laptop/komputer", "Kepemilikan sepeda",
            "Kepemilikan sepeda motor", "Kepemilikan mobil", "Kepemilikan perahu", "Status KKS",
            "Status KIP", "Status KIS", "Status BPJS  mandiri", "Status Jamsostek",
            "Status asuransi kesehatan lainnya", "Status PKH", "Status Rastra", "Status KUR", "percentile",
            MEMBER, "Nama ART", "NIK", "HubKRT", "Nomor urut keluarga", "Hubungan dengan kepala keluarga",
            "jenis kelamin", "Status perkawinan", "Bekerja seminggu yg lalu",
        ),
        (),
    ),
    # Names of areas repeat the codes; birth control, illness and pregnancy of 2015 serve no purpose now; the
    # rest is narrower or wider than the harmonised set, or its codes were not found.
    ignored=frozenset(
        {
            "ruta_6", "Provinsi", "Kab/Kota", "Kecamatan", "Desa/Kelurahan", "Nama SLS", "Nama KRT",
            "Jumlah ART", "Jumlah Keluarga", "Status lahan", "Kondisi Dinding", "Kondisi Atap",
            "Jumlah kamar tidur", "Cara memperoleh air minum", "Kepemilikan televisi",
            "Kepemilikan emas dan tabungan", "Kepemilikan motor tempel", "Kepemilikan perahu motor",
            "Kepemilikan kapal", "Nomor HP  yang aktif", "Jumlah ruangan rumah yang ditempati",
            "Kepemilikan aset tidak bergerak", "Luas aset tidak bergerak",
            "Kepemilikan rumah di tempat lain", "Jumlah sapi yang dimiliki", "Jumlah kerbau yang dimiliki",
            "Jumlah kuda yang dimiliki", "Jumlah babi yang dimiliki", "Jumlah kambing/domba yang dimiliki",
            "Status ART yang memiliki usaha", "No Urut ART Wanita Usia Subur", "Usia Suami", "Usia Istri",
            "Kepesertaan KB", "Metode Kontrasepsi", "Lama menggunakan kontrasepsi (tahun)",
            "Lama menggunakan kontrasepsi (bulan)", "Tempat pelayanan KB", "Status ingin punya anak lagi",
            "Alasan utama tidak ber KB", "Umur anggota rumah tangga (tahun)", "Kepemilikan akta/buku nikah",
            "Tercantum di dalam KK", "Kepemilikan kartu identitas", "Status kehamilan", "Jenis cacat",
            "Penyakit kronis", "Partisipasi sekolah", "Pendidikan tertinggi", "Kelas tertinggi",
            "Ijazah tertinggi", "Jumlah jam kerja", "Lapangan usaha", "Status dalam pekerjaan",
        }
    ),
    required=frozenset({HOUSEHOLD, MEMBER, "Nama ART", "NIK"}),
)  # fmt: skip


def _identifiers(rows: Rows, household: pl.Series, member: pl.Series) -> list[Columns]:
    """IDBDT, and IDARTBDT as that with the member's two digits, unless the entry says that it is made otherwise."""
    grade = int(Grade.WELL_FORMED)
    found: list[Columns] = [
        {"scheme": "idbdt", "value": household, "grade": grade, "where": household.is_not_null()}
    ]
    if rows.option("member_number", "appended") == "appended":
        made = household + member.str.zfill(2)
        found.append({"scheme": "idartbdt", "value": made, "grade": grade, "where": made.is_not_null()})
    return found


def _claims(rows: Rows) -> Claims:
    survey, household, member = Survey(rows, "bdt2015"), rows.text(HOUSEHOLD), rows.text(MEMBER)
    rows.refuse(household.is_null(), Reason.FIELD_MISSING, HOUSEHOLD)
    area = rows.area(
        Reference.by_bps, "Kode Provinsi", "Kode Kab/Kota", "Kode Kecamatan", "Kode Desa/Kelurahan"
    )
    sex, head = rows.code("jenis kelamin", "sex"), rows.text("HubKRT") == "1"
    in_family = relations(rows.text("Hubungan dengan kepala keluarga"), sex)
    lived = {"valid": survey.valid, "address": rows.text("Alamat")}
    own = {"unit": "household", "unit_number": household}
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("Nama ART"),
            **area,
            "sex": sex,
            "relation": in_family,
            "marital": rows.code("Status perkawinan", "marital"),
            "address": lived["address"],
        },
        identifier=[{**each, "valid": survey.valid} for each in _identifiers(rows, household, member)],
        dwelling=[
            {
                **lived,
                "scheme": "idbdt",
                "number": household,
                "family_no": rows.text("Nomor urut keluarga"),
                "relation": relations(rows.text("HubKRT"), sex),
            }
        ],
        score=[{**survey.rank("bdt2015", **percentiles(rows, "percentile")), **own}],
        attribute=[survey.attributes("person"), survey.attributes("family", where=head, **own)],
        status=survey.statuses(where=head, unit_number=household),
    )


connector = Connector(
    name="bdt2015",
    layout=LAYOUT,
    key=(HOUSEHOLD, MEMBER),
    claims=_claims,
    reader=MixedReader(
        (XlsxReader(number_columns=("NIK",)), CsvReader(delimiters=";,", encodings=("utf-8", "cp1252")))
    ),
)
