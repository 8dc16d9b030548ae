"""Heads and officials of villages, whom several programs leave out.

Source: payroll of the villages (Siskeudes) or the list of the kabupaten; only descriptions are known (inference,
    2026).
Key: desa, NIK, name and position as received.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.details import detail
from hub.toolkit.flags import flag_layout, flag_reader, flags
from hub.toolkit.rows import Rows


def _claims(rows: Rows) -> Claims:
    village = rows.text("KODE DESA")
    stated = detail(len(village), jabatan=rows.text("JABATAN"), desa=village, sk=rows.text("NOMOR SK"))
    return flags(rows, "APARAT_DESA", stated)


connector = Connector(
    name="village_officials",
    layout=flag_layout({"KODE DESA": (), "JABATAN": (), "NOMOR SK": ("NO SK",)}),
    key=("KODE DESA", "NIK", "NAMA", "JABATAN"),
    claims=_claims,
    reader=flag_reader(),
)
