"""Customers of the electricity company with the power of their meter; a meter without subsidy is a flag.

Which tariffs bear a subsidy is set in the entry (options `unsubsidised_from` and `unsubsidised_tariffs`; inference).

Source: customer file of PLN by NIK; only descriptions are known (inference, 2026).
Key: customer number, NIK and name as received.
"""

import polars as pl

from hub.domain.counts import parse_count
from hub.domain.grades import Grade
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.details import detail
from hub.toolkit.flags import flag_layout, flag_reader, flags
from hub.toolkit.rows import Rows


def _claims(rows: Rows) -> Claims:
    power = rows.parsed("DAYA", parse_count, pl.Int64, Reason.NUMBER_INVALID)
    rows.refuse(rows.text("DAYA").is_null(), Reason.FIELD_MISSING, "DAYA")
    tariff, customer = rows.text("TARIF").str.to_uppercase(), rows.text("ID PELANGGAN")
    large = power >= int(rows.option("unsubsidised_from", 1300))
    dear = tariff.is_in(list(rows.option("unsubsidised_tariffs", [])))
    number = {
        "scheme": "pln",
        "value": customer,
        "grade": int(Grade.WELL_FORMED),
        "where": customer.is_not_null(),
    }
    stated = detail(len(power), daya_va=power, tarif=tariff)
    flagged = large.fill_null(value=False) | dear.fill_null(value=False)
    return flags(rows, "LISTRIK_NONSUBSIDI", stated, where=flagged, identifier=[number])


connector = Connector(
    name="pln",
    layout=flag_layout(
        {"ID PELANGGAN": ("IDPEL", "NOMOR METER"), "DAYA": (), "TARIF": ("GOLONGAN TARIF",)}, ("DAYA",)
    ),
    key=("ID PELANGGAN", "NIK", "NAMA"),
    claims=_claims,
    reader=flag_reader(),
)
