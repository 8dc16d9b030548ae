"""Owners and officers of companies: an indication of means, with known false positives.

Source: match of NIK against the company register (AHU, Ministry of Law); only descriptions are known (inference,
    2026).
Key: NIK, name and company as received.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.details import detail
from hub.toolkit.flags import flag_layout, flag_reader, flags
from hub.toolkit.rows import Rows


def _claims(rows: Rows) -> Claims:
    company = rows.text("NAMA BADAN USAHA")
    stated = detail(
        len(company),
        badan_usaha=company,
        bentuk=rows.text("BENTUK"),
        jabatan=rows.text("JABATAN"),
        nomor_ahu=rows.text("NOMOR AHU"),
    )
    return flags(rows, "PEMILIK_USAHA_AHU", stated)


connector = Connector(
    name="ahu",
    layout=flag_layout({"NAMA BADAN USAHA": ("BADAN USAHA",), "BENTUK": (), "JABATAN": (), "NOMOR AHU": ()}),
    key=("NIK", "NAMA", "NAMA BADAN USAHA"),
    claims=_claims,
    reader=flag_reader(),
)
