"""Civil servants, soldiers and police: a flag against benefits for the poor.

Source: match of NIK against the personnel register (BKN); only descriptions are known (inference, 2026).
Key: NIK, name and agency as received.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.details import detail
from hub.toolkit.flags import flag_layout, flag_reader, flags
from hub.toolkit.rows import Rows

#: Positions of people who serve no longer: listed, and no flag.
LEFT = {"AKTIF": "active", "PENSIUN": "retired", "BERHENTI": "left", "MENINGGAL": "left"}


def _claims(rows: Rows) -> Claims:
    agency, position = rows.text("INSTANSI"), rows.text("JABATAN")
    service = rows.code("STATUS KEPEGAWAIAN", "service", LEFT)
    stated = detail(len(agency), instansi=agency, jabatan=position, status=rows.text("STATUS KEPEGAWAIAN"))
    return flags(rows, "ASN_TNI_POLRI", stated, where=service.is_null() | service.eq_missing("active"))


connector = Connector(
    name="bkn",
    layout=flag_layout({"INSTANSI": (), "JABATAN": (), "STATUS KEPEGAWAIAN": ("STATUS",)}),
    key=("NIK", "NAMA", "INSTANSI"),
    claims=_claims,
    reader=flag_reader(),
)
