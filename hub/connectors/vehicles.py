"""Owners of vehicles; one with four wheels or more is a flag, a motorcycle is none.

Source: vehicle tax register (Samsat) by NIK; only descriptions are known (inference, 2026).
Key: number plate, NIK and name as received.
"""

import polars as pl

from hub.domain.counts import parse_count
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.details import detail
from hub.toolkit.flags import flag_layout, flag_reader, flags
from hub.toolkit.rows import Rows

FOUR, TWO = "4", "2"
KINDS = {
    **dict.fromkeys(("MOBIL PENUMPANG", "SEDAN", "JEEP", "MINIBUS", "MIKROBUS", "BUS", "MOBIL BARANG"), FOUR),
    **dict.fromkeys(("PICK UP", "PICKUP", "TRUK", "TRUCK", "LIGHT TRUCK", "MOBIL BEBAN"), FOUR),
    **dict.fromkeys(("SEPEDA MOTOR", "MOTOR RODA TIGA", "RODA TIGA"), TWO),
}
LATEST_YEAR = 2100


def _claims(rows: Rows) -> Claims:
    wheels = rows.code("JENIS KENDARAAN", "vehicle", KINDS, required=True)
    year = rows.parsed("TAHUN", lambda text: parse_count(text, LATEST_YEAR), pl.Int64, Reason.NUMBER_INVALID)
    stated = detail(
        len(wheels),
        jenis=rows.text("JENIS KENDARAAN").str.to_uppercase(),
        merek=rows.text("MEREK"),
        tahun=year,
    )
    return flags(rows, "KENDARAAN_RODA_4", stated, where=wheels == FOUR)


connector = Connector(
    name="vehicles",
    layout=flag_layout(
        {"NOMOR POLISI": ("NOPOL",), "JENIS KENDARAAN": ("JENIS",), "MEREK": ("MERK",), "TAHUN": ()},
        ("JENIS KENDARAAN",),
    ),
    key=("NOMOR POLISI", "NIK", "NAMA"),
    claims=_claims,
    reader=flag_reader(),
)
